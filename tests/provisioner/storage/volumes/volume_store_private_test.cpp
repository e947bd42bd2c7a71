#include <thread>

#include "tests/provisioner/storage/volumes/archived_fixture.hpp"
#include "tests/support/storage/faulty_file_system.hpp"
#include "tests/support/storage/own_cluster.hpp"

namespace nfs::test {
namespace {

/// As `find -type d -empty -delete` does.
void clear_away_empty(FileSystem& files) {
  for (auto const& directory :
       {own_layout.creating(), std::string(layout::archives), own_layout.trash(), own_layout.volumes()}) {
    (void)files.remove_directory(directory);
  }
}

TEST_CASE("the program's own directories may be cleared away while they are empty, before any step") {
  Export place;
  auto& store = place.store;
  auto const after = [&]() -> VolumeStore& {
    clear_away_empty(place.files);
    return store;
  };
  clear_away_empty(place.files);
  REQUIRE_FALSE(place.has(own_layout.creating()));

  CHECK(outcome(after().create(request_for("team-a/web"))) == "made");
  CHECK(outcome(after().settle("pvc-1")) == "ok");
  CHECK(place.has(own_layout.volume_of("pvc-1")));
  CHECK_FALSE(place.has(own_layout.intent_of("pvc-1")));
  place.files.put_file("team-a/web/token", "precious");
  CHECK(outcome(after().archive(record)) == "archived");
  CHECK(place.has(record_file));
  CHECK(outcome(after().restore(request_for("team-a/web", "pvc-2"), record, true)) == "restored");
  CHECK(outcome(after().undo_create("pvc-2")) == "gone");
  CHECK(place.at(std::string(archived) + "/token") == "file precious");
  CHECK(outcome(after().restore(request_for("team-a/web", "pvc-3"), record, true)) == "restored");
  CHECK(outcome(after().settle("pvc-3")) == "ok");
  CHECK_FALSE(place.has(record_file));
  CHECK(outcome(after().trash("pvc-3", path_of("team-a/web"))) == "trashed");
  CHECK(place.has(own_layout.trash_of("pvc-3") + "/token"));

  place.files.put_file("team-a/kept/token", "precious");
  CHECK(outcome(after().archive(retained_at("team-a/kept", "pvc-4"))) == "retained");
  CHECK(place.has(layout::record_of("pvc-4")));
}

TEST_CASE("the program's own directories are not made again where all of the export is gone") {
  Export place;
  FaultyFileSystem files(place.files);
  VolumeStore store(files, own_cluster);
  REQUIRE(store.join().has_value());
  files.hang_at(5);  // the marker, the intent, a look, the clusters: then the intent is written
  std::string result;
  std::jthread worker([&] { result = outcome(store.create(request_for("team-a/web"))); });
  files.wait_until_hanging();
  REQUIRE(place.files.rename(names::private_directory, "away").has_value());
  files.release();
  worker.join();
  CHECK(result == "wrong_export");
  CHECK_FALSE(place.has(names::private_directory));
}

TEST_CASE("an intent is settled though another worker makes the directory for it between two looks") {
  Export place;
  FaultyFileSystem files(place.files);
  VolumeStore store(files, own_cluster);
  REQUIRE(store.join().has_value());
  REQUIRE(outcome(store.create(request_for("team-a/web"))) == "made");
  // The rename finds no directory `volumes`; a moment later it stands.
  files.fail_at(1, FaultyFileSystem::Moment::before, StorageFault::not_found);
  CHECK(outcome(store.settle("pvc-1")) == "ok");
  CHECK(place.has(own_layout.volume_of("pvc-1")));
  CHECK_FALSE(place.has(own_layout.intent_of("pvc-1")));
}

TEST_CASE("an archive is pruned, and thrown away, into a trash that was cleared away") {
  Archived place;
  clear_away_empty(place.files);
  SECTION("by retention") {
    CHECK(outcome(place.store.prune(record)) == "true");
    CHECK(place.has(own_layout.trash_of("pvc-1") + "/token"));
  }
  SECTION("by hand") {
    CHECK(outcome(place.store.move_to_trash(archived)) == "ok");
    CHECK(place.has(own_layout.trash_of(archived) + "/token"));
  }
  CHECK_FALSE(place.has(record_file));
}

TEST_CASE("who only looks finds nothing in directories that were cleared away, and makes none") {
  Export place;
  clear_away_empty(place.files);
  VolumeStore beside(place.files, own_cluster);
  REQUIRE(outcome(beside.join()) == "ok");
  CHECK(beside.intents().value().empty());
  CHECK(beside.volumes().value().empty());
  CHECK(beside.trashed().value().empty());
  CHECK(beside.survey_archives().value().unrecorded.empty());
  CHECK_FALSE(place.has(own_layout.creating()));
  CHECK_FALSE(place.has(own_layout.volumes()));
}

TEST_CASE("a directory that is gone is missing whatever else was cleared away") {
  Export place;
  clear_away_empty(place.files);
  CHECK(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "missing");
  clear_away_empty(place.files);
  CHECK(outcome(place.store.archive(record)) == "missing");
  clear_away_empty(place.files);
  CHECK(outcome(place.store.undo_create("pvc-1")) == "nothing");
}

TEST_CASE("what is to be moved and is gone, with all directories standing, is no reason to make or sync any") {
  Export place;
  auto const before = place.files.log();
  CHECK(outcome(place.store.settle("pvc-1")) == "ok");
  CHECK(place.files.log() == before);
}

}  // namespace
}  // namespace nfs::test
