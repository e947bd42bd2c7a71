// What a person takes away by a verb, seen by the service beside it.
#include "provisioner/storage/volumes/private_layout.hpp"
#include "tests/provisioner/storage/volumes/export_fixture.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

using Names = std::vector<std::string>;

/// A service that has archived two volumes, and a verb beside it.
struct Beside : Export {
  VolumeStore by_hand{files, own_cluster};
  ArchiveRecord first = put("team-a/web", "pvc-1");
  ArchiveRecord second = put("team-a/db", "pvc-2");

  Beside() {
    REQUIRE(by_hand.join().has_value());
    REQUIRE(by_hand.survey_archives().has_value());
  }
  ArchiveRecord put(std::string const& path, std::string const& volume) {
    files.put_file(path + "/token", "x");
    REQUIRE(store.archive(archive_of(path, volume)).has_value());
    return *store.catalog().find(volume);
  }
  [[nodiscard]] Names known() const {
    Names volumes;
    for (auto const& record : store.catalog().all()) volumes.push_back(record.volume);
    return volumes;
  }
};

TEST_CASE("what was purged or restored by hand is forgotten, and nothing else") {
  Beside place;
  place.files.put_directory("archived-of-upstream");
  SECTION("purged") {
    REQUIRE(place.by_hand.move_to_trash(place.first.archived_path).has_value());
  }
  SECTION("restored") {
    REQUIRE(place.by_hand.move_out(place.first.archived_path, path_of("by-hand")).has_value());
  }
  CHECK(place.store.is_taken_away(place.first).value());
  CHECK_FALSE(place.store.is_taken_away(place.second).value());
  auto const taken = place.store.forget_taken_away().value();
  CHECK(taken.archives == Names{place.first.archived_path});
  CHECK(Names(taken.standing.begin(), taken.standing.end()) ==
        Names{"archived-of-upstream", place.second.archived_path});
  CHECK(place.known() == Names{"pvc-2"});
  CHECK(place.store.forget_taken_away().value().archives.empty());
}

TEST_CASE("an archive that is missed without its record, or whose record alone is gone, stays known") {
  Beside place;
  SECTION("moved without a verb") {
    REQUIRE(place.files.rename(place.first.archived_path, "aside").has_value());
  }
  SECTION("its record removed") {
    REQUIRE(place.files.remove_file(layout::record_of("pvc-1")).has_value());
  }
  SECTION("its record cannot be read") {
    place.files.put_file(layout::record_of("pvc-1"), "{");
  }
  SECTION("kept in place, and its record removed") {
    auto kept = archive_of("team-a/kept", "pvc-0");
    kept.archived_path = kept.original_path;
    kept.on_delete = "retain";
    place.files.put_file("team-a/kept/token", "x");
    REQUIRE(place.store.archive(kept).has_value());
    REQUIRE(place.files.remove_file(layout::record_of("pvc-0")).has_value());
  }
  auto const before = place.known();
  CHECK(place.store.forget_taken_away().value().archives.empty());
  CHECK(place.known() == before);
}

TEST_CASE("an archive that never had a record is not taken away: nobody knows who moved it") {
  Beside place;
  ArchiveRecord upstreams;
  upstreams.volume = "pvc-9";
  upstreams.archived_path = "archived-of-upstream";
  CHECK_FALSE(place.store.is_taken_away(upstreams).value());
}

TEST_CASE("on a mount that is missing, or refuses, nothing is forgotten") {
  Beside place;
  REQUIRE(place.by_hand.move_to_trash(place.first.archived_path).has_value());
  SECTION("missing") {
    place.files.set_missing(true);
  }
  SECTION("records refused") {
    place.files.set_fault(layout::record_of("pvc-1"), StorageFault::io);
  }
  CHECK(place.store.forget_taken_away().has_error());
  CHECK(place.known() == Names{"pvc-1", "pvc-2"});
}

TEST_CASE("the time of the last change tells when archives come and go, and is there before there is one") {
  Export place;
  auto const now = [&] { return place.store.archives_changed_at().value(); };
  FileTime clock{std::chrono::hours(1)};
  place.files.set_clock([&clock] { return clock; });
  auto const before = now();
  CHECK(before == now());
  clock += std::chrono::seconds(1);
  place.files.put_file("team-a/web/token", "x");
  REQUIRE(place.store.archive(archive_of("team-a/web", "pvc-1")).has_value());
  auto const archived = now();
  CHECK(archived != before);
  clock += std::chrono::seconds(1);
  REQUIRE(place.store.move_to_trash("archived-team-a-web-pvc-1").has_value());
  CHECK(now() != archived);
}

}  // namespace
}  // namespace nfs::test
