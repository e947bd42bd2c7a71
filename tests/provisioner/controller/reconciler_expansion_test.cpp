// Claims that ask for more, before an API server in memory.
#include <utility>

#include "provisioner/core/binding.hpp"
#include "tests/provisioner/support/stage.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using Moment = test::MemoryApiServer::Moment;

namespace {

// A claim team-a/web of 1Gi, of a class that lets it grow.
struct Growing : Stage {
  Growing() {
    server.patch<k8s::StorageClass>({{}, "volumen-tipo-ivan"}, R"({"allowVolumeExpansion":true})");
    put_claim("web", "U1");
  }
  void ask_for(std::string const& size) {
    server.patch<k8s::Claim>({"team-a", "web"}, R"({"spec":{"resources":{"requests":{"storage":")" + size + R"("}}}})");
  }
};

// The claim as the API server keeps it now.
std::string stored_claim(Stage const& stage) {
  std::string text;
  for (auto const& change : stage.server.changes_since(0)) {
    if (change.plural == "persistentvolumeclaims") text = change.object;
  }
  return text;
}

bool is_claim_status(k8s::Request const& request) {
  return request.method == k8s::Method::patch && request.target.ends_with("/persistentvolumeclaims/web/status");
}

// Once, before a patch of `target` takes effect.
void before_patch(Stage& stage, std::string const& target, std::function<void()> const& deed) {
  auto const done = std::make_shared<bool>(false);
  stage.server.on_request(
      [=](auto moment, auto, k8s::Request const& request) -> std::optional<test::MemoryApiServer::Answer> {
        bool const meant = request.method == k8s::Method::patch && request.target == target;
        if (moment == test::MemoryApiServer::Moment::before && meant && !std::exchange(*done, true)) deed();
        return std::nullopt;
      });
}

}  // namespace

TEST_CASE("a claim that asks for more has it, in its volume and in its status") {
  Growing stage;
  Program program(stage);
  REQUIRE(program.work());
  stage.ask_for("5Gi");
  SECTION("at once") {}
  SECTION("though the volume is edited at that moment") {
    before_patch(stage, "/api/v1/persistentvolumes/pvc-U1", [&] {
      stage.server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"metadata":{"labels":{"a":"b"}}})");
    });
  }
  SECTION("though the claim is edited at that moment") {
    before_patch(stage, "/api/v1/namespaces/team-a/persistentvolumeclaims/web/status", [&] {
      stage.server.patch<k8s::Claim>({"team-a", "web"}, R"({"metadata":{"labels":{"a":"b"}}})");
    });
  }
  SECTION("though the answer was lost") {
    stage.lose_answer([](k8s::Request const& request) { return request.method == k8s::Method::patch; });
  }
  REQUIRE(program.work());
  INFO(program.log().text());
  CHECK(stage.volume("pvc-U1")->capacity == "5Gi");
  CHECK(stage.claim("web")->status_capacity == "5Gi");
  CHECK(is_bound(*stage.claim("web")));
  CHECK(program.told("VolumeResizeSuccessful") == 1);
  CHECK(program.told("ProvisioningFailed") == 0);
}

TEST_CASE("the status of a claim that was expanded says what was allocated, and of no expansion under way") {
  using Catch::Matchers::Contains;
  Growing stage;
  Program program(stage);
  REQUIRE(program.work());
  CHECK_THAT(stored_claim(stage), !Contains("allocatedResources"));
  // As whoever expanded it before had left it.
  stage.server.patch<k8s::Claim>({"team-a", "web"},
                                 R"({"status":{"allocatedResources":{"storage":"2Gi"},)"
                                 R"("allocatedResourceStatuses":{"storage":"ControllerResizeFailed"}}})",
                                 "status");
  stage.ask_for("5Gi");
  REQUIRE(program.work());
  auto const text = stored_claim(stage);
  CHECK_THAT(text, Contains(R"("allocatedResources":{"storage":"5Gi"})"));
  CHECK_THAT(text, Contains(R"("capacity":{"storage":"5Gi"})"));
  CHECK_THAT(text, !Contains("allocatedResourceStatuses"));
}

TEST_CASE("an API server that does not know what was allocated is not asked again") {
  Growing stage;
  Program program(stage);
  REQUIRE(program.work());
  stage.ask_for("5Gi");
  int patches = 0;
  stage.server.on_request([&](Moment moment, std::size_t, k8s::Request const& request) {
    if (moment == Moment::after && is_claim_status(request)) {
      ++patches;
      stage.server.patch<k8s::Claim>({"team-a", "web"}, R"({"status":{"allocatedResources":null}})", "status");
    }
    return std::optional<test::MemoryApiServer::Answer>{};
  });
  REQUIRE(program.work());
  INFO(program.log().text());
  CHECK(patches == 1);
  CHECK(stage.claim("web")->status_capacity == "5Gi");
  CHECK(program.told("VolumeResizeSuccessful") == 1);
}

TEST_CASE("a claim that may not grow for want of a permission stays as it is, and that is told once") {
  Growing stage;
  Program program(stage);
  REQUIRE(program.work());
  stage.server.forbid("patch", "persistentvolumes");
  stage.ask_for("5Gi");
  REQUIRE(program.work());
  CHECK(stage.volume("pvc-U1")->capacity == "1Gi");
  CHECK(program.log().count("permission is missing: patch persistentvolumes") == 1);
}
