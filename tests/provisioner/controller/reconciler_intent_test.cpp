#include "provisioner/core/binding.hpp"
#include "tests/provisioner/support/stage.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using Moment = test::MemoryApiServer::Moment;
using Directories = std::vector<std::string>;

namespace {

bool marks_volume(k8s::Request const& request) {
  return request.method == k8s::Method::patch && request.target.ends_with("/status");
}

// The program dies at the first request that `chosen` chooses, before it takes effect.
template <class Chosen>
void die_at(Stage& stage, Chosen chosen) {
  stage.server.on_request([=](Moment, std::size_t, k8s::Request const& request) {
    if (chosen(request)) throw Death{};
    return std::optional<test::MemoryApiServer::Answer>();
  });
  Program program(stage);
  CHECK_THROWS_AS(program.work(), Death);
  stage.server.on_request({});
}

}  // namespace

TEST_CASE("a claim whose intent could not be written holds no directory against others") {
  auto const moment = GENERATE(FaultyFileSystem::Moment::before, FaultyFileSystem::Moment::after);
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  program.watch();
  program.faults().fail_at(1, moment, StorageFault::io);
  CHECK(std::holds_alternative<TryAgain>(program.reconcile("pvc-U1")));
  CHECK(program.parts().ledger.life("pvc-U1").intent.has_value() == stage.has_intents());
  REQUIRE(program.work());
  CHECK(stage.claim("web")->phase == "Bound");
}

TEST_CASE("a claim that was refused what no record tells of is refused it when it is tried again, too") {
  Stage stage;
  stage.make_class_anew({{"pathPattern", "common"}});
  stage.files.put_file("common/data", "of nobody knows whom");
  stage.put_claim("web", "U1");
  Program program(stage);
  program.watch();
  for (int round = 0; round < 3; ++round) {
    CAPTURE(round);
    (void)program.reconcile("pvc-U1");
    CHECK_FALSE(stage.volume("pvc-U1"));
    CHECK_FALSE(stage.has_intents());
  }
  REQUIRE(stage.files.remove_file("common/data").has_value());
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
}

TEST_CASE("a directory that was made for a claim that is gone is dealt with before the next claim gets it") {
  Stage stage;
  stage.put_claim("web", "U1");
  die_at(stage, posts_volume);
  REQUIRE(stage.directories() == Directories{"team-a", "team-a/web"});
  stage.remove_claim("web");
  stage.put_claim("web", "U2");
  Program program(stage);
  (void)program.reconcile("pvc-U2");
  CHECK_FALSE(stage.volume("pvc-U2"));
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.directories() == Directories{"team-a", "team-a/web"});
  CHECK_FALSE(stage.has_intents());
}

TEST_CASE("a volume that was made though the answer was lost is not made differently") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  stage.lose_answer(posts_volume);
  CHECK(std::holds_alternative<TryAgain>(program.reconcile("pvc-U1")));
  // The class is another before the watch shows the volume.
  program.view().classes().apply(stage.make_class_anew({{"pathPattern", "elsewhere/${.PVC.name}"}}));
  (void)program.reconcile("pvc-U1");
  CHECK(stage.directories() == Directories{"team-a", "team-a/web"});
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
}

TEST_CASE("what was begun is undone where people have made the claim's volume again at another directory") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  program.watch();
  stage.server.put(volume_at("pvc-U1", "/data/nfs/of-old", "U1"));
  stage.files.put_file("of-old/data", "precious");
  REQUIRE(program.work());
  CHECK_FALSE(stage.has_intents());
  CHECK(stage.directories() == Directories{"of-old", "of-old/data"});
  CHECK(stage.claim("web")->volume_name == "pvc-U1");
}

TEST_CASE("a volume that the watch does not show for long keeps its directory against others") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  (void)program.reconcile("pvc-U1");
  stage.controller_manager();
  program.view().claims().apply(*stage.claim("web"));
  (void)program.reconcile("pvc-U1");
  REQUIRE_FALSE(stage.has_intents());
  REQUIRE_FALSE(program.view().volumes().get("pvc-U1"));
  stage.clock.advance(std::chrono::minutes{1});
  (void)program.reconcile("pvc-U1");
  program.view().classes().apply(stage.make_class_anew({{"pathPattern", "${.PVC.namespace}/web"}}));
  program.view().claims().apply(stage.put_claim("db", "U2"));
  (void)program.reconcile("pvc-U2");
  CHECK_FALSE(stage.volume("pvc-U2"));
}

TEST_CASE("a volume that no watch ever shows gives its directory up once it was released") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  (void)program.reconcile("pvc-U1");
  stage.remove_claim("web");
  stage.controller_manager();
  program.view().claims().erase("team-a/web");
  program.view().claims().apply(stage.put_claim("web", "U2"));
  (void)program.reconcile("pvc-U2");
  REQUIRE_FALSE(stage.volume("pvc-U2"));
  stage.clock.advance(std::chrono::minutes{1});
  CHECK(std::holds_alternative<Settled>(program.reconcile("pvc-U1")));
  (void)program.reconcile("pvc-U2");
  CHECK(stage.volume("pvc-U2"));
}

TEST_CASE("a volume that no watch ever shows is looked at again while it waits for one that shares its directory") {
  Stage stage;
  stage.make_class_anew({{"pathPattern", "common"}, {"sharedDirectory", "sameNamespace"}});
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  program.view().claims().apply(stage.put_claim("db", "U2"));
  (void)program.reconcile("pvc-U2");
  REQUIRE(stage.volume("pvc-U2"));
  for (std::string const name : {"web", "db"}) {
    stage.remove_claim(name);
    program.view().claims().erase("team-a/" + name);
  }
  stage.controller_manager();
  program.view().volumes().apply(*stage.volume("pvc-U1"));
  CHECK(std::holds_alternative<TryAgain>(program.reconcile("pvc-U2")));
}

TEST_CASE("a volume that was never used and is kept all the same gives its directory up") {
  Stage stage;
  stage.server.remove<k8s::StorageClass>({{}, our_class().meta.name});
  auto keeping = our_class();
  keeping.reclaim_policy = "Retain";
  stage.server.put(keeping);
  stage.put_claim("web", "U1");
  die_at(stage, marks_volume);
  stage.remove_claim("web");
  stage.controller_manager();
  REQUIRE(stage.has_intents());
  Program program(stage);
  REQUIRE(program.work());
  CHECK(stage.volume("pvc-U1")->phase == "Released");
  CHECK_FALSE(stage.has_intents());
  CHECK(stage.directories() == Directories{"team-a", "team-a/web"});
}

TEST_CASE("a conflict while the finalizer is taken off, or the volume deleted, is met by another try") {
  auto const method = GENERATE(k8s::Method::patch, k8s::Method::del);
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  stage.remove_claim("web");
  stage.controller_manager();
  bool met = false;
  stage.server.on_request([&](Moment moment, std::size_t, k8s::Request const& request) {
    std::optional<test::MemoryApiServer::Answer> answer;
    if (met || moment != Moment::before || request.method != method) return answer;
    met = true;
    answer = test::failure(409, "Conflict", "the object has been modified");
    return answer;
  });
  REQUIRE(program.work());
  CHECK(stage.server.all<k8s::Volume>().empty());
}

TEST_CASE("what is left of a volume that was kept is not undone under the claim that adopted it") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  stage.server.on_request([&](Moment moment, std::size_t, k8s::Request const& request) {
    std::optional<test::MemoryApiServer::Answer> answer;
    if (moment == Moment::before && marks_volume(request)) answer = test::failure(500, "InternalError", "asleep");
    return answer;
  });
  (void)program.reconcile("pvc-U1");
  stage.server.on_request({});
  REQUIRE(stage.has_intents());
  // Released and kept, adopted by the next claim of that name, deleted: all before the program looks at it again.
  stage.remove_claim("web");
  stage.server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"spec":{"persistentVolumeReclaimPolicy":"Retain"}})");
  program.watch();
  stage.put_claim("web", "U2");
  program.watch();
  (void)program.reconcile("pvc-U2");
  REQUIRE(stage.volume("pvc-U2"));
  stage.server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"metadata":{"finalizers":[]}})");
  stage.server.remove<k8s::Volume>({{}, "pvc-U1"});
  REQUIRE(program.work());
  CHECK(stage.directories() == Directories{"team-a", "team-a/web"});
  CHECK_FALSE(stage.has_intents());
}

TEST_CASE("a claim that is refused after its directory was made gives it back") {
  Stage stage;
  stage.put_claim("web", "U1");
  die_at(stage, posts_volume);
  REQUIRE(stage.directories() == Directories{"team-a", "team-a/web"});
  stage.server.patch<k8s::Claim>({"team-a", "web"},
                                 R"({"metadata":{"annotations":{"nfs-subdir-provisioner.io/restore-from":"pvc-9"}}})");
  Program program(stage);
  REQUIRE(program.work());
  CHECK(program.told("ProvisioningFailed") == 1);
  CHECK(stage.directories().empty());
  CHECK_FALSE(stage.has_intents());
}

TEST_CASE("a volume that no watch ever showed and that somebody deleted gives its directory up") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  (void)program.reconcile("pvc-U1");
  stage.controller_manager();
  program.view().claims().apply(*stage.claim("web"));
  (void)program.reconcile("pvc-U1");
  CHECK(std::holds_alternative<TryAgain>(program.reconcile("pvc-U1")));
  stage.server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"metadata":{"finalizers":[]}})");
  stage.server.remove<k8s::Volume>({{}, "pvc-U1"});
  program.view().claims().erase("team-a/web");
  stage.clock.advance(std::chrono::minutes{1});
  (void)program.reconcile("pvc-U1");
  CHECK(std::holds_alternative<Settled>(program.reconcile("pvc-U1")));
}

TEST_CASE("a volume that no watch ever shows gives its directory up, though it was kept, and people deleted it") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  (void)program.reconcile("pvc-U1");
  REQUIRE(stage.volume("pvc-U1"));
  stage.server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"spec":{"persistentVolumeReclaimPolicy":"Retain"}})");
  stage.remove_claim("web");
  stage.controller_manager();
  stage.server.remove<k8s::Volume>({{}, "pvc-U1"});
  program.view().claims().erase("team-a/web");
  program.view().wrote(*stage.volume("pvc-U1"));  // as the answer to a write of ours shows it
  // All that is left to do is to let it go.
  CHECK(std::holds_alternative<TryAgain>(program.reconcile("pvc-U1")));
  REQUIRE_FALSE(stage.volume("pvc-U1"));
  stage.clock.advance(std::chrono::minutes{1});
  (void)program.reconcile("pvc-U1");
  CHECK(std::holds_alternative<Settled>(program.reconcile("pvc-U1")));
  CHECK_FALSE(holds_unseen(program.parts().ledger.life("pvc-U1")));
}

TEST_CASE("a directory that a claim has begun and leaves is nobody else's before it is undone") {
  Stage stage;
  stage.put_claim("web", "U1");
  die_at(stage, posts_volume);
  REQUIRE(stage.has_intents());
  Program program(stage);
  program.view().classes().apply(stage.make_class_anew({{"pathPattern", "elsewhere/${.PVC.name}"}}));
  program.faults().fail_at(1, FaultyFileSystem::Moment::before, StorageFault::io);
  CHECK(std::holds_alternative<TryAgain>(program.reconcile("pvc-U1")));
  CHECK(stage.directories() == Directories{"team-a", "team-a/web"});
  program.view().classes().apply(stage.make_class_anew({{"pathPattern", "${.PVC.namespace}/web"}}));
  program.view().claims().apply(stage.put_claim("db", "U2"));
  (void)program.reconcile("pvc-U2");
  CHECK_FALSE(stage.volume("pvc-U2"));
}

TEST_CASE("a claim that waits for its name's earlier volume gives back first what it has begun inside of that one's") {
  Stage stage;
  stage.make_class_anew({{"pathPattern", "${.PVC.namespace}/${.PVC.name}"}, {"onCreate", "restore"}});
  stage.put_claim("web", "U2");
  die_at(stage, posts_volume);
  REQUIRE(stage.has_intents());
  // The request for it was sent long ago, given up, and done only now.
  auto late = volume_at("pvc-U1", "/data/nfs/team-a", "U1");
  late.claim_ref->name = "web";
  stage.server.put(late);
  stage.controller_manager();
  Program program(stage);
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK_FALSE(stage.volume("pvc-U1"));
  CHECK(stage.directories() == Directories{"team-a", "team-a/web"});
}

TEST_CASE("a claim whose class is gone gives back what it has begun, and others may have the place") {
  Stage stage;
  stage.put_claim("web", "U1");
  die_at(stage, posts_volume);
  REQUIRE(stage.has_intents());
  stage.server.remove<k8s::StorageClass>({{}, "volumen-tipo-ivan"});
  Program program(stage);
  REQUIRE(program.work());
  CHECK(stage.directories().empty());
  CHECK_FALSE(stage.has_intents());
  stage.server.put(our_class());
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
}

TEST_CASE("what was begun is not given up while the volume's request, never answered, may be done yet") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  std::optional<k8s::Request> late;
  stage.server.on_request([&](Moment, std::size_t, k8s::Request const& request) {
    std::optional<test::MemoryApiServer::Answer> answer;
    if (!posts_volume(request)) return answer;
    late = request;
    answer = k8s::make_error(k8s::ErrorKind::transport, "timed out");
    return answer;
  });
  CHECK(std::holds_alternative<TryAgain>(program.reconcile("pvc-U1")));
  stage.server.on_request({});
  stage.remove_claim("web");
  program.view().claims().erase("team-a/web");
  auto const verdict = program.reconcile("pvc-U1");
  REQUIRE(std::holds_alternative<TryAgain>(verdict));
  CHECK(std::get<TryAgain>(verdict).at_least == std::chrono::seconds{60});
  CHECK(stage.directories() == Directories{"team-a", "team-a/web"});
  SECTION("it is not") {
    stage.clock.advance(std::chrono::seconds{60});
    (void)program.reconcile("pvc-U1");
  }
  SECTION("it is") {
    REQUIRE(stage.server.connect()->send(*late, {})->status == 201);
    stage.controller_manager();
    REQUIRE(program.work());
  }
  CHECK_FALSE(stage.volume("pvc-U1"));
  CHECK(stage.directories().empty());
  CHECK_FALSE(stage.has_intents());
}

TEST_CASE("a claim that leaves what it has begun to who stands there by now is served elsewhere at once") {
  Stage stage;
  stage.put_claim("web", "U1");
  die_at(stage, posts_volume);
  REQUIRE(stage.has_intents());
  stage.server.put(volume_at("pvc-U9", "/data/nfs/team-a/web", "U9"));
  auto other = pending_claim("other", "U9");
  other.volume_name = "pvc-U9";
  stage.server.put(other);
  stage.make_class_anew({{"pathPattern", "elsewhere/${.PVC.name}"}});
  Program program(stage);
  (void)program.reconcile("pvc-U1");
  REQUIRE(stage.volume("pvc-U1"));
  CHECK(stage.directories() == Directories{"elsewhere", "elsewhere/web", "team-a", "team-a/web"});
}

TEST_CASE("what was begun elsewhere is undone, whatever fails, when its class has sent the claim to a kept directory") {
  constexpr auto by_claim = "${.PVC.namespace}/${.PVC.name}";
  constexpr auto elsewhere = "elsewhere/${.PVC.name}";
  auto const failing = GENERATE(range<std::size_t>(1, 12));
  CAPTURE(failing);
  Stage stage;
  auto const use = [&](std::string const& pattern) { stage.make_class_anew({{"pathPattern", pattern}}); };
  use(by_claim);
  stage.put_claim("web", "U1");
  REQUIRE(Program(stage).work());
  stage.server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"spec":{"persistentVolumeReclaimPolicy":"Retain"}})");
  stage.remove_claim("web");
  stage.controller_manager();
  use(elsewhere);
  stage.put_claim("web", "U2");
  die_at(stage, posts_volume);
  REQUIRE(stage.has_intents());
  use(by_claim);
  Program program(stage);
  program.faults().fail_at(failing, FaultyFileSystem::Moment::before, StorageFault::io);
  stage.server.on_request([](Moment, std::size_t, k8s::Request const& request) {
    std::optional<test::MemoryApiServer::Answer> answer;
    if (posts_volume(request)) answer = test::failure(500, "InternalError", "asleep");
    return answer;
  });
  CHECK(std::holds_alternative<TryAgain>(program.reconcile("pvc-U2")));
  stage.server.on_request({});
  stage.remove_claim("web");
  REQUIRE(program.work());
  CHECK(stage.directories() == Directories{"team-a", "team-a/web"});
  CHECK_FALSE(stage.has_intents());
}
