// A person takes archives away by a verb, beside the running service.
#include "tests/integration/support/metrics.hpp"
#include "tests/integration/support/tokens.hpp"
#include "tests/integration/support/verb.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

TEST_CASE("An archive that was purged by hand is neither counted nor given back any more, without a restart") {
  Scene scene;
  scene.make_class(restoring());
  scene.start("direct", {{"HTTP_ADDRESS", any_port}});
  auto const first = scene.bound_claim("web");
  put_token(scene, first);
  scene.remove_and_await(first);
  auto const count = [&] { return metric(scene.program(), "nfs_provisioner_archives"); };
  eventually("the archive counted", [&] { return count() == 1; });
  auto const said = run_verb(scene, {"archives", "purge", first.volume.meta.name, "--yes"});
  INFO(said.text);
  CHECK(said.ended == Ended{0, 0});
  eventually("no archive counted", [&] { return count() == 0; });
  CHECK_FALSE(token_of(scene, scene.bound_claim("web")));
  scene.stop();
}

TEST_CASE("A claim is told that it adopts what was restored by hand to its path") {
  Scene scene;
  scene.make_class(restoring());
  scene.start();
  auto const first = scene.bound_claim("web");
  auto const token = put_token(scene, first);
  auto const path = scene.directory(first.volume);
  scene.remove_and_await(first);
  auto const said = run_verb(scene, {"archives", "restore", first.volume.meta.name, "--to", path});
  INFO(said.text);
  CHECK(said.ended == Ended{0, 0});
  CHECK(token_of(scene, scene.bound_claim("web")) == token);
  scene.await_event("web", "DirectoryAdopted", path);
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
