// Archives as a whole: what stands and what is written down, pruning, and what people do by hand.
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"
#include "tests/provisioner/storage/volumes/export_fixture.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/own_cluster.hpp"

namespace nfs::test {
namespace {

constexpr auto archived = "archived-team-a-web-pvc-1";
using Names = std::vector<std::string>;

struct Archived : Export {
  ArchiveRecord record = archive_of("team-a/web");
  Archived() {
    files.put_file("team-a/web/token", "precious");
    REQUIRE(outcome(store.archive(record)) == "archived");
  }
};

TEST_CASE("a survey reads what stands and what is written down, and keeps all of it") {
  Export place;
  place.files.put_file("archived-team-a-web-pvc-1/token", "1");
  place.files.put_file(layout::record_of("pvc-1"), write_document(archive_of("team-a/web", "pvc-1")));
  place.files.put_file("archived-upstreams/token", "2");
  place.files.put_file("archived-a-file", "no directory");
  place.files.put_directory("not-archived-1");
  place.files.put_symlink("archived-link", "archived-upstreams");
  place.files.put_file(layout::record_of("pvc-2"), write_document(archive_of("team-a/web", "pvc-2")));
  place.files.put_file(layout::record_of("pvc-3"), write_document(retained_at("team-a/db", "pvc-3")));
  auto const half = write_document(archive_of("team-a/web", "pvc-4"));
  place.files.put_file(layout::record_of("pvc-4"), half.substr(0, half.size() / 2));
  place.files.put_file("archived-team-a-web-pvc-4/token", "4");
  place.files.put_file(layout::record_of("pvc-5"), R"({"version":2,"volume":"pvc-5"})");
  place.files.put_file("archived-team-a-web-pvc-5/token", "5");
  place.files.put_file(layout::record_of("pvc-6"), write_document(archive_of("team-a/web", "pvc-1")));
  auto elsewhere = archive_of("team-a/web", "pvc-7");
  elsewhere.archived_path = "team-b/secret";
  place.files.put_file("team-b/secret/token", "7");
  place.files.put_file(layout::record_of("pvc-7"), write_document(elsewhere));
  place.files.put_file(layout::archives.data() + std::string("/notes.txt"), "x");
  auto const before = place.files.dump();
  auto const survey = *place.store.survey_archives();
  CHECK(place.files.dump() == before);
  CHECK(survey.unrecorded == Names{"archived-team-a-web-pvc-4", "archived-team-a-web-pvc-5", "archived-upstreams"});
  CHECK(survey.unreadable == Names{"pvc-4.json", "pvc-5.json", "pvc-6.json"});
  CHECK(survey.dangling == Names{"pvc-2", "pvc-7"});
  auto const all = place.store.catalog().all();
  REQUIRE(all.size() == 2);
  CHECK(all[0] == archive_of("team-a/web", "pvc-1"));
  CHECK(all[1] == retained_at("team-a/db", "pvc-3"));
  for (auto const volume : {"pvc-4", "pvc-5", "pvc-6", "pvc-7"}) {
    CAPTURE(volume);
    (void)place.store.prune(archive_of("team-a/web", volume));
    CHECK(place.files.dump() == before);
  }
}

TEST_CASE("a survey that fails changes nothing of what was known") {
  Archived place;
  place.files.set_fault(layout::record_of("pvc-1"), StorageFault::io);
  CHECK(outcome(place.store.survey_archives()) == "io");
  place.files.set_fault(layout::record_of("pvc-1"), {});
  place.files.set_missing(true);
  CHECK(outcome(place.store.survey_archives()) == "wrong_export");
  CHECK(place.store.catalog().all().size() == 1);
}

TEST_CASE("an archive whose time has come goes to the trash, and then its record") {
  Archived place;
  CHECK(outcome(place.store.prune(place.record)) == "true");
  CHECK(place.at(own_layout.trash_of("pvc-1") + "/token") == "file precious");
  CHECK_FALSE(place.has(layout::record_of("pvc-1")));
  CHECK(place.store.catalog().all().empty());
  CHECK(outcome(place.store.prune(place.record)) == "false");
  CHECK(*place.store.trashed() == Names{"pvc-1"});
}

TEST_CASE("what is not exactly what its record was is not pruned") {
  Archived place;
  auto const unchanged = [&](std::string const& answer) {
    auto const before = place.files.dump();
    CHECK(outcome(place.store.prune(place.record)) == answer);
    CHECK(place.files.dump() == before);
  };
  SECTION("another time") {
    auto later = place.record;
    later.time = "2027-01-01T00:00:00Z";
    place.files.put_file(layout::record_of("pvc-1"), write_document(later));
    unchanged("false");
  }
  SECTION("another retention") {
    auto longer = place.record;
    longer.retention = "90d";
    place.files.put_file(layout::record_of("pvc-1"), write_document(longer));
    unchanged("false");
  }
  SECTION("no record") {
    REQUIRE(place.files.remove_file(layout::record_of("pvc-1")).has_value());
    unchanged("false");
  }
  SECTION("half a record") {
    place.files.put_file(layout::record_of("pvc-1"), R"({"version":1,)");
    unchanged("malformed");
  }
  SECTION("kept in place") {
    place.files.put_file("team-a/db/token", "precious");
    place.record = retained_at("team-a/db", "pvc-3");
    REQUIRE(outcome(place.store.archive(place.record)) == "retained");
    unchanged("false");
  }
  SECTION("being restored, although it waits at its place yet") {
    place.files.set_fault("team-a/web", StorageFault::io);
    REQUIRE(outcome(place.store.restore(request_for("team-a/other", "pvc-2"), place.record, true)) == "restored");
    unchanged("false");
  }
  SECTION("settled: its claim has it") {
    REQUIRE(outcome(place.store.restore(request_for("team-a/web", "pvc-2"), place.record, true)) == "restored");
    REQUIRE(outcome(place.store.settle("pvc-2")) == "ok");
    unchanged("false");
    CHECK(place.at("team-a/web/token") == "file precious");
  }
}

TEST_CASE("an archive that was pruned while a claim asks for it is not found by the restore") {
  Archived place;
  REQUIRE(outcome(place.store.prune(place.record)) == "true");
  CHECK(outcome(place.store.restore(request_for("team-a/web", "pvc-2"), place.record, true)) == "not_found");
  CHECK_FALSE(place.has("team-a"));
}

TEST_CASE("a release that was finished at the second try is pruned by what was written at the first") {
  Archived place;
  auto later = place.record;
  later.time = "2027-01-01T00:00:00Z";
  REQUIRE(outcome(place.store.archive(later)) == "archived");
  REQUIRE(place.store.catalog().all() == std::vector{place.record});
  CHECK(outcome(place.store.prune(place.store.catalog().all()[0])) == "true");
}

TEST_CASE("a record that a crash left behind goes with the next survey; any other stays") {
  Archived place;
  SECTION("pruned") {
    REQUIRE(place.files.rename(archived, own_layout.trash_of("pvc-1")).has_value());
    CHECK(place.store.survey_archives()->dangling.empty());
    CHECK_FALSE(place.has(layout::record_of("pvc-1")));
  }
  SECTION("given back for good") {
    auto const text = *place.files.read_file(layout::record_of("pvc-1"), 10'000);
    REQUIRE(outcome(place.store.restore(request_for("team-a/web", "pvc-2"), place.record, true)) == "restored");
    REQUIRE(outcome(place.store.settle("pvc-2")) == "ok");
    place.files.put_file(layout::record_of("pvc-1"), text);
    CHECK(place.store.survey_archives()->dangling.empty());
    CHECK_FALSE(place.has(layout::record_of("pvc-1")));
    CHECK(place.at("team-a/web/token") == "file precious");
  }
  SECTION("moved by hand") {
    REQUIRE(place.files.rename(archived, "somewhere").has_value());
    CHECK(place.store.survey_archives()->dangling == Names{"pvc-1"});
    CHECK(place.has(layout::record_of("pvc-1")));
  }
  SECTION("on an export that is read-only it stays, and is told") {
    REQUIRE(place.files.rename(archived, own_layout.trash_of("pvc-1")).has_value());
    place.files.set_read_only(true);
    CHECK(place.store.survey_archives()->dangling == Names{"pvc-1"});
  }
  CHECK(place.store.catalog().all().empty());
}

TEST_CASE("the record of an archive that was pruned goes only when its move is safe from a crash") {
  Archived place;
  REQUIRE(place.files.rename(archived, own_layout.trash_of("pvc-1")).has_value());
  REQUIRE(place.store.survey_archives().has_value());
  REQUIRE_FALSE(place.has(layout::record_of("pvc-1")));
  place.files.crash(MemoryFileSystem::Unsynced::lost);
  CHECK_FALSE(place.has(archived));
}

TEST_CASE("an archive is taken out to where nothing stands, and its record goes") {
  Archived place;
  CHECK(outcome(place.store.move_out(archived, path_of("by/hand/web"))) == "ok");
  CHECK(place.at("by/hand/web/token") == "file precious");
  CHECK_FALSE(place.has(archived));
  CHECK_FALSE(place.has(layout::record_of("pvc-1")));
  CHECK(place.store.catalog().all().empty());
  place.files.crash(MemoryFileSystem::Unsynced::lost);
  CHECK(place.at("by/hand/web/token") == "file precious");
}

TEST_CASE("an archive is not taken out to where something stands, nor is what is no archive") {
  Archived place;
  place.files.put_directory("empty");
  place.files.put_file("a-file", "x");
  place.files.put_symlink("link", "empty");
  place.files.put_file("archived-file", "x");
  auto const before = place.files.dump();
  for (auto const to : {"empty", "a-file", "link"}) {
    CAPTURE(to);
    CHECK(outcome(place.store.move_out(archived, path_of(to))) == "exists");
  }
  CHECK(outcome(place.store.move_out(archived, path_of("link/web"))) == "not_directory");
  CHECK(outcome(place.store.move_out("archived-unknown", path_of("web"))) == "not_found");
  CHECK(outcome(place.store.move_out("archived-file", path_of("web"))) == "not_directory");
  for (auto const name : {"empty", "", ".nfs-subdir-provisioner", "archived-team-a-web-pvc-1/token", "../x"}) {
    CAPTURE(name);
    CHECK(outcome(place.store.move_out(name, path_of("web"))) == "io");
    CHECK(outcome(place.store.move_to_trash(name)) == "io");
  }
  auto const internal =
      std::get<RelativePath>(RelativePath::parse_internal(".nfs-subdir-provisioner/clusters/cluster-a/trash/x"));
  CHECK(outcome(place.store.move_out(archived, internal)) == "io");
  CHECK(outcome(place.store.move_to_trash("archived-unknown")) == "not_found");
  CHECK(outcome(place.store.move_to_trash("archived-file")) == "not_directory");
  CHECK(place.files.dump() == before);
}

TEST_CASE("an archive is thrown away with its record, whoever made it and however long its name") {
  Archived place;
  std::string const longest = "archived-" + std::string(236, 'x') + "-pvc-long";  // 254 bytes
  place.files.put_file("archived-upstreams/token", "1");
  place.files.put_file(longest + "/token", "2");
  for (auto const& name : {std::string(archived), std::string("archived-upstreams"), longest}) {
    CAPTURE(name);
    auto const trashed = place.store.move_to_trash(name);
    REQUIRE(trashed.has_value());
    CHECK_FALSE(place.has(name));
    CHECK(place.store.trashed()->size() == 1);
    CHECK(outcome(place.store.purge_some(*trashed, 100)) == "true");
    CHECK(place.store.trashed()->empty());
  }
  CHECK_FALSE(place.has(layout::record_of("pvc-1")));
}

TEST_CASE("a directory kept in place is known no more once what stood there was archived or deleted") {
  Export place;
  place.files.put_file("team-a/web/token", "precious");
  place.files.put_file("team-a/db/token", "precious");
  REQUIRE(outcome(place.store.archive(retained_at("team-a/web", "pvc-1"))) == "retained");
  REQUIRE(outcome(place.store.archive(retained_at("team-a/db", "pvc-9"))) == "retained");
  // The same claim again: it adopts the directory, and is kept once more.
  REQUIRE(outcome(place.store.create(request_for("team-a/web", "pvc-2"))) == "adopted");
  REQUIRE(outcome(place.store.archive(retained_at("team-a/web", "pvc-2"))) == "retained");
  REQUIRE(place.store.catalog().all().size() == 3);
  REQUIRE(outcome(place.store.create(request_for("team-a/web", "pvc-3"))) == "adopted");
  SECTION("archived") {
    CHECK(outcome(place.store.archive(archive_of("team-a/web", "pvc-3"))) == "archived");
    CHECK(place.at("archived-team-a-web-pvc-3/token") == "file precious");
    CHECK(place.store.catalog().all().size() == 2);
  }
  SECTION("deleted") {
    CHECK(outcome(place.store.trash("pvc-3", path_of("team-a/web"))) == "trashed");
    CHECK(place.store.catalog().all().size() == 1);
  }
  CHECK_FALSE(place.has(layout::record_of("pvc-1")));
  CHECK_FALSE(place.has(layout::record_of("pvc-2")));
  CHECK(place.has(layout::record_of("pvc-9")));
}

TEST_CASE("beside the service: what a person moved or removed is not found by it, and not chosen again") {
  Archived service;
  for (bool const thrown_away : {true, false}) {
    if (!service.has(archived)) {
      service.files.put_file("team-a/web/token", "precious");
      REQUIRE(outcome(service.store.archive(service.record)) == "archived");
    }
    VolumeStore by_hand(service.files, own_cluster);
    REQUIRE(by_hand.join().has_value());
    REQUIRE(by_hand.survey_archives().has_value());
    if (thrown_away)
      REQUIRE(by_hand.move_to_trash(archived).has_value());
    else
      REQUIRE(by_hand.move_out(archived, path_of("by/hand")).has_value());
    REQUIRE(service.store.catalog().all().size() == 1);
    CHECK(outcome(service.store.restore(request_for("team-a/web", "pvc-2"), service.record, false)) == "not_found");
    CHECK(service.store.catalog().all().empty());
    CHECK(outcome(service.store.create(request_for("team-a/web", "pvc-2"))) == "made");
    CHECK(outcome(service.store.undo_create("pvc-2")) == "gone");
  }
}

TEST_CASE("an export without a marker is not joined, nor is anything written there") {
  MemoryFileSystem files;
  files.put_file("archived-x/token", "precious");
  auto const before = files.dump();
  VolumeStore store(files, own_cluster);
  CHECK(outcome(store.join()) == "not_found");
  CHECK(outcome(store.survey_archives()) == "wrong_export");
  CHECK(outcome(store.move_to_trash("archived-x")) == "wrong_export");
  CHECK(outcome(store.move_out("archived-x", path_of("x"))) == "wrong_export");
  CHECK(outcome(store.volumes()) == "wrong_export");
  CHECK(files.dump() == before);
}

}  // namespace
}  // namespace nfs::test
