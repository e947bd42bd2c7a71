// A claim that asks to begin empty, though its data would have come back.
#include <filesystem>

#include "tests/integration/support/tokens.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

ClaimSpec beginning_empty() {
  return {.annotations = {{"nfs-subdir-provisioner.io/restore-from", "none"}}};
}

TEST_CASE("A claim that asks to begin empty leaves its archive where it is, and the next claim has the newest") {
  Scene scene;
  scene.make_class(restoring());
  scene.start();
  auto const first = scene.bound_claim("web");
  auto const old = put_token(scene, first);
  scene.remove_and_await(first);
  auto const anew = scene.bound_claim("web", beginning_empty());
  CHECK(scene.exported().names_in(scene.directory(anew.volume)).empty());
  CHECK(scene.exported().read(archive_of(first) + "/token") == old);
  scene.await_event("web", "VolumeBeginsEmpty", archive_of(first));
  auto const fresh = put_token(scene, anew);
  scene.remove_and_await(anew);
  // Without the annotation the newest comes back; the older one does by name.
  auto const next = scene.bound_claim("web");
  CHECK(token_of(scene, next) == fresh);
  scene.remove_and_await(next);
  auto const named =
      scene.bound_claim("web", {.annotations = {{"nfs-subdir-provisioner.io/restore-from", first.volume.meta.name}}});
  CHECK(token_of(scene, named) == old);
  CHECK(all_tokens(scene.exported()).size() == 2);
  scene.stop();
}

TEST_CASE("A claim that asks to begin empty is refused a directory with data until that is moved away") {
  Scene scene;
  scene.make_class(restoring({{"onDelete", "retain"}}));
  scene.start();
  auto const first = scene.bound_claim("web");
  auto const token = put_token(scene, first);
  auto const path = scene.directory(first.volume);
  scene.remove_and_await(first);
  scene.make_claim("web", beginning_empty());
  scene.await_event("web", "ProvisioningFailed", "the claim asks to begin empty");
  CHECK(scene.claim("web")->phase == "Pending");
  CHECK(scene.exported().read(path + "/token") == token);
  std::filesystem::rename(scene.exported().at(path), scene.exported().at(scene.name_space() + "/aside"));
  CHECK_FALSE(token_of(scene, scene.await_bound("web")));
  CHECK(scene.exported().read(scene.name_space() + "/aside/token") == token);
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
