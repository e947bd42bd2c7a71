#include "provisioner/core/binding.hpp"
#include "provisioner/core/naming.hpp"
#include "tests/provisioner/support/stage.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using Moment = test::MemoryApiServer::Moment;
using Answer = test::MemoryApiServer::Answer;

namespace {

std::vector<std::string> writes_of(Stage& stage, std::function<void()> const& work) {
  std::vector<std::string> seen;
  stage.server.on_request([&](Moment moment, std::size_t, k8s::Request const& request) -> std::optional<Answer> {
    if (moment == Moment::before && request.method != k8s::Method::get)
      seen.push_back(std::string(k8s::to_string(request.method)) + " " + request.target);
    return std::nullopt;
  });
  work();
  stage.server.on_request({});
  return seen;
}

// At the first request that `matches`, before it takes effect.
test::MemoryApiServer::Hook once(std::function<bool(k8s::Request const&)> const& matches,
                                 std::function<void()> const& deed) {
  auto done = std::make_shared<bool>(false);
  return [=](Moment moment, std::size_t, k8s::Request const& request) -> std::optional<Answer> {
    if (moment != Moment::before || *done || !matches(request)) return std::nullopt;
    *done = true;
    deed();
    return std::nullopt;
  };
}

auto patches(std::string const& target) {
  return [=](k8s::Request const& request) { return request.method == k8s::Method::patch && request.target == target; };
}

constexpr auto claim_target = "/api/v1/namespaces/team-a/persistentvolumeclaims/web";

void annotate(Stage& stage, std::string const& claim) {
  stage.server.patch<k8s::Claim>({"team-a", claim}, R"({"metadata":{"annotations":{"example.com/seen":"yes"}}})");
}

void serve(Stage& stage) {
  Program program(stage);
  REQUIRE(program.work());
  REQUIRE(is_bound(*stage.claim("web")));
}

}  // namespace

TEST_CASE("a claim is served by four writes, in the order that matters") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  auto const writes = writes_of(stage, [&] { REQUIRE(program.work()); });
  CHECK(writes == std::vector<std::string>{"POST /api/v1/persistentvolumes",
                                           "PATCH /api/v1/persistentvolumes/pvc-U1/status",
                                           "PATCH /api/v1/namespaces/team-a/persistentvolumeclaims/web",
                                           "PATCH /api/v1/namespaces/team-a/persistentvolumeclaims/web/status"});
  CHECK(program.told("Provisioning") == 1);
  CHECK(program.told("ProvisioningSucceeded") == 1);
  CHECK(program.told("ProvisioningFailed") == 0);
  CHECK(stage.volume("pvc-U1")->meta.annotations.at("nfs-subdir-provisioner.io/namespace-uid") == "NS-UID");
}

TEST_CASE("every patch carries the uid, and on a claim the version") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  stage.server.on_request([](Moment, std::size_t, k8s::Request const& request) -> std::optional<Answer> {
    if (request.method != k8s::Method::patch) return std::nullopt;
    CHECK(contains(request.body, "\"uid\":"));
    CHECK(contains(request.body, "\"resourceVersion\":") == contains(request.target, "claims"));
    return std::nullopt;
  });
  REQUIRE(program.work());
}

TEST_CASE("a permission that is missing is given up, said once, and the claim left to kube-controller-manager") {
  struct Row {
    std::string resource;
    bool Permissions::*permission;
  };
  std::vector<Row> const table{{"persistentvolumes/status", &Permissions::patch_volume_status},
                               {"persistentvolumeclaims", &Permissions::patch_claims},
                               {"persistentvolumeclaims/status", &Permissions::patch_claim_status}};
  for (auto const& row : table) {
    INFO(row.resource);
    Stage stage;
    stage.server.forbid("patch", row.resource);
    stage.put_claim("web", "U1");
    stage.put_claim("db", "U2");
    Program program(stage);
    REQUIRE(program.work());
    CHECK_FALSE(program.settings().current().permissions.*row.permission);
    CHECK(program.log().count("permission is missing") == 1);
    CHECK(program.told("ProvisioningFailed") == 0);
    CHECK(stage.server.all<k8s::Volume>().size() == 2);
    stage.controller_manager();
    REQUIRE(program.work());
    CHECK(is_bound(*stage.claim("web")));
    CHECK(is_bound(*stage.claim("db")));
    CHECK_FALSE(stage.has_intents());
  }
}

TEST_CASE("without the permission to read namespaces volumes are made without their uid") {
  Stage stage;
  stage.server.forbid("get", "namespaces");
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK_FALSE(stage.volume("pvc-U1")->meta.annotations.contains("nfs-subdir-provisioner.io/namespace-uid"));
  CHECK(program.log().count("permission is missing") == 1);
  stage.put_claim("db", "U2");
  stage.server.on_request([](Moment, std::size_t, k8s::Request const& request) -> std::optional<Answer> {
    CHECK_FALSE(contains(request.target, "namespaces/team-a?"));
    CHECK_FALSE(request.target.ends_with("namespaces/team-a"));
    return std::nullopt;
  });
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("db")));
}

TEST_CASE("a permission that nothing can do without is told and tried again") {
  Stage stage;
  stage.server.forbid("create", "persistentvolumes");
  stage.put_claim("web", "U1");
  Program program(stage);
  CHECK_FALSE(program.work(3));
  CHECK(program.told("ProvisioningFailed") >= 1);
  stage.server.allow("create", "persistentvolumes");
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
}

TEST_CASE("a claim that changed meanwhile is read anew and bound all the same, at once") {
  for (auto const* target : {claim_target, "/api/v1/namespaces/team-a/persistentvolumeclaims/web/status"}) {
    INFO(target);
    Stage stage;
    stage.put_claim("web", "U1");
    Program program(stage);
    stage.server.on_request(once(patches(target), [&] { annotate(stage, "web"); }));
    REQUIRE(program.work());
    CHECK(is_bound(*stage.claim("web")));
    CHECK(stage.claim("web")->meta.annotations.at("example.com/seen") == "yes");
    CHECK(program.told("ProvisioningFailed") == 0);
  }
}

TEST_CASE("a claim that kube-controller-manager binds meanwhile is not written over") {
  for (auto const* target : {"/api/v1/persistentvolumes/pvc-U1/status", claim_target,
                             "/api/v1/namespaces/team-a/persistentvolumeclaims/web/status"}) {
    INFO(target);
    Stage stage;
    stage.put_claim("web", "U1");
    Program program(stage);
    stage.server.on_request(once(patches(target), [&] { stage.controller_manager(); }));
    REQUIRE(program.work());
    CHECK(is_bound(*stage.claim("web")));
    CHECK(stage.volume("pvc-U1")->phase == "Bound");
    CHECK_FALSE(stage.has_intents());
  }
}

TEST_CASE("a claim that is replaced by another of its name meanwhile never gets its volume") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  stage.server.on_request(once(patches(claim_target), [&] {
    stage.remove_claim("web");
    stage.put_claim("web", "U2");
  }));
  (void)program.reconcile("pvc-U1");
  CHECK_FALSE(stage.volume("pvc-U2"));
  CHECK(program.told("ProvisioningFailed") == 0);
  REQUIRE(program.work());
  stage.controller_manager();
  REQUIRE(program.work());
  stage.controller_manager();
  REQUIRE(program.work());
  INFO(program.log().text());
  CHECK(stage.claim("web")->volume_name == "pvc-U2");
  CHECK(is_bound(*stage.claim("web")));
  CHECK_FALSE(stage.volume("pvc-U1"));
  CHECK(stage.directories() == std::vector<std::string>{"team-a", "team-a/web"});
}

TEST_CASE("a volume that is replaced by another of its name meanwhile is read anew, and told of to nobody") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  stage.server.on_request(once(patches("/api/v1/persistentvolumes/pvc-U1/status"), [&] {
    auto volume = *stage.volume("pvc-U1");
    stage.server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"metadata":{"finalizers":null}})");
    stage.server.remove<k8s::Volume>({{}, "pvc-U1"});
    volume.meta.uid = "ANOTHER";
    volume.meta.resource_version.clear();
    stage.server.put(volume);
  }));
  REQUIRE(program.work());
  INFO(program.log().text());
  CHECK(program.told("ProvisioningFailed") == 0);
  CHECK(is_bound(*stage.claim("web")));
}

TEST_CASE("a volume of our name that somebody else made is not used") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  stage.server.on_request(once([](k8s::Request const& request) { return request.method == k8s::Method::post; },
                               [&] {
                                 auto foreign = volume_at("pvc-U1", "/somewhere/else", "SOMEBODY");
                                 foreign.meta.resource_version.clear();
                                 stage.server.put(foreign);
                               }));
  REQUIRE(program.work());
  CHECK(stage.claim("web")->volume_name.empty());
  CHECK(stage.volume("pvc-U1")->claim_ref->uid == "SOMEBODY");
  CHECK(program.told("ProvisioningFailed") >= 1);
}

TEST_CASE("a claim that waits for a class is served when the class comes") {
  Stage stage;
  stage.server.remove<k8s::StorageClass>({{}, "volumen-tipo-ivan"});
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  CHECK(program.told("ProvisioningFailed") == 1);
  stage.server.put(our_class());
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
}

TEST_CASE("an eager claim gets the annotations that kube-controller-manager would have set") {
  Stage stage;
  auto claim = pending_claim("web", "U1");
  claim.meta.annotations.clear();
  stage.server.put(claim);
  Program program(stage, Binding::eager);
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.claim("web")->meta.annotations.at("volume.kubernetes.io/storage-provisioner") == our_name);
  CHECK(stage.claim("web")->meta.annotations.at("volume.beta.kubernetes.io/storage-provisioner") == our_name);
}

TEST_CASE("a claim that was called Lost although its volume is there is Bound again") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  stage.server.patch<k8s::Claim>({"team-a", "web"}, R"({"status":{"phase":"Lost"}})", "status");
  REQUIRE(program.work());
  CHECK(stage.claim("web")->phase == "Bound");
}

TEST_CASE("a claim that is called Lost is not set Bound to a volume that only our watch still shows") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  stage.server.patch<k8s::Claim>({"team-a", "web"}, R"({"status":{"phase":"Lost"}})", "status");
  program.watch();
  stage.server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"metadata":{"finalizers":[]}})");
  stage.server.remove<k8s::Volume>({{}, "pvc-U1"});
  (void)program.reconcile("pvc-U1");
  CHECK(stage.claim("web")->phase == "Lost");
}

TEST_CASE("nothing is written once the program is to end") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  Reconciler reconciler(program.parts(), 0, stage.server.connect());
  std::stop_source stop;
  stop.request_stop();
  stage.server.on_request({});
  (void)reconciler.reconcile("pvc-U1", stop.get_token());
  CHECK(stage.server.requests() == 0);
  CHECK(stage.server.all<k8s::Volume>().empty());
  CHECK(program.told("ProvisioningFailed") == 0);
}

TEST_CASE("a program that is to end stops between two steps, and the next one goes on there") {
  Stage stage;
  stage.put_claim("web", "U1");
  {
    Program program(stage);
    Reconciler reconciler(program.parts(), 0, stage.server.connect());
    std::stop_source stop;
    stage.server.on_request([&](Moment moment, std::size_t, k8s::Request const& request) -> std::optional<Answer> {
      if (moment == Moment::after && contains(request.target, "claims/web/status")) stop.request_stop();
      return std::nullopt;
    });
    (void)reconciler.reconcile("pvc-U1", stop.get_token());
    CHECK(stage.has_intents());
  }
  stage.server.on_request({});
  serve(stage);
  CHECK_FALSE(stage.has_intents());
}

TEST_CASE("a volume that was made although the answer was lost counts as made, before the watch shows it") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  stage.lose_answer(posts_volume);
  CHECK(std::holds_alternative<TryAgain>(program.reconcile("pvc-U1")));
  REQUIRE(stage.volume("pvc-U1"));
  (void)program.reconcile("pvc-U1");
  CHECK(stage.volume("pvc-U1")->phase == "Bound");
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
}

TEST_CASE("a claim is bound only once the watch, which tells kube-controller-manager too, shows its volume bound") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  CHECK(std::holds_alternative<TryAgain>(program.reconcile("pvc-U1")));
  CHECK(stage.volume("pvc-U1")->phase == "Bound");
  CHECK(stage.claim("web")->volume_name.empty());
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
}

TEST_CASE("no claim is bound while kube-controller-manager is behind with releases, unless it makes no progress") {
  Stage stage;
  stage.put_claim("old", "U0");
  Program program(stage);
  REQUIRE(program.work());
  REQUIRE(is_bound(*stage.claim("old")));
  stage.remove_claim("old");
  stage.put_claim("web", "U1");
  program.watch();
  (void)program.reconcile("pvc-U1");
  program.watch();
  CHECK(std::holds_alternative<TryAgain>(program.reconcile("pvc-U1")));
  CHECK(stage.claim("web")->volume_name.empty());
  SECTION("it catches up") {
    stage.server.patch<k8s::Volume>({{}, "pvc-U0"}, R"({"status":{"phase":"Released"}})", "status");
    program.watch();
  }
  SECTION("it is away") {
    stage.clock.advance(std::chrono::seconds{11});
  }
  (void)program.reconcile("pvc-U1");
  CHECK(is_bound(*stage.claim("web")));
}

TEST_CASE("what the program wrote itself it knows before the watch shows it") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage, Binding::controller);
  (void)program.reconcile("pvc-U1");
  CHECK(program.view().volume("pvc-U1"));
  stage.server.on_request({});
  (void)program.reconcile("pvc-U1");
  CHECK(stage.server.requests() == 0);

  auto elsewhere = stage.server.patch<k8s::Claim>({"team-a", "web"}, R"({"spec":{"volumeName":"by-hand"}})");
  program.view().claims().apply(elsewhere);
  (void)program.reconcile("pvc-U1");
  CHECK_FALSE(stage.volume("pvc-U1"));
  CHECK_FALSE(program.view().volume("pvc-U1"));
}

TEST_CASE("a volume whose end was shown before the answer to our last write is looked at until that is known") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage, Binding::controller);
  REQUIRE(program.work());
  auto const written = stage.volume("pvc-U1");
  REQUIRE(written);
  stage.remove_claim("web");
  stage.server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"metadata":{"finalizers":null}})");
  stage.server.remove<k8s::Volume>({{}, "pvc-U1"});
  program.watch();
  REQUIRE_FALSE(stage.volume("pvc-U1"));
  program.view().wrote(*written);
  CHECK(std::holds_alternative<TryAgain>(program.reconcile("pvc-U1")));
  stage.clock.advance(std::chrono::seconds(31));
  CHECK(std::holds_alternative<Settled>(program.reconcile("pvc-U1")));
  CHECK_FALSE(program.view().volume("pvc-U1"));
}

TEST_CASE("what a term that ran out has refused is tried again, for the term may be renewed") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  bool holds = false;
  stage.server.on_request([&](Moment moment, std::size_t, k8s::Request const& request) -> std::optional<Answer> {
    if (holds || moment != Moment::before || request.method == k8s::Method::get) return std::nullopt;
    holds = true;
    return k8s::make_error(k8s::ErrorKind::cancelled, "not sent: this process does not lead");
  });
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
}
