// Which data comes back, and where to, when claims and classes are not what they were.
#include "tests/integration/support/tokens.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

std::string const restore_from = "nfs-subdir-provisioner.io/restore-from";

ClaimSpec asking(std::string const& wanted) {
  return {.annotations = {{restore_from, wanted}}};
}

// Two archives of one claim, of the same second as likely as not: an adopting class makes the second volume empty.
std::pair<Pair, Pair> two_archives(Scene& scene) {
  auto const adopting = scene.unique("adopting");
  scene.make_class({.parameters = {{"pathPattern", "${.PVC.namespace}/${.PVC.name}"}}}, adopting);
  auto const older = scene.bound_claim("web", {.class_name = adopting});
  put_token(scene, older);
  scene.remove_and_await(older);
  auto const newer = scene.bound_claim("web", {.class_name = adopting});
  CHECK_FALSE(token_of(scene, newer));
  put_token(scene, newer);
  scene.remove_and_await(newer);
  return {older, newer};
}

TEST_CASE("Of two archives the newest comes back and the older one when it is named") {
  Scene scene;
  scene.start();
  auto const [older, newer] = two_archives(scene);
  // The same name again, now for restoring: archives are of a class by its name.
  scene.remove_class(scene.unique("adopting"));
  scene.make_class(restoring(), scene.unique("adopting"));
  scene.make_class(restoring());
  auto const back = scene.bound_claim("web", {.class_name = scene.unique("adopting")});
  CHECK(token_of(scene, back) == newer.claim.meta.uid);
  CHECK(scene.exported().read(archive_of(older) + "/token") == older.claim.meta.uid);
  scene.remove_and_await(back);
  auto const named = scene.bound_claim("web", asking(older.volume.meta.name));
  CHECK(token_of(scene, named) == older.claim.meta.uid);
  CHECK(scene.exported().read(archive_of(back) + "/token") == newer.claim.meta.uid);
  scene.remove_and_await(named);
  // Put back last, it is the newest now.
  CHECK(token_of(scene, scene.bound_claim("web", asking("latest"))) == older.claim.meta.uid);
  CHECK(all_tokens(scene.exported()).size() == 2);
  scene.stop();
}

TEST_CASE("An archive that nobody knows is refused and not replaced by an empty directory") {
  Scene scene;
  scene.make_class(restoring());
  scene.start();
  scene.make_claim("web", asking("pvc-00000000-0000-0000-0000-000000000000"));
  scene.await_event("web", "ProvisioningFailed", "there is no such archive of this claim");
  CHECK(scene.claim("web")->phase == "Pending");
  CHECK(scene.exported().names().empty());
  CHECK(scene.volumes().empty());
  scene.stop();
}

TEST_CASE("A class made anew with delete takes nothing from volumes made under archive") {
  Scene scene;
  scene.make_class(restoring({{"onDelete", "archive"}}));
  scene.start();
  auto const first = scene.bound_claim("web");
  auto const token = put_token(scene, first);
  scene.remove_class();
  scene.make_class(restoring({{"onDelete", "delete"}, {"trashRetention", "0"}}));
  scene.remove_and_await(first);
  CHECK(scene.exported().read(archive_of(first) + "/token") == token);
  // The volume that it comes back with is the new policy's.
  auto const second = scene.bound_claim("web");
  CHECK(token_of(scene, second) == token);
  scene.remove_class();
  scene.make_class(restoring({{"onDelete", "archive"}}));
  scene.remove_and_await(second);
  eventually("what delete asked for", [&] { return all_tokens(scene.exported()).empty(); });
  scene.stop();
}

TEST_CASE("Data comes back once the class that was deleted is there again") {
  Scene scene;
  scene.make_class(restoring());
  scene.start();
  auto const first = scene.bound_claim("web");
  auto const token = put_token(scene, first);
  scene.remove_class();
  scene.remove_and_await(first);
  CHECK(scene.exported().read(archive_of(first) + "/token") == token);
  scene.make_claim("web");
  scene.make_class(restoring());
  CHECK(token_of(scene, scene.await_bound("web")) == token);
  scene.stop();
}

TEST_CASE("A claim made again with another class gets a fresh directory unless it asks for its data") {
  Scene scene;
  scene.make_class(restoring());
  scene.make_class(restoring(), scene.unique("other"));
  scene.start();
  auto const first = scene.bound_claim("web");
  auto const token = put_token(scene, first);
  scene.remove_and_await(first);
  auto const fresh = scene.bound_claim("web", {.class_name = scene.unique("other")});
  CHECK_FALSE(token_of(scene, fresh));
  CHECK(scene.exported().read(archive_of(first) + "/token") == token);
  scene.remove_and_await(fresh);
  auto asked = asking(first.volume.meta.name);
  asked.class_name = scene.unique("other");
  auto const back = scene.bound_claim("web", asked);
  CHECK(token_of(scene, back) == token);
  CHECK(back.volume.storage_class_name == scene.unique("other"));
  scene.stop();
}

TEST_CASE("A claim made again under another pattern and with another size has its data at the new place") {
  Scene scene;
  scene.make_class(restoring());
  scene.start();
  auto const first = scene.bound_claim("web", {.storage = "1Mi"});
  auto const token = put_token(scene, first);
  scene.remove_and_await(first);
  scene.remove_class();
  scene.make_class(restoring({{"pathPattern", "deep/${.PVC.name}/of/${.PVC.namespace}"}}));
  auto const back = scene.bound_claim("web", {.storage = "5Gi"});
  CHECK(scene.directory(back.volume) == "deep/web/of/" + scene.name_space());
  CHECK(back.volume.capacity == "5Gi");
  CHECK(token_of(scene, back) == token);
  scene.remove_and_await(back);
  CHECK_FALSE(scene.exported().has("deep"));
  CHECK(text_at(parse_json(*scene.exported().read(record_of(back))), "/requestedStorage") == "5Gi");
  CHECK(token_of(scene, scene.bound_claim("web", {.storage = "1Ki"})) == token);
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
