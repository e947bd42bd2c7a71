// Of many namespaces none waits for all that another has to do.
#include <algorithm>

#include "tests/provisioner/support/stage.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

// The volumes' names in the order in which the workers would get them.
std::vector<std::string> take_all(Program& program) {
  std::vector<std::string> names;
  while (program.site().queue().size() > 0) {
    names.push_back(*program.site().queue().take({}));
    program.site().queue().done(names.back());
  }
  return names;
}

}  // namespace

TEST_CASE("the namespace of a volume's name is its claim's, else the one that the volume is for") {
  Stage stage;
  Program program(stage);
  CHECK(program.view().namespace_of("pvc-U1").empty());
  stage.server.put(volume_at("pvc-U1", "/data/nfs/team-a/web", "U1"));
  program.watch();
  CHECK(program.view().namespace_of("pvc-U1") == "team-a");
  stage.server.put(pending_claim("web", "U2", "1", "team-b"));
  program.watch();
  CHECK(program.view().namespace_of("pvc-U2") == "team-b");
  stage.server.remove<k8s::Claim>({"team-b", "web"});
  program.watch();
  CHECK(program.view().namespace_of("pvc-U2").empty());
}

TEST_CASE("namespaces take turns, whatever has brought their claims into the queue") {
  Stage stage;
  for (int i = 0; i < 20; ++i) {
    stage.put_claim("many-" + std::to_string(i), "U" + std::to_string(i));
  }
  Program program(stage);
  stage.server.put(pending_claim("single", "V1", "1", "team-b"));
  SECTION("they came") {
    program.watch();
  }
  SECTION("their class changed") {
    program.watch();
    (void)take_all(program);
    (void)stage.make_class_anew({});
    program.watch();
  }
  auto const names = take_all(program);
  auto const single = std::ranges::find(names, "pvc-V1") - names.begin();
  CHECK(names.size() == 21);
  CHECK(single < 2);
}

TEST_CASE("a claim that waits for kube-controller-manager to catch up holds no worker and asks for nothing meanwhile") {
  Stage stage;
  stage.put_claim("old", "U0");
  Program program(stage);
  REQUIRE(program.work());
  stage.remove_claim("old");
  stage.put_claim("web", "U1");
  program.watch();
  (void)program.reconcile("pvc-U1");
  program.watch();
  auto const asked = stage.server.requests();
  CHECK(std::holds_alternative<TryAgain>(program.reconcile("pvc-U1")));
  CHECK(stage.server.requests() == asked);
  CHECK(stage.claim("web")->volume_name.empty());
}
