// An archive comes back, and what becomes of its record.
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"
#include "tests/provisioner/storage/volumes/archived_fixture.hpp"
#include "tests/support/storage/faulty_file_system.hpp"
#include "tests/support/storage/own_cluster.hpp"

namespace nfs::test {
namespace {

TEST_CASE("an archive is renamed back as it is; its record stays until the volume is settled") {
  Archived place;
  CHECK(place.restore(false) == "restored");
  CHECK(place.at("team-a/web/token") == "file precious");
  CHECK(place.at("team-a/web/deep/\xff odd") == "file " + std::string("a\0b", 3));
  CHECK_FALSE(place.has(archived));
  CHECK(place.has(record_file));
  auto const intents = *place.store.intents();
  REQUIRE(intents.size() == 1);
  CHECK(intents[0].restored_from == "pvc-1");
  CHECK(intents[0].restored_path == archived);
  CHECK(intents[0].existing == 0);
  SECTION("asked again: the same answer") {
    auto const before = place.files.dump();
    CHECK(place.restore(false) == "restored");
    CHECK(place.restore(true) == "restored");
    CHECK(place.files.dump() == before);
  }
  SECTION("settled: the record goes, and what the volume was made for is kept") {
    CHECK(outcome(place.store.settle("pvc-2")) == "ok");
    CHECK(outcome(place.store.settle("pvc-2")) == "ok");
    CHECK_FALSE(place.has(record_file));
    CHECK(place.known() == 0);
    CHECK(place.store.intents()->empty());
    auto const volumes = *place.store.volumes();
    REQUIRE(volumes.size() == 1);
    CHECK(volumes[0] == intents[0]);
    CHECK(outcome(place.store.undo_create("pvc-2")) == "nothing");
    CHECK(place.at("team-a/web/token") == "file precious");
  }
}

TEST_CASE("what a settled volume was made for goes with its release") {
  for (auto const policy : {"archive", "retain", "trash"}) {
    CAPTURE(policy);
    Archived place;
    REQUIRE(place.restore() == "restored");
    REQUIRE(outcome(place.store.settle("pvc-2")) == "ok");
    auto const on = std::string(policy);
    auto const released = on == "trash"    ? place.store.trash("pvc-2", path_of("team-a/web"))
                          : on == "retain" ? place.store.archive(retained_at("team-a/web", "pvc-2"))
                                           : place.store.archive(archive_of("team-a/web", "pvc-2"));
    REQUIRE(released.has_value());
    CHECK_FALSE(place.has(own_layout.volume_of("pvc-2")));
    place.files.crash(MemoryFileSystem::Unsynced::lost);
    CHECK_FALSE(place.has(own_layout.volume_of("pvc-2")));
  }
}

TEST_CASE("undone before it was settled, the archive and its record are as they were, to the byte") {
  Archived place;
  auto const before = place.files.dump();
  REQUIRE(place.restore() == "restored");
  SECTION("by the same program") {
    CHECK(outcome(place.store.undo_create("pvc-2")) == "gone");
    CHECK(place.files.dump() == before);
    CHECK(place.known() == 1);
    CHECK(place.restore(false) == "restored");
  }
  SECTION("by the next one, which the archive's claim can be served from again at once") {
    Restarted next(place.files);
    CHECK(next.survey.dangling.empty());
    CHECK(outcome(next.store.undo_create("pvc-2")) == "gone");
    CHECK(place.files.dump() == before);
    REQUIRE(next.store.catalog().newest_of_claim("team-a", "web").size() == 1);
    CHECK(next.store.catalog().all()[0] == record);
  }
  SECTION("by a request for another directory") {
    CHECK(outcome(place.store.create(request_for("team-a/web", "pvc-2"))) == "made");
    CHECK(place.at(std::string(archived) + "/token") == "file precious");
    CHECK_FALSE(place.has("team-a/web/token"));
    CHECK(place.store.intents()->at(0).restored_from.empty());
  }
  SECTION("by a request for another archive") {
    place.files.put_file("team-a/db/token", "other");
    auto const other = archive_of("team-a/db", "pvc-5");
    REQUIRE(outcome(place.store.archive(other)) == "archived");
    CHECK(outcome(place.store.restore(place.request, other, true)) == "restored");
    CHECK(place.at("team-a/web/token") == "file other");
    CHECK(place.at(std::string(archived) + "/token") == "file precious");
  }
}

TEST_CASE("parents that a restore made go with it, even if a crash came between") {
  Archived place;
  place.request = request_for("a/b/c/web", "pvc-2");
  auto const before = place.files.dump();
  FaultyFileSystem faulty(place.files);
  VolumeStore store(faulty, own_cluster);
  REQUIRE(store.identify({}).has_value());
  faulty.crash_at(5, FaultyFileSystem::Moment::before);  // intent, a, a/b, a/b/c, and not the rename
  CHECK_THROWS_AS(store.restore(place.request, record, true), Crash);
  REQUIRE(place.has("a/b/c"));
  Restarted next(place.files);
  REQUIRE(outcome(next.store.restore(place.request, record, true)) == "restored");
  REQUIRE(outcome(next.store.undo_create("pvc-2")) == "gone");
  CHECK(place.files.dump() == before);
}

TEST_CASE("a directory that is adopted after a restore was begun in vain stays where it is") {
  Archived place;
  auto const half_way = [&] {
    FaultyFileSystem faulty(place.files);
    VolumeStore store(faulty, own_cluster);
    REQUIRE(store.identify({}).has_value());
    faulty.crash_at(3, FaultyFileSystem::Moment::before);  // intent, team-a, and not the rename
    CHECK_THROWS_AS(store.restore(place.request, record, false), Crash);
  };
  half_way();
  place.files.put_file("team-a/web/new", "newer");
  Restarted next(place.files);
  SECTION("by restore") {
    CHECK(outcome(next.store.restore(place.request, record, false)) == "adopted");
  }
  SECTION("by create") {
    CHECK(outcome(next.store.create(place.request)) == "adopted");
  }
  // Another volume takes the archive; then the first one's claim goes.
  CHECK(outcome(next.store.restore(request_for("team-a/other", "pvc-3"), record, true)) == "restored");
  CHECK(outcome(next.store.undo_create("pvc-2")) == "kept");
  CHECK(place.at("team-a/web/new") == "file newer");
  CHECK(place.at("team-a/other/token") == "file precious");
  CHECK(place.has(record_file));
}

TEST_CASE("an archive that upstream left needs no record, and comes back without one if it is undone") {
  Export place;
  place.files.put_file("archived-team-a-web-pvc-9/token", "precious");
  ArchiveRecord upstreams;
  upstreams.volume = "pvc-9";
  upstreams.archived_path = "archived-team-a-web-pvc-9";
  auto const before = place.files.dump();
  REQUIRE(outcome(place.store.restore(request_for("team-a/web", "pvc-2"), upstreams, true)) == "restored");
  CHECK(place.at("team-a/web/token") == "file precious");
  SECTION("undone") {
    CHECK(outcome(place.store.undo_create("pvc-2")) == "gone");
    CHECK(place.files.dump() == before);
    CHECK(place.store.catalog().all().empty());
  }
  SECTION("settled and archived: from now on it has one") {
    CHECK(outcome(place.store.settle("pvc-2")) == "ok");
    CHECK(outcome(place.store.archive(archive_of("team-a/web", "pvc-2"))) == "archived");
    CHECK(place.at("archived-team-a-web-pvc-2/token") == "file precious");
    CHECK(place.has(layout::record_of("pvc-2")));
  }
}

TEST_CASE("of two volumes that want one archive, the first gets it, and the other once that is undone") {
  Archived place;
  auto const other = request_for("team-a/other", "pvc-3");
  REQUIRE(place.restore() == "restored");
  auto const before = place.files.dump();
  CHECK(outcome(place.store.restore(other, record, true)) == "busy");
  CHECK(place.files.dump() == before);
  SECTION("after a restart, too") {
    Restarted next(place.files);
    CHECK(outcome(next.store.restore(other, record, true)) == "busy");
    CHECK(place.files.dump() == before);
  }
  SECTION("undone: now the other") {
    REQUIRE(outcome(place.store.undo_create("pvc-2")) == "gone");
    CHECK(outcome(place.store.restore(other, record, true)) == "restored");
  }
  SECTION("settled: gone for the other") {
    REQUIRE(outcome(place.store.settle("pvc-2")) == "ok");
    CHECK(outcome(place.store.restore(other, record, true)) == "not_found");
    CHECK(place.at("team-a/web/token") == "file precious");
  }
}

TEST_CASE("a volume released once more while its archive is being restored leaves the archive its record") {
  Export place;
  place.files.put_file("team-a/web/token", "x");
  REQUIRE(outcome(place.store.archive(archive_of("team-a/web"))) == "archived");
  REQUIRE(outcome(place.store.restore(request_for("team-a/other", "pvc-2"), archive_of("team-a/web"), false)) ==
          "restored");
  CHECK(outcome(place.store.archive(archive_of("team-a/web"))) == "missing");
  CHECK(place.has(layout::record_of("pvc-1")));
  REQUIRE(outcome(place.store.undo_create("pvc-2")) == "gone");
  CHECK(place.at("archived-team-a-web-pvc-1/token") == "file x");
  CHECK(place.has(layout::record_of("pvc-1")));
}

TEST_CASE("a volume released before it was settled") {
  Archived place;
  REQUIRE(place.restore() == "restored");
  place.files.put_file("team-a/web/written", "since");
  SECTION("is archived under its own name, with its own record and time: the newest, and kept from now on") {
    auto newer = archive_of("team-a/web", "pvc-2");
    newer.time = "2026-06-01T00:00:00Z";
    CHECK(outcome(place.store.archive(newer)) == "archived");
    CHECK(outcome(place.store.archive(newer)) == "archived");
    CHECK(place.at("archived-team-a-web-pvc-2/token") == "file precious");
    CHECK(place.at("archived-team-a-web-pvc-2/written") == "file since");
    CHECK_FALSE(place.has(archived));
    CHECK_FALSE(place.has(record_file));
    REQUIRE(place.store.catalog().all().size() == 1);
    CHECK(place.store.catalog().all()[0] == newer);
  }
  SECTION("is archived so by a program, too, that has looked at no intent before") {
    VolumeStore next(place.files, own_cluster);
    REQUIRE(next.identify({}).has_value());
    CHECK(outcome(next.archive(archive_of("team-a/web", "pvc-2"))) == "archived");
    CHECK(place.at("archived-team-a-web-pvc-2/token") == "file precious");
    CHECK_FALSE(place.has(record_file));
  }
  SECTION("is retained where it is") {
    CHECK(outcome(place.store.archive(retained_at("team-a/web", "pvc-2"))) == "retained");
    CHECK(place.at("team-a/web/token") == "file precious");
    CHECK_FALSE(place.has(record_file));
    auto const kept = place.store.catalog().newest_of_path("team-a/web");
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].volume == "pvc-2");
    CHECK(kept[0].in_place());
  }
  SECTION("is put back, not into the trash: perhaps nobody ever had it") {
    CHECK(outcome(place.store.trash("pvc-2", path_of("team-a/web"))) == "discarded");
    CHECK(place.at(std::string(archived) + "/token") == "file precious");
    CHECK(place.has(record_file));
    CHECK(place.known() == 1);
    CHECK(place.store.trashed()->empty());
  }
  CHECK(place.store.intents()->empty());
}

TEST_CASE("settled, a volume that was made of an archive is deleted as its class says") {
  Archived place;
  REQUIRE(place.restore() == "restored");
  REQUIRE(outcome(place.store.settle("pvc-2")) == "ok");
  CHECK(outcome(place.store.trash("pvc-2", path_of("team-a/web"))) == "trashed");
  CHECK(place.at(own_layout.trash_of("pvc-2") + "/token") == "file precious");
  CHECK_FALSE(place.has(record_file));
}

TEST_CASE("a volume is settled by the program after the one that restored it") {
  Archived place;
  REQUIRE(place.restore() == "restored");
  Restarted next(place.files);
  CHECK(outcome(next.store.settle("pvc-2")) == "ok");
  CHECK_FALSE(place.has(record_file));
  CHECK(place.has(own_layout.volume_of("pvc-2")));
}

TEST_CASE("settling that failed once its intent was moved goes on the next time") {
  Archived place;
  FaultyFileSystem faulty(place.files);
  VolumeStore store(faulty, own_cluster);
  REQUIRE(store.identify({}).has_value());
  REQUIRE(outcome(store.restore(place.request, record, true)) == "restored");
  faulty.fail_at(4, FaultyFileSystem::Moment::before, StorageFault::io);  // rename, two syncs, and not the record
  REQUIRE(outcome(store.settle("pvc-2")) == "io");
  REQUIRE(place.has(record_file));
  SECTION("by settling again") {
    CHECK(outcome(store.settle("pvc-2")) == "ok");
  }
  SECTION("by its release") {
    CHECK(outcome(store.archive(archive_of("team-a/web", "pvc-2"))) == "archived");
  }
  SECTION("by the next program, which tells nobody of an archive that is gone") {
    Restarted next(place.files);
    CHECK(next.survey.dangling.empty());
  }
  CHECK_FALSE(place.has(record_file));
}

}  // namespace
}  // namespace nfs::test
