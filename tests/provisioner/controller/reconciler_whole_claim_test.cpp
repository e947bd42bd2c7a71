// Caches do not keep what a class's pattern asks of a claim: it is read from the API server when it is needed.
#include "provisioner/core/binding.hpp"
#include "provisioner/core/relative_path.hpp"
#include "tests/provisioner/support/stage.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using Moment = test::MemoryApiServer::Moment;
using Answer = test::MemoryApiServer::Answer;

namespace {

struct LabelStage : Stage {
  LabelStage() {
    make_class_anew(
        {{"pathPattern", "${.PVC.labels.team}/${.PVC.annotations.nfs.io/storage-path}"}, {"allowTenantPaths", "true"}});
  }

  k8s::Claim put_labelled(std::string const& name, std::string const& uid, std::string const& team,
                          std::string const& path) {
    auto claim = pending_claim(name, uid);
    claim.meta.labels.emplace("team", team);
    claim.meta.annotations.emplace("nfs.io/storage-path", path);
    return server.put(claim);
  }

  void label(std::string const& name, std::string const& team) {
    server.patch<k8s::Claim>({"team-a", name}, R"({"metadata":{"labels":{"team":")" + team + R"("}}})");
  }
};

bool reads_claim(k8s::Request const& request) {
  return request.method == k8s::Method::get && request.target.find("/persistentvolumeclaims/") != std::string::npos;
}

// How often the program reads a claim from the API server while it works.
std::size_t claims_read(Stage& stage, Program& program) {
  std::size_t count = 0;
  stage.server.on_request([&](Moment moment, std::size_t, k8s::Request const& request) -> std::optional<Answer> {
    if (moment == Moment::before && reads_claim(request)) ++count;
    return std::nullopt;
  });
  REQUIRE(program.work());
  stage.server.on_request({});
  return count;
}

}  // namespace

TEST_CASE("a directory is where the claim's label and annotation say, though no cache holds them") {
  LabelStage stage;
  stage.put_labelled("web", "U1", "red", "data/web");
  Program program(stage);
  auto const cached = program.view().claim_of("pvc-U1");
  REQUIRE(cached);
  CHECK(cached->meta.labels.empty());
  CHECK_FALSE(cached->meta.annotations.contains("nfs.io/storage-path"));
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.directories() == std::vector<std::string>{"red", "red/data", "red/data/web"});
}

TEST_CASE("a claim is read once for its labels, and not where its class's pattern asks for none") {
  LabelStage with;
  Stage without;
  with.put_labelled("web", "U1", "red", "web");
  without.put_claim("web", "U1");
  Program labelled(with);
  Program plain(without);
  // The first of a namespace is read for the namespace's uid, too.
  REQUIRE(labelled.work());
  REQUIRE(plain.work());
  with.put_labelled("db", "U2", "red", "db");
  without.put_claim("db", "U2");
  CHECK(claims_read(with, labelled) == 1);
  CHECK(claims_read(without, plain) == 0);
  CHECK(is_bound(*with.claim("db")));
  CHECK(is_bound(*without.claim("db")));
}

TEST_CASE("a value that no path can hold refuses the claim by its key, until it is shortened") {
  LabelStage stage;
  stage.put_labelled("web", "U1", std::string(5000, 'x'), "web");
  Program program(stage);
  REQUIRE(program.work());
  CHECK_FALSE(stage.volume("pvc-U1"));
  CHECK(stage.directories().empty());
  REQUIRE(program.told("ProvisioningFailed") == 1);
  CHECK(contains(program.events().back().message, "label \"team\" has more than 4095 bytes"));
  stage.label("web", "red");
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.files.dump().contains("red/web"));
}

TEST_CASE("the claim's newest labels count, not those that it had when the watch showed it") {
  LabelStage stage;
  stage.put_labelled("web", "U1", "red", "web");
  Program program(stage);
  stage.label("web", "blue");
  (void)program.reconcile("pvc-U1");
  CHECK(stage.directories() == std::vector<std::string>{"blue", "blue/web"});
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
}

TEST_CASE("nothing is made for a claim that is gone, or was made anew, when its labels are read") {
  bool const anew = GENERATE(false, true);
  LabelStage stage;
  stage.put_labelled("web", "U1", "red", "web");
  Program program(stage);
  stage.remove_claim("web");
  if (anew) stage.put_labelled("web", "U2", "blue", "web");
  (void)program.reconcile("pvc-U1");
  CHECK(stage.directories().empty());
  CHECK_FALSE(stage.volume("pvc-U1"));
  REQUIRE(program.work());
  CHECK(stage.volume("pvc-U2").has_value() == anew);
}

TEST_CASE("a claim that asks for another class by now is served by that one") {
  LabelStage stage;
  auto other = our_class();
  other.meta.name = "other";
  other.meta.uid = "uid-of-other";
  other.parameters = {{"pathPattern", "other/${.PVC.name}"}};
  stage.server.put(other);
  stage.put_labelled("web", "U1", "red", "web");
  Program program(stage);
  stage.server.patch<k8s::Claim>({"team-a", "web"},
                                 R"({"metadata":{"annotations":{"volume.beta.kubernetes.io/storage-class":"other"}}})");
  (void)program.reconcile("pvc-U1");
  CHECK(stage.directories() == std::vector<std::string>{"other", "other/web"});
}

TEST_CASE("a claim whose labels cannot be read is tried again") {
  LabelStage stage;
  stage.put_labelled("web", "U1", "red", "web");
  Program program(stage);
  stage.lose_answer(reads_claim, 3);  // one that is lost is asked for again at once, twice
  CHECK(std::holds_alternative<TryAgain>(program.reconcile("pvc-U1")));
  CHECK(stage.directories().empty());
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
}
