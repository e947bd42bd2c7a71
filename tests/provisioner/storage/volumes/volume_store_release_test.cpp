#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"
#include "tests/provisioner/storage/volumes/export_fixture.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/faulty_file_system.hpp"
#include "tests/support/storage/own_cluster.hpp"

namespace nfs::test {
namespace {

TEST_CASE("a directory with data is archived, with a record, and empty parents go") {
  Export place;
  place.files.put_file("team-a/x/web/token", "x");
  auto const record = archive_of("team-a/x/web");
  CHECK(outcome(place.store.archive(record)) == "archived");
  CHECK(place.at("archived-team-a-web-pvc-1/token") == "file x");
  CHECK_FALSE(place.has("team-a"));
  auto const text = place.files.read_file(layout::record_of("pvc-1"), 10'000);
  CHECK(*read_record(*text) == record);
  SECTION("again: the same answer, and the record stays") {
    auto later = record;
    later.time = "2027-01-01T00:00:00Z";
    CHECK(outcome(place.store.archive(later)) == "archived");
    CHECK(*place.files.read_file(layout::record_of("pvc-1"), 10'000) == *text);
  }
  SECTION("again, with a new volume on the same path: that one is left alone") {
    place.files.put_file("team-a/x/web/new", "y");
    CHECK(outcome(place.store.archive(record)) == "archived");
    CHECK(place.at("team-a/x/web/new") == "file y");
  }
}

TEST_CASE("parents that are not empty stay") {
  Export place;
  place.files.put_file("team-a/x/web/token", "x");
  place.files.put_file("team-a/readme", "y");
  CHECK(outcome(place.store.archive(archive_of("team-a/x/web"))) == "archived");
  CHECK_FALSE(place.has("team-a/x"));
  CHECK(place.has("team-a/readme"));
}

TEST_CASE("empty parents go however often it takes, unless they are not ours to remove") {
  MemoryFileSystem files;
  FaultyFileSystem faulty(files);
  VolumeStore store(faulty, own_cluster);
  REQUIRE(store.identify({}).has_value());
  REQUIRE(store.survey_archives().has_value());
  files.put_file("team-a/web/token", "x");
  constexpr std::size_t parent = 6;  // rmdir web, the record, rename, sync, sync, rmdir team-a
  SECTION("the server fails") {
    faulty.fail_at(parent, FaultyFileSystem::Moment::before, StorageFault::io);
    CHECK(outcome(store.archive(archive_of("team-a/web"))) == "io");
    CHECK(outcome(store.archive(archive_of("team-a/web"))) == "archived");
    CHECK_FALSE(files.dump().contains("team-a"));
  }
  SECTION("they belong to somebody else") {
    faulty.fail_at(parent, FaultyFileSystem::Moment::before, StorageFault::permission);
    CHECK(outcome(store.archive(archive_of("team-a/web"))) == "archived");
    CHECK(files.dump().contains("team-a"));
  }
  CHECK(files.dump().contains("archived-team-a-web-pvc-1/token"));
}

TEST_CASE("what stands at the archive's name without a record is not replaced") {
  Export place;
  place.files.put_file("team-a/web/token", "x");
  place.files.put_file("archived-team-a-web-pvc-1/foreign", "y");
  auto const before = place.files.dump();
  CHECK(outcome(place.store.archive(archive_of("team-a/web"))) == "exists");
  CHECK(place.files.dump() == before);
}

TEST_CASE("a volume of a name that there was before, and for which nothing was made, goes without the other's record") {
  Export place;
  place.files.put_file("team-a/web/token", "x");
  auto const policy = GENERATE(as<std::string>(), "archive", "retain");
  auto const earlier = policy == "archive" ? archive_of("team-a/web") : retained_at("team-a/web");
  REQUIRE(place.store.archive(earlier).has_value());
  auto const before = place.files.dump();
  CHECK(outcome(place.store.archive(archive_of("elsewhere/web"))) == "missing");
  CHECK(outcome(place.store.archive(retained_at("elsewhere/web"))) == "missing");
  CHECK(place.files.dump() == before);
  // One that was made all the same: its claim came back with a restore of etcd. Both archives have their records.
  place.files.put_file("elsewhere/web/token", "y");
  for (int round = 0; round < 2; ++round) {
    CHECK(outcome(place.store.archive(archive_of("elsewhere/web"))) == "archived");
    CHECK(place.at("archived-team-a-web-pvc-1-2/token") == "file y");
    CHECK(place.store.catalog().find("pvc-1")->original_path == "team-a/web");
    CHECK(place.store.catalog().find("pvc-1-2")->original_path == "elsewhere/web");
  }
  CHECK(outcome(place.store.restore(request_for("back", "pvc-3"), *place.store.catalog().find("pvc-1-2"), true)) ==
        "restored");
  CHECK(place.at("back/token") == "file y");
}

TEST_CASE("a volume that was kept in place, and came back with a restore of etcd, is archived") {
  Export place;
  place.files.put_file("team-a/web/token", "x");
  REQUIRE(outcome(place.store.archive(retained_at("team-a/web"))) == "retained");
  SECTION("with its data") {
    CHECK(outcome(place.store.archive(archive_of("team-a/web"))) == "archived");
    CHECK(place.at("archived-team-a-web-pvc-1/token") == "file x");
    auto const text = place.files.read_file(layout::record_of("pvc-1"), 10'000);
    CHECK(*read_record(*text) == archive_of("team-a/web"));
    CHECK(*place.store.catalog().find("pvc-1") == archive_of("team-a/web"));
  }
  SECTION("emptied") {
    REQUIRE(place.files.remove_file("team-a/web/token").has_value());
    CHECK(outcome(place.store.archive(archive_of("team-a/web"))) == "removed_empty");
    CHECK_FALSE(place.has(layout::record_of("pvc-1")));
  }
}

TEST_CASE("an archive whose release failed once it was moved is known, though the release is never repeated") {
  MemoryFileSystem files;
  FaultyFileSystem faulty(files);
  VolumeStore store(faulty, own_cluster);
  REQUIRE(store.identify({}).has_value());
  REQUIRE(store.survey_archives().has_value());
  files.put_file("team-a/web/token", "x");
  faulty.fail_at(3, FaultyFileSystem::Moment::after, StorageFault::io);  // rmdir, the record, the rename
  CHECK(outcome(store.archive(archive_of("team-a/web"))) == "io");
  CHECK(store.catalog().find("pvc-1"));
  CHECK(files.dump().contains("archived-team-a-web-pvc-1/token"));
}

TEST_CASE("an archive that has lost its record gets one") {
  Export place;
  place.files.put_file("archived-team-a-web-pvc-1/token", "x");
  CHECK(outcome(place.store.archive(archive_of("team-a/web"))) == "archived");
  CHECK(place.has(layout::record_of("pvc-1")));
}

TEST_CASE("a record of another identity is not overwritten") {
  Export place;
  place.files.put_file("team-a/web/token", "x");
  auto other = archive_of("team-a/web");
  other.claim_uid = "2";
  REQUIRE(outcome(place.files.write_file(layout::record_of("pvc-1"), write_document(other))) == "ok");
  CHECK(outcome(place.store.archive(archive_of("team-a/web"))) == "archived");
  CHECK(place.at("archived-team-a-web-pvc-1-2/token") == "file x");
  CHECK(*read_record(*place.files.read_file(layout::record_of("pvc-1"), 10'000)) == other);
  place.files.put_file("team-a/web/token", "x");
  place.files.put_file(layout::record_of("pvc-1"), R"({"version":2})");
  auto const newer = place.store.archive(archive_of("team-a/web"));
  CHECK(outcome(newer) == "malformed");
  CHECK_THAT(newer.error().message, Catch::Matchers::Contains("version 2"));
  CHECK(place.at("team-a/web/token") == "file x");
}

TEST_CASE("a missing directory on a healthy mount is missing, and leaves no record") {
  Export place;
  auto const before = place.files.dump();
  CHECK(outcome(place.store.archive(archive_of("team-a/web"))) == "missing");
  CHECK(outcome(place.store.archive(retained_at("team-a/web"))) == "missing");
  CHECK(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "missing");
  CHECK(place.files.dump() == before);
  REQUIRE(outcome(place.files.write_file(layout::record_of("pvc-1"), write_document(archive_of("team-a/web")))) ==
          "ok");
  CHECK(outcome(place.store.archive(archive_of("team-a/web"))) == "missing");
  CHECK(place.files.dump() == before);
}

TEST_CASE("what an earlier life moved away and did not sync stays away once its volume is settled") {
  Export place;
  REQUIRE(place.files.make_directory("team-a", 0755).has_value());
  REQUIRE(place.files.make_directory("team-a/web", 0777).has_value());
  REQUIRE(place.files.sync_directory("team-a").has_value());
  REQUIRE(place.files.sync_directory("").has_value());
  REQUIRE(place.files.remove_directory("team-a/web").has_value());
  CHECK(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "missing");
  place.files.crash(MemoryFileSystem::Unsynced::lost);
  CHECK_FALSE(place.has("team-a/web"));
}

TEST_CASE("the record of an archive that was pruned before its release ended goes only when its move is safe") {
  Export place;
  place.files.put_file("team-a/web/token", "x");
  REQUIRE(outcome(place.store.archive(archive_of("team-a/web"))) == "archived");
  REQUIRE(place.files.rename("archived-team-a-web-pvc-1", own_layout.trash_of("pvc-1")).has_value());
  CHECK(outcome(place.store.archive(archive_of("team-a/web"))) == "missing");
  CHECK_FALSE(place.has(layout::record_of("pvc-1")));
  place.files.crash(MemoryFileSystem::Unsynced::lost);
  CHECK_FALSE(place.has("archived-team-a-web-pvc-1"));
}

TEST_CASE("an archive that another process was faster to make keeps its record") {
  Export place;
  place.files.put_file("team-a/web/token", "x");
  FaultyFileSystem files(place.files);
  VolumeStore store(files, own_cluster);
  (void)store.join();
  REQUIRE(store.survey_archives().has_value());
  // The effects: rmdir, which finds data, the record, the rename. That one finds that somebody has done it already.
  files.fail_at(3, FaultyFileSystem::Moment::after, StorageFault::not_found);
  CHECK(outcome(store.archive(archive_of("team-a/web"))) == "archived");
  CHECK(place.at("archived-team-a-web-pvc-1/token") == "file x");
  CHECK(place.has(layout::record_of("pvc-1")));
}

TEST_CASE("a rename that fails as if something stood there leaves the record to who moves the directory") {
  auto const moment = GENERATE(FaultyFileSystem::Moment::before, FaultyFileSystem::Moment::after);
  Export place;
  place.files.put_file("team-a/web/token", "x");
  FaultyFileSystem files(place.files);
  VolumeStore store(files, own_cluster);
  (void)store.join();
  REQUIRE(store.survey_archives().has_value());
  files.fail_at(3, moment, StorageFault::exists);  // rmdir, the record, the rename
  CHECK(outcome(store.archive(archive_of("team-a/web"))) == "exists");
  CHECK(place.has(layout::record_of("pvc-1")));
}

TEST_CASE("a directory that was made and never used is discarded with its parents") {
  Export place;
  auto const before = place.files.dump();
  REQUIRE(outcome(place.store.create(request_for("team-a/web"))) == "made");
  SECTION("by archive") {
    CHECK(outcome(place.store.archive(archive_of("team-a/web"))) == "discarded");
  }
  SECTION("by retain") {
    CHECK(outcome(place.store.archive(retained_at("team-a/web"))) == "discarded");
  }
  SECTION("by trash") {
    CHECK(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "discarded");
  }
  CHECK(place.files.dump() == before);
}

TEST_CASE("a directory that was used is archived if it holds data, and removed if it is empty") {
  Export place;
  REQUIRE(outcome(place.store.create(request_for("team-a/web"))) == "made");
  SECTION("data, intent still there") {
    place.files.put_file("team-a/web/token", "x");
    CHECK(outcome(place.store.archive(archive_of("team-a/web"))) == "archived");
    CHECK(place.at("archived-team-a-web-pvc-1/token") == "file x");
  }
  SECTION("empty, but bound") {
    REQUIRE(outcome(place.store.settle("pvc-1")) == "ok");
    CHECK(outcome(place.store.archive(archive_of("team-a/web"))) == "removed_empty");
    CHECK_FALSE(place.has("archived-team-a-web-pvc-1"));
  }
  CHECK(place.store.intents()->empty());
}

TEST_CASE("an empty directory that was adopted is released as one that was used") {
  Export place;
  place.files.put_directory("team-a/web");
  REQUIRE(outcome(place.store.create(request_for("team-a/web"))) == "adopted");
  CHECK(outcome(place.store.archive(archive_of("team-a/web"))) == "removed_empty");
  CHECK_FALSE(place.has("team-a"));
}

TEST_CASE("an empty directory leaves no archive, no record, and no note of what it was made for") {
  Export place;
  auto const before = place.files.dump();
  REQUIRE(outcome(place.store.create(request_for("team-a/x/web"))) == "made");
  REQUIRE(outcome(place.store.settle("pvc-1")) == "ok");
  CHECK(outcome(place.store.archive(archive_of("team-a/x/web"))) == "removed_empty");
  CHECK(place.files.dump() == before);
  CHECK(place.store.catalog().all().empty());
  place.files.crash(MemoryFileSystem::Unsynced::lost);
  CHECK(place.files.dump() == before);
  CHECK(outcome(place.store.archive(archive_of("team-a/x/web"))) == "missing");
}

TEST_CASE("a volume that got its archive back and was emptied leaves none") {
  Export place;
  place.files.put_file("team-a/web/token", "x");
  REQUIRE(outcome(place.store.archive(archive_of("team-a/web"))) == "archived");
  REQUIRE(outcome(place.store.restore(request_for("team-a/web", "pvc-2"), archive_of("team-a/web"), false)) ==
          "restored");
  REQUIRE(outcome(place.store.settle("pvc-2")) == "ok");
  REQUIRE(outcome(place.files.remove_file("team-a/web/token")) == "ok");
  CHECK(outcome(place.store.archive(archive_of("team-a/web", "pvc-2"))) == "removed_empty");
  CHECK_FALSE(place.has("team-a"));
  CHECK(place.store.catalog().all().empty());
}

TEST_CASE("an empty directory is archived where another archive would come back in its place") {
  Export place;
  std::string path = "team-a/web";
  SECTION("an older one of the same claim, from another path") {
    place.files.put_file("elsewhere/token", "old");
    REQUIRE(outcome(place.store.archive(archive_of("elsewhere", "pvc-0"))) == "archived");
  }
  SECTION("one of another claim that had this directory, too") {
    place.files.put_file("team-a/web/token", "old");
    auto other = archive_of("team-a/web", "pvc-0");
    other.claim_name = "db";
    REQUIRE(outcome(place.store.archive(other)) == "archived");
  }
  SECTION("a directory that an earlier volume was kept in") {
    place.files.put_directory("team-a/web");
    REQUIRE(outcome(place.store.archive(retained_at("team-a/web", "pvc-0"))) == "retained");
  }
  REQUIRE(place.store.create(request_for(path)).has_value());
  REQUIRE(outcome(place.store.settle("pvc-1")) == "ok");
  CHECK(outcome(place.store.archive(archive_of(path))) == "archived");
  CHECK(place.has("archived-team-a-web-pvc-1"));
  CHECK(place.has(layout::record_of("pvc-1")));
}

TEST_CASE("an empty directory that is kept, or deleted, goes as one with data") {
  Export place;
  place.files.put_directory("team-a/web");
  CHECK(outcome(place.store.archive(retained_at("team-a/web"))) == "retained");
  CHECK(outcome(place.store.trash("pvc-2", path_of("team-a/web"))) == "trashed");
}

TEST_CASE("an empty directory that may not be removed is archived, and one that fails for now is tried again") {
  struct Answer {
    StorageFault fault;
    std::string first;
  };
  for (auto const& [fault, first] : {Answer{StorageFault::permission, "archived"}, Answer{StorageFault::busy, "busy"},
                                     Answer{StorageFault::io, "io"}, Answer{StorageFault::stale, "stale"}}) {
    Export place;
    place.files.put_directory("team-a/web");
    FaultyFileSystem files(place.files);
    VolumeStore store(files, own_cluster);
    REQUIRE(store.join().has_value());
    REQUIRE(store.survey_archives().has_value());
    files.fail_at(1, FaultyFileSystem::Moment::before, fault);
    CHECK(outcome(store.archive(archive_of("team-a/web"))) == first);
    CHECK(place.has(first == "archived" ? "archived-team-a-web-pvc-1" : "team-a/web"));
    if (first != "archived") {
      CHECK(outcome(store.archive(archive_of("team-a/web"))) == "removed_empty");
    }
  }
}

TEST_CASE("retain writes a record and leaves the directory where it is") {
  Export place;
  place.files.put_file("team-a/web/token", "x");
  CHECK(outcome(place.store.archive(retained_at("team-a/web"))) == "retained");
  CHECK(outcome(place.store.archive(retained_at("team-a/web"))) == "retained");
  CHECK(place.at("team-a/web/token") == "file x");
  CHECK(place.has(layout::record_of("pvc-1")));
}

TEST_CASE("trash moves the directory away, once") {
  Export place;
  place.files.put_file("team-a/web/token", "x");
  CHECK(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "trashed");
  CHECK_FALSE(place.has("team-a"));
  CHECK(place.at(own_layout.trash_of("pvc-1") + "/token") == "file x");
  CHECK(*place.store.trashed() == std::vector<std::string>{"pvc-1"});
  place.files.put_file("team-a/web/new", "y");
  CHECK(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "trashed");
  CHECK(place.at("team-a/web/new") == "file y");
}

TEST_CASE("a volume that is made again is moved beside what is still being removed of its name's earlier life") {
  bool const was_settled = GENERATE(true, false);
  Export place;
  for (auto const* content : {"of the first life", "of the second", "of the third"}) {
    REQUIRE(outcome(place.store.create(request_for("team-a/web"))) == "made");
    if (was_settled) REQUIRE(place.store.settle("pvc-1").has_value());
    place.files.put_file("team-a/web/token", content);
    CHECK(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "trashed");
    CHECK(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "trashed");
    CHECK_FALSE(place.has("team-a"));
  }
  CHECK(*place.store.trashed() == std::vector<std::string>{"pvc-1", "pvc-1-2", "pvc-1-3"});
  CHECK(place.at(own_layout.trash_of("pvc-1-2") + "/token") == "file of the second");
}

TEST_CASE("a directory that was settled for another volume is left to it, at, above and below the path") {
  auto const settled = GENERATE(std::string("team-a/web"), std::string("team-a"), std::string("team-a/web/sub"));
  Export place;
  REQUIRE(outcome(place.store.create(request_for(settled, "pvc-2"))) == "made");
  REQUIRE(place.store.settle("pvc-2").has_value());
  place.files.put_file("team-a/web/token", "of the successor");
  auto const before = place.files.dump();
  CHECK(outcome(place.store.archive(archive_of("team-a/web"))) == "left");
  CHECK(outcome(place.store.archive(retained_at("team-a/web"))) == "left");
  CHECK(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "left");
  CHECK(place.files.dump() == before);
}

TEST_CASE("a directory that was settled for its volume, or for none, goes with it") {
  auto const of_its_own = GENERATE(false, true);
  Export place;
  if (of_its_own) {
    REQUIRE(outcome(place.store.create(request_for("team-a/web"))) == "made");
    REQUIRE(place.store.settle("pvc-1").has_value());
  }
  REQUIRE(outcome(place.store.create(request_for("team-a/web2", "pvc-2"))) == "made");
  REQUIRE(place.store.settle("pvc-2").has_value());
  place.files.put_file("team-a/web/token", "x");
  CHECK(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "trashed");
}

TEST_CASE("what is settled, and what is settled no more, counts from the moment it is") {
  Export place;
  auto const trash_of = [&](std::string const& volume) {
    return outcome(place.store.trash(volume, path_of("team-a/web")));
  };
  place.files.put_file("team-a/web/token", "x");
  REQUIRE(outcome(place.store.create(request_for("team-a/web", "pvc-2"))) == "adopted");
  REQUIRE(trash_of("pvc-3") == "trashed");  // the records are read now, and an intent is no settled one
  place.files.put_file("team-a/web/token", "x");
  REQUIRE(place.store.settle("pvc-2").has_value());
  CHECK(trash_of("pvc-4") == "left");
  CHECK(trash_of("pvc-2") == "trashed");
  place.files.put_file("team-a/web/token", "x");
  CHECK(trash_of("pvc-5") == "trashed");
}

TEST_CASE("a volume that is made again at another directory counts there, and what it had is kept for its claim") {
  Export place;
  auto request = request_for("team-a/web");
  request.namespace_uid = "n-1";
  REQUIRE(outcome(place.store.create(request)) == "made");
  REQUIRE(place.store.settle("pvc-1").has_value());
  place.files.put_file("team-a/web/token", "precious");
  // The records are read now.
  REQUIRE(outcome(place.store.trash("pvc-2", path_of("team-a/web"))) == "left");
  request.path = path_of("team-a/new");
  request.time = "2026-02-01T00:00:00.000000Z";
  REQUIRE(outcome(place.store.create(request)) == "made");
  auto const shared = GENERATE(false, true);
  if (shared) REQUIRE(outcome(place.store.create(request_for("team-a/web", "pvc-3"))) == "adopted");
  REQUIRE(place.store.settle("pvc-1").has_value());
  CHECK(outcome(place.store.trash("pvc-2", path_of("team-a/new"))) == "left");
  auto const kept = place.store.catalog().find("pvc-1");
  REQUIRE(kept.has_value() != shared);
  CHECK(place.has(layout::record_of("pvc-1")) != shared);
  if (shared) return;
  CHECK(kept->in_place());
  CHECK(kept->original_path == "team-a/web");
  CHECK(kept->namespace_uid == "n-1");
  CHECK(kept->time == request.time);
  CHECK(place.at("team-a/web/token") == "file precious");
}

TEST_CASE("who leaves a directory to others is settled no more, and touches nothing else") {
  Export place;
  REQUIRE(outcome(place.store.create(request_for("common"))) == "made");
  REQUIRE(place.store.settle("pvc-1").has_value());
  auto const settled = place.files.dump();
  REQUIRE(outcome(place.store.create(request_for("common", "pvc-2"))) == "adopted");
  REQUIRE(place.store.settle("pvc-2").has_value());
  place.files.put_file("common/token", "x");
  REQUIRE(place.store.leave("pvc-2").has_value());
  REQUIRE(place.store.leave("pvc-2").has_value());
  CHECK_FALSE(place.has(own_layout.volume_of("pvc-2")));
  CHECK(place.has(own_layout.volume_of("pvc-1")));
  CHECK(place.at("common/token") == "file x");
  CHECK(place.files.dump().size() == settled.size() + 1);
  CHECK(outcome(place.store.trash("pvc-1", path_of("common"))) == "trashed");
}

TEST_CASE("what is no directory at a volume's path is not moved") {
  Export place;
  place.files.put_file("other/web/token", "x");
  place.files.put_symlink("team-a", "other");
  place.files.put_symlink("link", "other");
  auto const before = place.files.dump();
  for (auto const path : {"team-a/web", "link"}) {
    CHECK(outcome(place.store.archive(archive_of(path))) == "not_directory");
    CHECK(outcome(place.store.archive(retained_at(path))) == "not_directory");
    CHECK(outcome(place.store.trash("pvc-1", path_of(path))) == "not_directory");
  }
  CHECK(place.files.dump() == before);
}

TEST_CASE("requests that make no sense are refused before anything is touched") {
  Export place;
  place.files.put_file("team-a/web/token", "x");
  auto const before = place.files.dump();
  auto const refuse = [&](auto change) {
    auto record = archive_of("team-a/web");
    change(record);
    CHECK(outcome(place.store.archive(record)) == "io");
  };
  refuse([](ArchiveRecord& record) { record.original_path = "../x"; });
  refuse([](ArchiveRecord& record) { record.original_path = ""; });
  refuse([](ArchiveRecord& record) { record.original_path = ".nfs-subdir-provisioner/clusters/cluster-a/trash"; });
  refuse([](ArchiveRecord& record) { record.archived_path = "a/b"; });
  refuse([](ArchiveRecord& record) { record.archived_path = ".nfs-subdir-provisioner"; });
  refuse([](ArchiveRecord& record) { record.archived_path = record.original_path; });
  refuse([](ArchiveRecord& record) { record.on_delete = "delete"; });
  refuse([](ArchiveRecord& record) { record.on_delete = "retain"; });
  refuse([](ArchiveRecord& record) { record.volume = "../pvc-1"; });
  refuse([](ArchiveRecord& record) { record.volume = ""; });
  CHECK(outcome(place.store.purge_some("..", 1)) == "io");
  CHECK(outcome(place.store.purge_some(".tmp-x", 1)) == "io");
  auto const internal = std::get<RelativePath>(RelativePath::parse_internal(".nfs-subdir-provisioner/archives"));
  CHECK(outcome(place.store.trash("pvc-1", internal)) == "io");
  CHECK(place.files.dump() == before);
}

}  // namespace
}  // namespace nfs::test
