// Whose data comes back to whom: never another namespace's, and a namespace made anew is another one.
#include "tests/integration/support/tokens.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

std::string const restore_from = "nfs-subdir-provisioner.io/restore-from";

void delete_and_make_again(Scene& scene, std::string const& name_space) {
  scene.cluster().remove<k8s::Namespace>({{}, name_space});
  eventually("namespace " + name_space + " gone", [&] {
    return !scene.cluster().get<k8s::Namespace>({{}, name_space});
  });
  k8s::Namespace again;
  again.meta.name = name_space;
  scene.cluster().create(again);
}

ClaimSpec asking(std::string const& wanted, std::string const& name_space = {}, std::string const& class_name = {}) {
  return {.annotations = {{restore_from, wanted}}, .class_name = class_name, .name_space = name_space};
}

TEST_CASE("Data of a namespace that was deleted and made again is back only where claim and class ask for it") {
  Scene scene;
  auto const consenting = scene.unique("consenting");
  scene.make_class(restoring());
  scene.make_class(restoring({{"restoreAcrossNamespaceUid", "true"}}), consenting);
  auto const name_space = scene.make_namespace("shop");
  scene.start();
  auto const pair = scene.bound_claim("web", {.name_space = name_space});
  auto const token = put_token(scene, pair);
  delete_and_make_again(scene, name_space);
  scene.await_no_volume(pair.volume.meta.name);
  CHECK(scene.exported().read(archive_of(pair) + "/token") == token);

  // Asked for, and the class does not allow it: refused, and no empty directory.
  for (auto const& wanted : {std::string("latest"), pair.volume.meta.name}) {
    await_line(scene, scene.make_claim("web", asking(wanted, name_space)), "restoreAcrossNamespaceUid");
    scene.await_event("web", "ProvisioningFailed", "restoreAcrossNamespaceUid", name_space);
    CHECK(scene.claim("web", name_space)->phase == "Pending");
    CHECK_FALSE(scene.exported().has(name_space));
    scene.remove_claim("web", name_space);
    scene.await_no_claim("web", name_space);
  }
  // By itself: empty, even where the class would allow it.
  for (auto const& class_name : {scene.class_name(), consenting}) {
    auto const fresh = scene.bound_claim("web", {.class_name = class_name, .name_space = name_space});
    CHECK(scene.exported().names_in(scene.directory(fresh.volume)).empty());
    scene.remove_and_await(fresh);
  }
  CHECK(scene.exported().read(archive_of(pair) + "/token") == token);
  auto const back = scene.bound_claim("web", asking(pair.volume.meta.name, name_space, consenting));
  CHECK(token_of(scene, back) == token);
  scene.await_event("web", "VolumeRestored", "Restored archive " + archive_of(pair), name_space);
  scene.remove_and_await(back);
  CHECK(token_of(scene, scene.bound_claim("web", asking("latest", name_space, consenting))) == token);
  scene.stop();
}

TEST_CASE("Another namespace never gets an archive whatever it asks for") {
  Scene scene;
  scene.make_class(restoring({{"restoreAcrossNamespaceUid", "true"}}));
  auto const stranger = scene.make_namespace("stranger");
  scene.start();
  auto const pair = scene.bound_claim("web");
  auto const token = put_token(scene, pair);
  scene.remove_and_await(pair);
  for (auto const& wanted :
       {std::string("latest"), pair.volume.meta.name, "../" + archive_of(pair), archive_of(pair)}) {
    INFO(wanted);
    await_line(scene, scene.make_claim("web", asking(wanted, stranger)), "there is no such archive of this claim");
    auto const message =
        scene.await_event("web", "ProvisioningFailed", "there is no such archive of this claim", stranger);
    CHECK(message.find(scene.name_space() + "/") == std::string::npos);
    CHECK(scene.claim("web", stranger)->phase == "Pending");
    CHECK_FALSE(scene.exported().has(stranger));
    scene.remove_claim("web", stranger);
    scene.await_no_claim("web", stranger);
  }
  auto const fresh = scene.bound_claim("web", {.name_space = stranger});
  CHECK(scene.exported().names_in(scene.directory(fresh.volume)).empty());
  // Nor does a claim of another name in the same namespace.
  scene.make_claim("other", asking(pair.volume.meta.name));
  scene.await_event("other", "ProvisioningFailed", "there is no such archive of this claim");
  CHECK(scene.exported().read(archive_of(pair) + "/token") == token);
  CHECK(token_of(scene, scene.bound_claim("web")) == token);
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
