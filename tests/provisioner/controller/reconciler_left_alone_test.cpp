// Claims that somebody else serves, before an API server in memory.
#include "provisioner/core/binding.hpp"
#include "tests/provisioner/support/stage.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using Moment = test::MemoryApiServer::Moment;

namespace {

k8s::Claim populated_claim() {
  auto claim = pending_claim("web", "U1");
  claim.data_source = {"volsync.backube", "ReplicationDestination", "web"};
  return claim;
}

// How often the program changes something from now on.
std::shared_ptr<int> count_writes(Stage& stage) {
  auto const writes = std::make_shared<int>(0);
  stage.server.on_request([=](Moment moment, std::size_t, k8s::Request const& request) {
    bool const asks = request.target.ends_with("reviews");
    if (moment == Moment::before && request.method != k8s::Method::get && !asks) ++*writes;
    return std::optional<test::MemoryApiServer::Answer>{};
  });
  return writes;
}

}  // namespace

TEST_CASE("a claim that a volume populator serves gets one Normal Event, and nothing else") {
  auto const binding = GENERATE(Binding::direct, Binding::eager, Binding::controller);
  Stage stage;
  stage.server.put(populated_claim());
  Program program(stage, binding);
  auto const writes = count_writes(stage);
  REQUIRE(program.work());
  INFO(program.log().text());
  CHECK(program.told("Provisioning") == 1);
  CHECK(program.events().size() == 1);
  CHECK(program.events().front().type == k8s::EventType::normal);
  CHECK(*writes == 0);
  CHECK(stage.server.all<k8s::Volume>().empty());
  CHECK(stage.directories().empty());
  CHECK_FALSE(stage.has_intents());
}

TEST_CASE("a volume that a populator has filled goes with the claim to which it is handed over") {
  Stage stage;
  stage.server.put(populated_claim());
  stage.put_claim("prime", "U2");
  Program program(stage);
  REQUIRE(program.work());
  REQUIRE(is_bound(*stage.claim("prime")));
  stage.files.put_file("team-a/prime/data", "precious");
  // As the library of the populators does it: then kube-controller-manager binds the one claim and calls the other
  // Lost.
  stage.server.patch<k8s::Volume>({{}, "pvc-U2"},
                                  R"({"spec":{"claimRef":{"name":"web","uid":"U1","resourceVersion":null}}})");
  stage.server.patch<k8s::Claim>({"team-a", "prime"}, R"({"status":{"phase":"Lost"}})", "status");
  stage.controller_manager();
  REQUIRE(program.work());
  stage.remove_claim("prime");
  REQUIRE(program.work());
  INFO(program.log().text());
  CHECK(stage.claim("web")->volume_name == "pvc-U2");
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.volume("pvc-U2")->phase == "Bound");
  CHECK(stage.files.dump().contains("team-a/prime/data"));
  CHECK(program.told("ProvisioningFailed") == 0);
  stage.remove_claim("web");
  stage.controller_manager();
  REQUIRE(program.work());
  CHECK_FALSE(stage.volume("pvc-U2"));
  CHECK(stage.files.dump().contains("archived-team-a-web-pvc-U2/data"));
}

TEST_CASE("a claim that names another's volume is left alone without a word") {
  auto const binding = GENERATE(Binding::direct, Binding::eager, Binding::controller);
  Stage stage;
  auto claim = pending_claim("web", "U1");
  claim.volume_name = "by-hand";
  SECTION("that is not there yet") {}
  SECTION("that is there") {
    k8s::Volume volume;
    volume.meta.name = "by-hand";
    volume.capacity = "1Gi";
    volume.source = {"csi", {{"driver", "example.com"}}};
    stage.server.put(volume);
  }
  SECTION("and asks for what is refused otherwise") {
    claim.selector.emplace();
    claim.volume_attributes_class = "gold";
  }
  stage.server.put(claim);
  Program program(stage, binding);
  auto const writes = count_writes(stage);
  REQUIRE(program.work());
  CHECK(program.events().empty());
  CHECK(*writes == 0);
}
