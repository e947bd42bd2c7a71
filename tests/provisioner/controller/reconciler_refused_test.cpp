// Requests that the API server refuses (403), though the permission for them is there.
#include "provisioner/core/binding.hpp"
#include "tests/provisioner/support/stage.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using Moment = test::MemoryApiServer::Moment;
using Answer = std::optional<test::MemoryApiServer::Answer>;

namespace {

// An admission policy in namespace `frozen` that lets nobody patch a claim.
struct Frozen : Stage {
  std::size_t reviews = 0;
  bool thawed = false;
  bool reviews_fail = false;

  Frozen() {
    k8s::Namespace frozen;
    frozen.meta.name = "frozen";
    server.put(frozen);
    server.put(pending_claim("web", "U1", "1", "frozen"));
    put_claim("web", "U2");
    server.on_request([this](Moment moment, std::size_t, k8s::Request const& request) -> Answer {
      if (moment == Moment::after) return std::nullopt;
      bool const review = request.target.ends_with("/selfsubjectaccessreviews");
      reviews += review ? 1U : 0U;
      if (review && reviews_fail) return test::failure(500, "InternalError", "etcd");
      if (thawed || request.method != k8s::Method::patch) return std::nullopt;
      if (request.target.find("/namespaces/frozen/persistentvolumeclaims") == std::string::npos) return std::nullopt;
      return test::failure(403, "Forbidden", "ValidatingAdmissionPolicy 'freeze' denied request: nothing changes here");
    });
  }

  [[nodiscard]] bool frozen_is_bound() const { return is_bound(*server.find<k8s::Claim>({"frozen", "web"})); }
};

std::vector<EmitEvent> failures_of(Program const& program) {
  std::vector<EmitEvent> failures;
  for (auto const& event : program.events())
    if (event.reason == "ProvisioningFailed") failures.push_back(event);
  return failures;
}

}  // namespace

TEST_CASE("a claim that admission refuses is told the answer and tried again, and all others are served as before") {
  Frozen stage;
  Program program(stage);
  CHECK_FALSE(program.work(12));  // the refused one is tried again for ever
  CHECK(is_bound(*stage.claim("web")));
  CHECK_FALSE(stage.frozen_is_bound());
  CHECK(program.settings().current().permissions == Permissions{});
  CHECK(stage.reviews > 0);
  auto const failures = failures_of(program);
  REQUIRE_FALSE(failures.empty());
  for (auto const& event : failures) {
    CHECK(event.about.name_space == "frozen");
    CHECK(contains(event.message, "ValidatingAdmissionPolicy 'freeze' denied request: nothing changes here"));
  }
  stage.thawed = true;
  REQUIRE(program.work());
  CHECK(stage.frozen_is_bound());
}

TEST_CASE("while the review fails, a refused claim is tried again and no feature is given up") {
  Frozen stage;
  stage.reviews_fail = true;
  Program program(stage);
  CHECK_FALSE(program.work(12));
  CHECK(is_bound(*stage.claim("web")));
  CHECK(program.settings().current().permissions == Permissions{});
  CHECK(failures_of(program).empty());
  stage.reviews_fail = false;
  CHECK_FALSE(program.work(6));
  CHECK_FALSE(failures_of(program).empty());
}

TEST_CASE("where reviews are refused too, a refusal counts for its object alone") {
  Frozen stage;
  auto const policy = [&](Moment moment, std::size_t, k8s::Request const& request) -> Answer {
    if (moment == Moment::after) return std::nullopt;
    if (request.target.ends_with("/selfsubjectaccessreviews")) return test::failure(403, "Forbidden", "no reviews");
    bool const frozen = request.target.find("/namespaces/frozen/persistentvolumeclaims") != std::string::npos;
    if (request.method == k8s::Method::patch && frozen) return test::failure(403, "Forbidden", "frozen");
    // Admission has no say in reads: this one is not allowed, and the claims are served without.
    if (request.method == k8s::Method::get && request.target.starts_with("/api/v1/namespaces/team-a") &&
        request.target.ends_with("team-a"))
      return test::failure(403, "Forbidden", "no namespaces");
    return std::nullopt;
  };
  stage.server.on_request(policy);
  Program program(stage);
  CHECK_FALSE(program.work(12));
  CHECK(is_bound(*stage.claim("web")));
  CHECK(program.settings().current().permissions == Permissions{});
  REQUIRE_FALSE(failures_of(program).empty());
  for (auto const& event : failures_of(program)) CHECK(event.about.name_space == "frozen");
}
