// The program is gone for good, and its volumes are to go.
#include "tests/integration/support/tokens.hpp"
#include "tests/integration/support/verb.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

TEST_CASE("Volumes whose program is gone are let go by a verb and their directories stay") {
  Scene scene;
  scene.make_class(restoring());
  scene.start("direct", {{"ENABLE_LEADER_ELECTION", "true"}, {"POD_NAMESPACE", scene.name_space()}});
  auto const hanging = scene.bound_claim("web");
  auto const token = put_token(scene, hanging);
  auto const path = scene.directory(hanging.volume);
  std::vector<std::string> const plan{"volumes", "remove-finalizers"};
  std::vector<std::string> const act{"volumes", "remove-finalizers", "--yes"};

  auto said = run_cluster_verb(scene, act);
  INFO(said.text);
  CHECK(said.ended == Ended{1, 0});
  CHECK(said.text.find("a program serves this provisioner") != std::string::npos);
  scene.stop();

  auto const& name = hanging.volume.meta.name;
  scene.remove_claim("web");
  scene.await_no_claim("web");
  scene.cluster().remove<k8s::Volume>({{}, name});
  said = run_cluster_verb(scene, plan);
  CHECK(said.ended == Ended{0, 0});
  CHECK(said.text.find("Terminating") != std::string::npos);
  REQUIRE(scene.cluster().get<k8s::Volume>({{}, name}));
  said = run_cluster_verb(scene, act);
  CHECK(said.ended == Ended{0, 0});
  scene.await_no_volume(name);
  CHECK(scene.exported().read(path + "/token") == token);
}

}  // namespace
}  // namespace nfs::test
