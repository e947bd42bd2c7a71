#include "provisioner/storage/volumes/volume_store.hpp"

#include <algorithm>
#include <thread>

#include "provisioner/storage/volumes/private_layout.hpp"
#include "tests/provisioner/storage/volumes/export_fixture.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/faulty_file_system.hpp"
#include "tests/support/storage/own_cluster.hpp"

namespace nfs::test {
namespace {

TEST_CASE("a fresh export gets an id, which stays") {
  Export place;
  CHECK(place.id.size() == 36);
  CHECK(place.at(".nfs-subdir-provisioner") == "directory 0700 0:0");
  CHECK(place.at(own_layout.trash()) == "directory 0700 0:0");
  VolumeStore again(place.files, own_cluster);
  CHECK(*again.identify({}) == place.id);
  CHECK(*again.identify(expecting({"other", place.id})) == place.id);
  CHECK(outcome(again.healthy()) == "ok");
  Export other;
  CHECK(other.id != place.id);
}

TEST_CASE("an export without a marker is wrong when volumes carry an id, and is left alone") {
  MemoryFileSystem files;
  VolumeStore store(files, own_cluster);
  CHECK(outcome(store.identify(expecting({"some-id"}))) == "wrong_export");
  CHECK(files.dump().empty());
  CHECK(outcome(store.healthy()) == "wrong_export");
  CHECK(outcome(store.create(request_for("a"))) == "wrong_export");
  CHECK(files.log().empty());
}

TEST_CASE("an export with another id than the volumes carry is wrong") {
  Export place;
  VolumeStore store(place.files, own_cluster);
  CHECK(outcome(store.identify(expecting({"some-id"}))) == "wrong_export");
  CHECK(outcome(store.healthy()) == "wrong_export");
}

TEST_CASE("an export without a marker gets one beside upstream's volumes only if one of their directories stands") {
  MemoryFileSystem files;
  VolumeStore store(files, own_cluster);
  ExpectedExport const upstreams{{"pv-1", "", path_of("team-a/gone")}, {"pv-2", "", path_of("team-a/web")}};
  SECTION("none does") {
    files.put_directory("team-b");
  }
  SECTION("something else stands there") {
    files.put_file("team-a", "a file");
  }
  SECTION("one does") {
    files.put_file("team-a/web/token", "x");
    CHECK(store.would_identify(upstreams).value().empty());
    CHECK(outcome(store.identify(upstreams)) == "ok");
    CHECK(store.would_identify(upstreams).value() == store.identify(upstreams).value());
    return;
  }
  auto const before = files.dump();
  auto const identified = store.identify(upstreams);
  CHECK(outcome(identified) == "wrong_export");
  CHECK(outcome(store.would_identify(upstreams)) == "wrong_export");
  CHECK(identified.error().message.find("pv-1") != std::string::npos);
  CHECK(files.dump() == before);
  CHECK(files.log().empty());
}

TEST_CASE("an export that was copied without the private directory is adopted by hand under its old id") {
  MemoryFileSystem files;
  files.put_file("team-a/web/token", "x");
  VolumeStore store(files, own_cluster);
  auto const expected = expecting({"OLD"});
  CHECK(outcome(store.identify(expected)) == "wrong_export");
  REQUIRE(store.adopt("OLD").value() == "OLD");
  CHECK(outcome(store.adopt("OTHER")) == "exists");
  CHECK(store.identify(expected).value() == "OLD");
  CHECK(files.dump().contains("team-a/web/token"));
}

TEST_CASE("after a crash at any effect of an adoption it can be done again") {
  MemoryFileSystem counted;
  FaultyFileSystem counting(counted);
  REQUIRE(VolumeStore(counting, own_cluster).adopt("OLD").has_value());
  REQUIRE(counting.effects() > 2);
  for (std::size_t at = 1; at <= counting.effects(); ++at) {
    for (auto const moment : {FaultyFileSystem::Moment::before, FaultyFileSystem::Moment::after}) {
      INFO("effect " << at);
      MemoryFileSystem files;
      FaultyFileSystem faulty(files);
      faulty.fail_at(at, moment, StorageFault::io);
      (void)VolumeStore(faulty, own_cluster).adopt("OLD");
      files.crash(MemoryFileSystem::Unsynced::lost);
      auto const again = VolumeStore(files, own_cluster).adopt("OLD");
      CHECK((again.has_value() || again.error().fault == StorageFault::exists));
      files.crash(MemoryFileSystem::Unsynced::lost);
      CHECK(VolumeStore(files, own_cluster).identify(expecting({"OLD"})).value() == "OLD");
    }
  }
}

TEST_CASE("whether upstream's directories stand is not guessed where that cannot be seen") {
  MemoryFileSystem files;
  VolumeStore store(files, own_cluster);
  files.put_file("team-a/web/token", "x");
  files.set_fault("team-a/web", StorageFault::io);
  CHECK(outcome(store.identify({{"pv-1", "", path_of("team-a/web")}})) == "io");
  CHECK_FALSE(files.dump().contains(std::string(layout::marker)));
}

TEST_CASE("every change first looks whether the mount still is the export, and touches nothing else") {
  Export place;
  place.files.put_file("team-a/web/token", "x");
  REQUIRE(outcome(place.store.create(request_for("team-a/new", "pvc-2"))) == "made");
  std::string expected = "wrong_export";
  SECTION("the marker is gone") {
    REQUIRE(outcome(place.files.remove_file(layout::marker)) == "ok");
  }
  SECTION("another export is mounted") {
    place.files.put_file(layout::marker, R"({"version":1,"id":"other"})");
  }
  SECTION("the mount is gone") {
    place.files.set_missing(true);
  }
  SECTION("a link stands for the marker") {
    REQUIRE(outcome(place.files.remove_file(layout::marker)) == "ok");
    place.files.put_symlink(layout::marker, "/etc/passwd");
  }
  SECTION("the marker is of a newer program") {
    place.files.put_file(layout::marker, R"({"version":2,"id":"other"})");
    expected = "malformed";
  }
  auto const before = place.files.dump();
  CHECK(outcome(place.store.healthy()) == expected);
  CHECK(outcome(place.store.create(request_for("team-a/x"))) == expected);
  CHECK(outcome(place.store.archive(archive_of("team-a/web"))) == expected);
  CHECK(outcome(place.store.archive(archive_of("team-a/none"))) == expected);
  CHECK(outcome(place.store.archive(retained_at("team-a/web"))) == expected);
  CHECK(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == expected);
  CHECK(outcome(place.store.trash("pvc-1", path_of("team-a/none"))) == expected);
  CHECK(outcome(place.store.undo_create("pvc-2")) == expected);
  CHECK(outcome(place.store.settle("pvc-2")) == expected);
  CHECK(outcome(place.store.purge_some("pvc-1", 10)) == expected);
  CHECK(outcome(place.store.trashed()) == expected);
  CHECK(outcome(place.store.intents()) == expected);
  CHECK(place.files.dump() == before);
}

TEST_CASE("a marker that vanished is not made anew by the process that saw it") {
  Export place;
  REQUIRE(outcome(place.files.remove_file(layout::marker)) == "ok");
  CHECK(outcome(place.store.identify({})) == "wrong_export");
  place.files.put_file(layout::marker, R"({"version":1,"id":"other"})");
  CHECK(outcome(place.store.identify({})) == "wrong_export");
}

TEST_CASE("two processes that start at once on a fresh export see the same one") {
  MemoryFileSystem files;
  FaultyFileSystem slow(files);
  VolumeStore first(files, own_cluster);
  VolumeStore second(slow, own_cluster);
  // It has seen that there is no marker, has made the directories, and its own marker waits beside.
  slow.hang_at(15);
  std::string id;
  std::jthread process([&] { id = second.identify({}).value(); });
  slow.wait_until_hanging();
  REQUIRE_FALSE(files.dump().contains(std::string(layout::marker)));
  auto const chosen = *first.identify({});
  slow.release();
  process.join();
  CHECK(id == chosen);
  CHECK(outcome(first.healthy()) == "ok");
  CHECK(outcome(second.healthy()) == "ok");
}

TEST_CASE("each operation looks at what is mounted now") {
  TempTree place;
  place.put_directory("export");
  auto const files = open_file_system(place.at("export").string());
  VolumeStore store(*files, own_cluster);
  REQUIRE(store.identify({}).has_value());
  fs::rename(place.at("export"), place.at("elsewhere"));
  place.put_directory("export");
  CHECK(outcome(store.healthy()) == "wrong_export");
  fs::remove(place.at("export"));
  fs::rename(place.at("elsewhere"), place.at("export"));
  CHECK(outcome(store.healthy()) == "ok");
}

TEST_CASE("identify removes what a crash left of a write, and nothing else") {
  Export place;
  place.files.put_file(".nfs-subdir-provisioner/.tmp-1", "half");
  place.files.put_file(".nfs-subdir-provisioner/clusters/cluster-a/creating/.tmp-2", "half");
  place.files.put_file(".nfs-subdir-provisioner/archives/.tmp-3", "half");
  place.files.put_file(".nfs-subdir-provisioner/archives/pvc-9.json", "kept");
  VolumeStore again(place.files, own_cluster);
  REQUIRE(again.identify({}).has_value());
  CHECK_FALSE(place.has(".nfs-subdir-provisioner/.tmp-1"));
  CHECK_FALSE(place.has(".nfs-subdir-provisioner/clusters/cluster-a/creating/.tmp-2"));
  CHECK_FALSE(place.has(".nfs-subdir-provisioner/archives/.tmp-3"));
  CHECK(place.has(".nfs-subdir-provisioner/archives/pvc-9.json"));
}

TEST_CASE("a directory is made with its parents, its mode and an intent that is settled later") {
  Export place;
  CHECK(outcome(place.store.create(request_for("team-a/x/web"))) == "made");
  CHECK(place.at("team-a") == "directory 0755 0:0");
  CHECK(place.at("team-a/x/web") == "directory 0777 0:0");
  auto const intents = place.store.intents();
  REQUIRE(intents.has_value());
  REQUIRE(intents->size() == 1);
  auto const& intent = intents->front();
  CHECK(intent.volume == "pvc-1");
  CHECK(intent.claim_namespace == "team-a");
  CHECK(intent.claim_name == "web");
  CHECK(intent.claim_uid == "1");
  CHECK(intent.path == "team-a/x/web");
  CHECK(intent.existing == 0);
  CHECK(outcome(place.store.settle("pvc-1")) == "ok");
  CHECK(outcome(place.store.settle("pvc-1")) == "ok");
  CHECK(place.store.intents()->empty());
}

TEST_CASE("an intent goes only where the settled one is seen to stand") {
  Export place;
  REQUIRE(outcome(place.store.create(request_for("team-a/web"))) == "made");
  FaultyFileSystem faulty(place.files);
  VolumeStore store(faulty, own_cluster);
  REQUIRE(store.identify(expecting({place.id})).has_value());
  faulty.fail_at(1, FaultyFileSystem::Moment::before, StorageFault::exists);
  CHECK(outcome(store.settle("pvc-1")) == "exists");
  CHECK(store.find_intent("pvc-1")->has_value());
  CHECK(outcome(store.settle("pvc-1")) == "ok");
  CHECK(store.volumes()->size() == 1);
}

TEST_CASE("a directory with an owner is closed until it has that owner") {
  Export place;
  auto request = request_for("web");
  request.mode = 02775;
  request.gid = 2000;
  CHECK(outcome(place.store.create(request)) == "made");
  auto log = place.files.log();
  auto const first = std::ranges::find(log, "make_directory web 0700");
  REQUIRE(log.end() - first >= 3);
  CHECK(*(first + 1) == "set_owner web 0:2000");
  CHECK(*(first + 2) == "set_mode web 2775");
}

TEST_CASE("a directory that is there is adopted as it is") {
  Export place;
  place.files.put_directory("team-a/web", 0711);
  auto request = request_for("team-a/web");
  request.uid = 5;
  CHECK(outcome(place.store.create(request)) == "adopted");
  CHECK(outcome(place.store.create(request)) == "adopted");
  CHECK(place.at("team-a/web") == "directory 0711 0:0");
  // Its intent says that all of it stood before: undone, it stays.
  CHECK(place.store.intents()->front().existing == 2);
  CHECK(outcome(place.store.undo_create("pvc-1")) == "kept");
  CHECK(place.has("team-a/web"));
}

TEST_CASE("a directory that is adopted lasts, though whoever made it did not see to it") {
  Export place;
  REQUIRE(outcome(place.files.make_directory("team-a", 0755)) == "ok");
  REQUIRE(outcome(place.files.make_directory("team-a/web", 0755)) == "ok");
  CHECK(outcome(place.store.create(request_for("team-a/web"))) == "adopted");
  place.files.crash(MemoryFileSystem::Unsynced::lost);
  CHECK(place.has("team-a/web"));
}

TEST_CASE("one that this volume's intent made before gets its mode and owner set again") {
  Export place;
  auto request = request_for("team-a/web");
  request.uid = 7;
  REQUIRE(outcome(place.store.create(request)) == "made");
  REQUIRE(outcome(place.files.set_mode("team-a/web", 0700)) == "ok");
  REQUIRE(outcome(place.files.set_owner("team-a/web", 0, 0)) == "ok");
  place.files.put_file("team-a/web/token", "x");
  CHECK(outcome(place.store.create(request)) == "made");
  CHECK(place.at("team-a/web") == "directory 0777 7:0");
}

TEST_CASE("mkdir that answers EEXIST for itself counts as made") {
  Export place;
  FaultyFileSystem faulty(place.files);
  VolumeStore store(faulty, own_cluster);
  REQUIRE(store.identify(expecting({place.id})).has_value());
  auto const parent_or_leaf = GENERATE(as<std::size_t>(), 2, 3);  // the first effect is the intent
  faulty.fail_at(parent_or_leaf, FaultyFileSystem::Moment::after, StorageFault::exists);
  CHECK(outcome(store.create(request_for("team-a/web"))) == "made");
  CHECK(place.at("team-a/web") == "directory 0777 0:0");
}

/// Lets `meanwhile` happen just before the leaf's mkdir: after the marker, the intent, a look, a listing of the
/// clusters, the intent's write, a look at the neighbours and the parent's mkdir.
template <class Meanwhile>
std::string create_disturbed(Export& place, Meanwhile meanwhile) {
  FaultyFileSystem faulty(place.files);
  VolumeStore store(faulty, own_cluster);
  REQUIRE(store.identify(expecting({place.id})).has_value());
  faulty.hang_at(8);
  std::string result;
  std::jthread worker([&] { result = outcome(store.create(request_for("team-a/web"))); });
  faulty.wait_until_hanging();
  meanwhile();
  faulty.release();
  worker.join();
  return result;
}

TEST_CASE("a directory that somebody else made and used in the meantime is adopted, now and later") {
  Export place;
  CHECK(create_disturbed(place, [&] {
          place.files.put_directory("team-a/web", 0700);
          place.files.put_file("team-a/web/token", "x");
        }) == "adopted");
  CHECK(outcome(place.store.create(request_for("team-a/web"))) == "adopted");
  CHECK(place.at("team-a/web") == "directory 0700 0:0");
}

TEST_CASE("a parent that a neighbour's release removes in the meantime is made again") {
  Export place;
  CHECK(create_disturbed(place, [&] { REQUIRE(outcome(place.files.remove_directory("team-a")) == "ok"); }) == "made");
  CHECK(place.at("team-a/web") == "directory 0777 0:0");
}

TEST_CASE("what is no directory on the path refuses it by name, and links are not followed") {
  Export place;
  place.files.put_directory("target");
  place.files.put_file("file", "x");
  place.files.put_symlink("link", "target");
  place.files.put_symlink("dir/leaf", "../target");
  auto const before = place.files.dump();
  for (std::string const path : {"file", "file/web", "link", "link/web", "dir/leaf", "dir/leaf/web"}) {
    CAPTURE(path);
    auto const result = place.store.create(request_for(path));
    CHECK(outcome(result) == "not_directory");
    auto const culprit = path.substr(0, path.find("/web"));
    CHECK_THAT(result.error().message, Catch::Matchers::Contains("\"" + culprit + "\""));
  }
  CHECK(place.files.dump() == before);
}

TEST_CASE("a request for another path undoes what the first one made") {
  Export place;
  REQUIRE(outcome(place.store.create(request_for("team-a/web"))) == "made");
  CHECK(outcome(place.store.create(request_for("team-b/web"))) == "made");
  CHECK_FALSE(place.has("team-a"));
  CHECK(place.store.intents()->front().path == "team-b/web");
}

TEST_CASE("undo removes what was made, as long as it is empty, and the parents that it leaves empty") {
  Export place;
  place.files.put_directory("team-a");
  REQUIRE(outcome(place.store.create(request_for("team-a/x/web"))) == "made");
  SECTION("all of it") {
    CHECK(outcome(place.store.undo_create("pvc-1")) == "gone");
    CHECK_FALSE(place.has("team-a"));
  }
  SECTION("of two whose parents one of them made, both") {
    REQUIRE(outcome(place.store.create(request_for("team-a/x/db", "pvc-2"))) == "made");
    CHECK(outcome(place.store.undo_create("pvc-1")) == "gone");
    CHECK(outcome(place.store.undo_create("pvc-2")) == "gone");
    CHECK_FALSE(place.has("team-a"));
  }
  SECTION("not the directory with data") {
    place.files.put_file("team-a/x/web/token", "x");
    CHECK(outcome(place.store.undo_create("pvc-1")) == "kept");
    CHECK(place.at("team-a/x/web/token") == "file x");
  }
  SECTION("not the parent that a neighbour uses") {
    REQUIRE(outcome(place.store.create(request_for("team-a/x/db", "pvc-2"))) == "made");
    CHECK(outcome(place.store.undo_create("pvc-1")) == "gone");
    CHECK(place.has("team-a/x/db"));
    CHECK(place.store.intents()->size() == 1);
    return;
  }
  CHECK(place.store.intents()->empty());
  CHECK(outcome(place.store.undo_create("pvc-1")) == "nothing");
}

TEST_CASE("the parents of what is undone go however often it takes, unless they are not ours to remove") {
  MemoryFileSystem files;
  REQUIRE(VolumeStore(files, own_cluster).identify({}).has_value());
  files.put_directory("team-a");
  FaultyFileSystem faulty(files);
  VolumeStore store(faulty, own_cluster);
  REQUIRE(store.identify({}).has_value());
  REQUIRE(outcome(store.create(request_for("team-a/web"))) == "made");
  SECTION("the server fails") {
    faulty.fail_at(3, FaultyFileSystem::Moment::before, StorageFault::io);  // rmdir team-a/web, sync, rmdir team-a
    CHECK(outcome(store.undo_create("pvc-1")) == "io");
    CHECK(outcome(store.undo_create("pvc-1")) == "gone");
    CHECK_FALSE(files.dump().contains("team-a"));
  }
  SECTION("they belong to somebody else") {
    faulty.fail_at(3, FaultyFileSystem::Moment::before, StorageFault::permission);
    CHECK(outcome(store.undo_create("pvc-1")) == "gone");
    CHECK(files.dump().contains("team-a"));
  }
  CHECK(store.intents()->empty());
}

TEST_CASE("intents that cannot be read are left out and kept") {
  Export place;
  REQUIRE(outcome(place.store.create(request_for("web"))) == "made");
  auto const newer = std::string(own_layout.creating()) + "/pvc-new";
  auto const evil = std::string(own_layout.creating()) + "/pvc-evil";
  place.files.put_file(newer, R"({"version":7})");
  place.files.put_file(evil, R"({"version":1,"volume":"pvc-1","path":"web"})");
  CHECK(place.store.intents()->size() == 1);
  CHECK(outcome(place.store.undo_create("pvc-new")) == "malformed");
  CHECK(outcome(place.store.undo_create("pvc-evil")) == "malformed");
  CHECK(place.has(newer));
}

TEST_CASE("a full or read-only export says so and works again afterwards") {
  Export place;
  place.files.put_file("team-a/web/token", "x");
  place.files.set_full(true);
  CHECK(outcome(place.store.create(request_for("team-b/web", "pvc-2"))) == "full");
  CHECK(outcome(place.store.archive(archive_of("team-a/web"))) == "full");
  CHECK(place.at("team-a/web/token") == "file x");
  CHECK(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "trashed");  // needs no new file
  place.files.set_full(false);
  place.files.set_read_only(true);
  CHECK(outcome(place.store.create(request_for("team-b/web", "pvc-2"))) == "read_only");
  CHECK(outcome(VolumeStore(place.files, own_cluster).identify(expecting({place.id}))) == "ok");
  place.files.set_read_only(false);
  CHECK(outcome(place.store.create(request_for("team-b/web", "pvc-2"))) == "made");
}

}  // namespace
}  // namespace nfs::test
