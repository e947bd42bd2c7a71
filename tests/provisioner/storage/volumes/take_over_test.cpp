// One cluster takes the place of another one on the export: all of it, whatever cuts it short, and nothing is lost.
#include <algorithm>
#include <functional>

#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "tests/provisioner/storage/volumes/storage_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/faulty_file_system.hpp"
#include "tests/support/storage/memory_file_system.hpp"

namespace nfs::test {
namespace {

using Moment = FaultyFileSystem::Moment;
using Dump = std::map<std::string, std::string>;

constexpr auto old_id = "cluster-old";
ClusterLayout const theirs{old_id};
TakeOverDecision const decision{
    .from = {old_id, "prod"}, .decided_by = "a test", .time = "2026-03-01T00:00:00.000001Z"};

/// As a cluster's program opens it.
struct OpenStore : VolumeStore {
  OpenStore(FileSystem& files, std::string const& cluster) : VolumeStore(files, cluster) {
    REQUIRE(identify({{"pvc-9", "the-id", path_of("team-a/web")}}).has_value());
    REQUIRE(intents().has_value());
    REQUIRE(survey_archives().has_value());
  }
};

DirectoryRequest asked(std::string const& path, std::string const& volume, std::string const& claim) {
  auto request = request_for(path, volume);
  request.claim_name = claim;
  request.storage_class = "standard";
  request.time = "2026-02-01T00:00:00.000001Z";
  return request;
}

void make_volume(VolumeStore& store, MemoryFileSystem& files, std::string const& path, std::string const& volume,
                 std::string const& claim) {
  REQUIRE(outcome(store.create(asked(path, volume, claim))) == "made");
  REQUIRE(outcome(store.settle(volume)) == "ok");
  files.put_file(path + "/token", "precious");
}

/// A cluster had all that a cluster can have; another one is on the export by now, and has something, too.
struct Scene {
  MemoryFileSystem files;

  Scene() {
    files.put_file(".nfs-subdir-provisioner/export.json", R"({"version":1,"id":"the-id"})");
    OpenStore old(files, old_id);
    REQUIRE(old.announce({.cluster = {old_id, "prod"}, .heartbeat = "2026-02-28T00:00:00Z"}).has_value());
    make_volume(old, files, "team-a/web", "pvc-1", "web");
    make_volume(old, files, "team-a-db-pvc-2", "pvc-2", "db");
    make_volume(old, files, "team-a/gone", "pvc-3", "gone");
    REQUIRE(outcome(old.archive(archive_at("team-a/gone", "pvc-3"))) == "archived");
    files.put_file("team-a/kept/token", "precious");
    REQUIRE(outcome(old.archive(retained_at("team-a/kept", "pvc-4"))) == "retained");
    make_volume(old, files, "team-a/thrown", "pvc-5", "thrown");
    REQUIRE(outcome(old.trash("pvc-5", path_of("team-a/thrown"))) == "trashed");
    REQUIRE(outcome(old.create(asked("team-a/begun", "pvc-6", "begun"))) == "made");
    make_volume(old, files, "team-a/lost", "pvc-7", "lost");
    REQUIRE(files.remove_file("team-a/lost/token").has_value());
    REQUIRE(files.remove_directory("team-a/lost").has_value());
    REQUIRE(files.sync_directory("team-a").has_value());
    OpenStore ours(files, own_cluster);
    REQUIRE(ours.announce({.cluster = {own_cluster}}).has_value());
    make_volume(ours, files, "team-b/own", "pvc-8", "own");
  }
  static ArchiveRecord archive_at(std::string const& path, std::string const& volume) {
    auto record = archive_of(path, volume);
    record.retention.clear();
    return record;
  }
};

std::string take_over(VolumeStore& store) {
  auto const decided = store.decided_take_overs();
  if (decided.has_error()) return outcome(decided);
  for (auto const& each : *decided) {
    if (auto const done = store.take_over(each); done.has_error()) return outcome(done);
  }
  return "ok";
}

std::vector<std::string> volumes_of(ArchiveCatalog const& catalog) {
  std::vector<std::string> volumes;
  for (auto const& record : catalog.all()) volumes.push_back(record.volume);
  return volumes;
}

/// What tenants have: all but the program's own.
Dump tenants(MemoryFileSystem& files) {
  auto dump = files.dump();
  std::erase_if(dump, [](auto const& each) { return each.first.starts_with(names::private_directory); });
  return dump;
}

}  // namespace

TEST_CASE("what a cluster had is the other one's: volumes in use are kept in place, archives come along") {
  Scene scene;
  auto const before = tenants(scene.files);
  OpenStore ours(scene.files, own_cluster);
  REQUIRE(ours.neighbours().look()->get()->size() == 1);
  CHECK_FALSE(ours.take_overs().any());
  REQUIRE(outcome(ours.decide_take_over(decision)) == "ok");
  CHECK(*ours.decided_take_overs() == std::vector{decision});
  auto const done = ours.take_over(decision);
  REQUIRE(done.has_value());
  CHECK(done->volumes == 3);
  CHECK(done->archives == 2);
  CHECK(done->without_directory == std::vector<std::string>{"pvc-7"});
  CHECK(done->left.empty());
  CHECK(tenants(scene.files) == before);
  CHECK(ours.decided_take_overs()->empty());
  CHECK(ours.take_overs().any());
  CHECK(ours.neighbours().look()->get()->empty());
  CHECK(volumes_of(ours.catalog()) == std::vector<std::string>{"pvc-1", "pvc-2", "pvc-3", "pvc-4", "pvc-6"});
  auto const web = *ours.catalog().find("pvc-1");
  CHECK(web.was_in_use());
  CHECK(web.claim_name == "web");
  CHECK(web.storage_class == "standard");
  CHECK(web.namespace_uid.empty());
  CHECK(web.taken_from == old_id);
  CHECK(web.cluster_id == own_cluster);
  CHECK(web.made_at == "2026-02-01T00:00:00.000001Z");
  CHECK(web.time == decision.time);
  auto const gone = *ours.catalog().find("pvc-3");
  CHECK(gone.taken_from == old_id);
  CHECK(gone.namespace_uid == "n-1");
  CHECK_FALSE(ours.catalog().find("pvc-4")->was_in_use());
  // What was in its own directory is there still, elsewhere.
  for (auto const* part : {"/cluster.json", "/volumes/pvc-1", "/creating/pvc-6", "/trash/pvc-5/token"})
    CHECK(scene.files.dump().contains(own_layout.taken_of(old_id) + part));
  OpenStore next(scene.files, own_cluster);
  CHECK(next.take_overs().any());
  CHECK(next.catalog().all() == ours.catalog().all());
  CHECK(next.volumes()->size() == 1);
}

TEST_CASE("after a crash at any effect of a take-over, the next program comes to the same end, and nothing is lost") {
  Scene whole;
  OpenStore undisturbed(whole.files, own_cluster);
  REQUIRE(outcome(undisturbed.decide_take_over(decision)) == "ok");
  REQUIRE(take_over(undisturbed) == "ok");
  auto const expected = whole.files.dump();
  std::vector<std::function<void(MemoryFileSystem&)>> accidents{
      [](auto& files) { files.crash(MemoryFileSystem::Unsynced::lost); },
      [](auto& files) { files.crash(MemoryFileSystem::Unsynced::kept); }};
  for (std::uint64_t seed = 1; seed <= 4; ++seed) accidents.emplace_back([seed](auto& files) { files.crash(seed); });
  for (auto const moment : {Moment::before, Moment::after}) {
    for (auto const& accident : accidents) {
      bool finished = false;
      for (std::size_t at = 1; !finished; ++at) {
        CAPTURE(at, moment == Moment::after);
        REQUIRE(at < 100);
        Scene scene;
        auto const before = tenants(scene.files);
        FaultyFileSystem faulty(scene.files);
        OpenStore store(faulty, own_cluster);
        REQUIRE(outcome(store.decide_take_over(decision)) == "ok");
        faulty.crash_at(at, moment);
        try {
          (void)take_over(store);
          finished = true;
        } catch (Crash const&) {
        }
        accident(scene.files);
        REQUIRE(tenants(scene.files) == before);
        OpenStore next(scene.files, own_cluster);
        REQUIRE(take_over(next) == "ok");
        REQUIRE(scene.files.dump() == expected);
        REQUIRE(next.catalog().all() == undisturbed.catalog().all());
        // What was reported done lasts.
        scene.files.crash(MemoryFileSystem::Unsynced::lost);
        REQUIRE(scene.files.dump() == expected);
      }
    }
  }
}

TEST_CASE("a decision lasts once it is answered, and is none before") {
  for (auto const moment : {Moment::before, Moment::after}) {
    bool finished = false;
    for (std::size_t at = 1; !finished; ++at) {
      CAPTURE(at, moment == Moment::after);
      Scene scene;
      FaultyFileSystem faulty(scene.files);
      OpenStore store(faulty, own_cluster);
      faulty.crash_at(at, moment);
      try {
        finished = store.decide_take_over(decision).has_value();
      } catch (Crash const&) {
      }
      scene.files.crash(MemoryFileSystem::Unsynced::lost);
      OpenStore next(scene.files, own_cluster);
      REQUIRE(next.decided_take_overs().has_value());
      if (finished) CHECK(*next.decided_take_overs() == std::vector{decision});
    }
  }
}

TEST_CASE("while a take-over fails half-way the directories are held still, and the next try ends it") {
  for (std::size_t at = 1;; ++at) {
    CAPTURE(at);
    Scene scene;
    FaultyFileSystem faulty(scene.files);
    OpenStore store(faulty, own_cluster);
    REQUIRE(outcome(store.decide_take_over(decision)) == "ok");
    faulty.fail_at(at, Moment::before, StorageFault::full);
    auto const first = take_over(store);
    if (faulty.effects() < at) break;
    CHECK(first == "full");
    bool const moved = scene.files.dump().contains(own_layout.taken_of(old_id));
    if (!moved) CHECK(outcome(store.create(asked("team-a/web", "pvc-9", "other"))) == "held_elsewhere");
    (void)store.undo_create("pvc-9");
    CHECK(take_over(store) == "ok");
    CHECK(store.catalog().all().size() == 5);
  }
}

TEST_CASE("a look at a neighbour tells whose volumes it has, and whether it was seen to say that it lives") {
  Scene scene;
  OpenStore ours(scene.files, own_cluster);
  auto const look = [&] { return ours.neighbours().look()->get()->front(); };
  auto const first = look();
  CHECK(first.claims.contains({"team-a", "web", "standard"}));
  CHECK(first.claims.contains({"team-a", "begun", "standard"}));
  CHECK_FALSE(first.claims.contains({"team-a", "gone", "standard"}));
  CHECK_FALSE(first.seen_alive);
  CHECK_FALSE(look().seen_alive);
  OpenStore old(scene.files, old_id);
  REQUIRE(old.announce({.cluster = {old_id, "prod"}, .heartbeat = "2026-02-28T00:01:00Z"}).has_value());
  CHECK(look().seen_alive);
  CHECK(look().seen_alive);
}

TEST_CASE("only another cluster that is on the export can be taken over") {
  Scene scene;
  OpenStore ours(scene.files, own_cluster);
  for (auto const* id : {own_cluster, "cluster-x", "..", ""}) {
    auto wrong = decision;
    wrong.from.id = id;
    CHECK(outcome(ours.decide_take_over(wrong)) == "not_found");
  }
  CHECK(ours.decided_take_overs()->empty());
}

TEST_CASE("an intent of the other cluster that cannot be read stops the take-over, by name, with nothing moved") {
  Scene scene;
  scene.files.put_file(theirs.volume_of("pvc-0"), "{");
  OpenStore ours(scene.files, own_cluster);
  REQUIRE(outcome(ours.decide_take_over(decision)) == "ok");
  auto const done = ours.take_over(decision);
  CHECK(outcome(done) == "malformed");
  CHECK_THAT(done.error().message, Catch::Matchers::Contains(theirs.volume_of("pvc-0")));
  CHECK(scene.files.dump().contains(theirs.volume_of("pvc-1")));
  CHECK(ours.decided_take_overs()->size() == 1);
}

TEST_CASE("a volume in use whose name an archive has already gets a record of its own") {
  Scene scene;
  {
    OpenStore old(scene.files, old_id);
    make_volume(old, scene.files, "team-a/gone", "pvc-3", "gone");  // made again after a restore of etcd
  }
  OpenStore ours(scene.files, own_cluster);
  REQUIRE(outcome(ours.decide_take_over(decision)) == "ok");
  REQUIRE(take_over(ours) == "ok");
  CHECK_FALSE(ours.catalog().find("pvc-3")->was_in_use());
  REQUIRE(ours.catalog().find("pvc-3-2"));
  CHECK(ours.catalog().find("pvc-3-2")->was_in_use());
}

TEST_CASE("a third cluster leaves alone what was taken over, as it did before") {
  Scene scene;
  OpenStore third(scene.files, "cluster-third");
  auto const is_held = [&](std::string const& path) {
    auto const answer = outcome(third.create(asked(path, "pvc-9", "other")));
    (void)third.undo_create("pvc-9");
    return answer == "held_elsewhere";
  };
  std::vector<std::string> const all{"team-a/web", "team-a-db-pvc-2", "team-a/gone", "team-a/kept"};
  CHECK(std::ranges::all_of(all, is_held));
  OpenStore ours(scene.files, own_cluster);
  REQUIRE(outcome(ours.decide_take_over(decision)) == "ok");
  REQUIRE(take_over(ours) == "ok");
  CHECK(std::ranges::all_of(all, is_held));
}

TEST_CASE("a cluster whose place another one has taken touches nothing any more, when it starts and while it runs") {
  Scene scene;
  OpenStore old(scene.files, old_id);
  OpenStore ours(scene.files, own_cluster);
  REQUIRE(outcome(ours.decide_take_over(decision)) == "ok");
  REQUIRE(take_over(ours) == "ok");
  auto const before = scene.files.dump();
  CHECK(outcome(old.announce({.cluster = {old_id}})) == "held_elsewhere");
  CHECK(outcome(old.archive(Scene::archive_at("team-a/web", "pvc-1"))) == "held_elsewhere");
  CHECK(outcome(old.trash("pvc-1", path_of("team-a/web"))) == "held_elsewhere");
  CHECK(outcome(old.create(asked("team-a/new", "pvc-9", "new"))) == "held_elsewhere");
  VolumeStore next(scene.files, old_id);
  auto const opened = next.identify({{"pvc-9", "the-id", path_of("team-a/web")}});
  CHECK(outcome(opened) == "held_elsewhere");
  CHECK_THAT(opened.error().message, Catch::Matchers::Contains(own_cluster));
  CHECK(scene.files.dump() == before);
}

TEST_CASE("what was given already is not given once more when a take-over is repeated") {
  Scene scene;
  OpenStore ours(scene.files, own_cluster);
  REQUIRE(outcome(ours.decide_take_over(decision)) == "ok");
  REQUIRE(take_over(ours) == "ok");
  REQUIRE(outcome(ours.restore(asked("team-a/web", "pvc-9", "web"), *ours.catalog().find("pvc-1"), false)) ==
          "restored");
  REQUIRE(outcome(ours.settle("pvc-9")) == "ok");
  CHECK_FALSE(ours.catalog().find("pvc-1"));
  REQUIRE(scene.files.rename(own_layout.taken_of(old_id), theirs.root()).has_value());
  REQUIRE(outcome(ours.decide_take_over(decision)) == "ok");
  REQUIRE(take_over(ours) == "ok");
  CHECK_FALSE(ours.catalog().find("pvc-1"));
}

TEST_CASE("what is kept for a claim that has not come yet goes into nobody's trash") {
  Scene scene;
  OpenStore ours(scene.files, own_cluster);
  REQUIRE(outcome(ours.decide_take_over(decision)) == "ok");
  REQUIRE(take_over(ours) == "ok");
  // Somebody else has adopted it: a claim that shares it, or a pod's.
  REQUIRE(outcome(ours.create(asked("team-a/web", "pvc-9", "sharer"))) == "adopted");
  REQUIRE(outcome(ours.settle("pvc-9")) == "ok");
  VolumeStore starting(scene.files, own_cluster);
  REQUIRE(starting.identify({{"pvc-9", "the-id", path_of("team-a/web")}}).has_value());
  CHECK(outcome(starting.trash("pvc-9", path_of("team-a/web"))) == "busy");
  CHECK(outcome(ours.trash("pvc-9", path_of("team-a/web"))) == "retained");
  CHECK(scene.files.dump().contains("team-a/web/token"));
  CHECK_FALSE(scene.files.dump().contains(own_layout.volume_of("pvc-9")));
  CHECK(ours.catalog().find("pvc-1"));
}

TEST_CASE("a directory that was in use is given in place, or moved to where the claim's volume is to be") {
  Scene scene;
  OpenStore ours(scene.files, own_cluster);
  REQUIRE(outcome(ours.decide_take_over(decision)) == "ok");
  REQUIRE(take_over(ours) == "ok");
  auto const web = *ours.catalog().find("pvc-1");
  auto const db = *ours.catalog().find("pvc-2");
  CHECK(outcome(ours.restore(asked("team-a/web", "pvc-9", "web"), web, false)) == "restored");
  CHECK(outcome(ours.restore(asked("team-a/web", "pvc-x", "web"), web, false)) == "busy");
  CHECK(outcome(ours.restore(asked("team-a-db-pvc-10", "pvc-10", "db"), db, false)) == "restored");
  CHECK(scene.files.dump().contains("team-a/web/token"));
  CHECK(scene.files.dump().contains("team-a-db-pvc-10/token"));
  CHECK_FALSE(scene.files.dump().contains("team-a-db-pvc-2"));
  CHECK(outcome(ours.settle("pvc-9")) == "ok");
  CHECK(outcome(ours.settle("pvc-10")) == "ok");
  CHECK_FALSE(ours.catalog().find("pvc-1"));
  CHECK_FALSE(ours.catalog().find("pvc-2"));
  CHECK_FALSE(scene.files.dump().contains(layout::record_of("pvc-1")));
  CHECK(outcome(ours.restore(asked("team-a/web", "pvc-11", "web"), web, false)) == "not_found");
}

}  // namespace nfs::test
