#include "provisioner/cli/export_verbs.hpp"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <sstream>

#include "provisioner/core/naming.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"
#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/memory_file_system.hpp"
#include "tests/support/storage/own_cluster.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

using Verb = int (*)(VerbArguments const&, FileSystem&, Terminal);

struct Said {
  int status = 0;
  std::string out;
  std::string error;
};

Said say(Verb verb, FileSystem& files, VerbArguments const& arguments, std::string const& answer = {},
         bool interactive = false) {
  std::istringstream in(answer);
  std::ostringstream out, error;
  auto const status = verb(arguments, files, Terminal{in, out, error, interactive});
  return {status, out.str(), error.str()};
}

std::string archive_path(std::string const& claim, std::string const& volume) {
  return archive_name("team-a", claim, volume);
}

/// An export with a service on it, that has archived, kept and made volumes.
struct Exported {
  MemoryFileSystem files;
  VolumeStore service{files, nfs::own_cluster};

  Exported() {
    REQUIRE(service.identify({}).has_value());
    archive("web", "pvc-1", "2020-01-01T00:00:00Z", "30d");
    archive("db", "pvc-2", "2999-01-01T00:00:00Z", "");
  }
  void archive(std::string const& claim, std::string const& volume, std::string const& time,
               std::string const& retention, bool in_place = false) {
    ArchiveRecord record;
    record.volume = volume;
    record.claim_namespace = "team-a";
    record.claim_name = claim;
    record.claim_uid = "U";
    record.namespace_uid = "NS";
    record.storage_class = "standard";
    record.original_path = "team-a/" + claim;
    record.archived_path = in_place ? record.original_path : archive_path(claim, volume);
    record.on_delete = in_place ? "retain" : "archive";
    record.time = time;
    record.retention = retention;
    record.requested_storage = "5Gi";
    files.put_file(record.original_path + "/token", std::string(2048, 'x'));
    REQUIRE(service.archive(record).has_value());
  }
  [[nodiscard]] bool has(std::string const& path) const { return files.dump().contains(path); }
};

}  // namespace

TEST_CASE("archives list shows what the records say, and those without a record") {
  Exported place;
  place.files.put_directory("archived-upstreams");
  place.archive("kept", "pvc-3", "2026-01-01T00:00:00Z", "", true);
  auto const before = place.files.dump();
  auto const said = say(list_archives, place.files, {});
  CHECK(said.status == 0);
  CHECK(said.error.empty());
  CHECK(said.out ==
        "ARCHIVE                     CLAIM         CLASS      ARCHIVED               ASKED   KEPT UNTIL             "
        "VOLUME\n"
        "archived-team-a-web-pvc-1   team-a/web    standard   2020-01-01T00:00:00Z   5Gi     2020-01-31T00:00:00Z   "
        "pvc-1\n"
        "archived-team-a-db-pvc-2    team-a/db     standard   2999-01-01T00:00:00Z   5Gi     -                      "
        "pvc-2\n"
        "team-a/kept (in place)      team-a/kept   standard   2026-01-01T00:00:00Z   5Gi     -                      "
        "pvc-3\n"
        "archived-upstreams          -             -          -                      -       -                      "
        "-\n");
  CHECK(place.files.dump() == before);
}

TEST_CASE("archives list as JSON is for machines: a list of objects, nothing else on the output") {
  Exported place;
  place.files.put_directory("archived-upstreams \"quoted\"");
  place.archive("kept", "pvc-3", "2026-01-01T00:00:00Z", "", true);
  place.files.put_file(layout::record_of("pvc-9"), "half");
  auto const said = say(list_archives, place.files, {.json = true});
  CHECK(said.status == 0);
  rapidjson::Document document;
  document.Parse(said.out.c_str());
  REQUIRE_FALSE(document.HasParseError());
  REQUIRE(document.IsArray());
  REQUIRE(document.Size() == 4);
  CHECK(std::string(document[0]["archive"].GetString()) == "archived-team-a-web-pvc-1");
  CHECK(std::string(document[0]["claim"].GetString()) == "team-a/web");
  CHECK(std::string(document[0]["class"].GetString()) == "standard");
  CHECK(std::string(document[0]["time"].GetString()) == "2020-01-01T00:00:00Z");
  CHECK(std::string(document[0]["requestedStorage"].GetString()) == "5Gi");
  CHECK(std::string(document[0]["keptUntil"].GetString()) == "2020-01-31T00:00:00Z");
  CHECK(std::string(document[0]["volume"].GetString()) == "pvc-1");
  CHECK(std::string(document[2]["archive"].GetString()) == "team-a/kept");
  CHECK(std::string(document[3]["archive"].GetString()) == "archived-upstreams \"quoted\"");
  CHECK(std::string(document[3]["time"].GetString()).empty());
  MemoryFileSystem empty;
  VolumeStore store(empty, nfs::own_cluster);
  REQUIRE(store.identify({}).has_value());
  CHECK(say(list_archives, empty, {.json = true}).out == "[]\n");
  CHECK(say(list_archives, empty, {}).out == "No archives.\n");
}

TEST_CASE("records that cannot be read, and those whose archive is gone, are noted and kept") {
  Exported place;
  place.files.put_file(layout::record_of("pvc-9"), R"({"version":2})");
  REQUIRE(place.files.rename(archive_path("web", "pvc-1"), "elsewhere").has_value());
  auto const before = place.files.dump();
  auto const said = say(list_archives, place.files, {});
  CHECK(said.status == 0);
  CHECK(said.error ==
        "note: record pvc-9.json cannot be read; it is kept\n"
        "note: the archive of pvc-1 is gone, its record is still there\n");
  CHECK(place.files.dump() == before);
}

TEST_CASE("archives list makes no call that changes anything, whatever a crash has left there to be tidied") {
  Exported place;
  // Pruned, but for its record: the archive is in the trash.
  REQUIRE(place.files.rename(archive_path("web", "pvc-1"), nfs::own_layout.trash_of("pvc-1")).has_value());
  auto const before = place.files.dump();
  auto const done = place.files.log();
  for (bool const json : {false, true}) {
    auto const said = say(list_archives, place.files, {.json = json});
    CHECK(said.status == 0);
    CHECK(contains(said.error, "the archive of pvc-1 is gone"));
  }
  CHECK(place.files.dump() == before);
  CHECK(place.files.log() == done);
  place.files.set_read_only(true);
  CHECK(say(list_archives, place.files, {}).status == 0);
}

TEST_CASE("archives restore says what it relied on, and goes below no directory that may be an unknown volume's") {
  Exported place;
  // Upstream's, in the default layout: no record tells of it.
  place.files.put_file("team-a-old-pvc-9/token", "in use");
  auto const before = place.files.dump();
  for (auto const* to : {"team-a-old-pvc-9/web", "team-a-old-pvc-9/deep/er/web"}) {
    auto const said = say(restore_archive, place.files, {.name = "pvc-1", .to = to});
    CHECK(said.status == 1);
    CHECK(contains(said.error, "directory \"team-a-old-pvc-9\" stands above that, and no record tells whose it is"));
    CHECK(place.files.dump() == before);
  }
  // A parent of what was archived.
  place.files.put_directory("team-a");
  auto const known = say(restore_archive, place.files, {.name = "pvc-1", .to = "team-a/again"});
  CHECK(known.status == 0);
  CHECK(contains(known.error, "relied on what is recorded on the export"));
  CHECK(say(restore_archive, place.files, {.name = "pvc-2", .to = "team-a-old-pvc-9/web", .force = true}).status == 0);
  CHECK(place.has("team-a-old-pvc-9/web/token"));
}

TEST_CASE("an archive that the service gives back right now is not called gone") {
  Exported place;
  auto const record = place.service.catalog().newest_of_claim("team-a", "web").at(0);
  REQUIRE(place.service.restore({"pvc-7", "team-a", "web", "U7", path("team-a/web"), 0777, {}, {}}, record, true)
              .has_value());
  CHECK(say(list_archives, place.files, {}).error.empty());
}

TEST_CASE("every verb says what is wrong with an export without a marker, exits 1 and writes nothing") {
  MemoryFileSystem files;
  files.put_file("archived-team-a-web-pvc-1/token", "precious");
  auto const before = files.dump();
  for (auto const verb : {list_archives, restore_archive, purge_archives, list_volumes}) {
    auto const said =
        say(verb, files, {.name = "archived-team-a-web-pvc-1", .to = "x", .older_than = {}, .yes = true}, "yes\n");
    CHECK(said.status == 1);
    CHECK(contains(said.error, "export.json"));
    CHECK(said.error.starts_with("nfs-subdir-provisioner: "));
    CHECK(said.out.empty());
  }
  CHECK(files.dump() == before);
}

TEST_CASE("archives restore moves an archive, by its name or its volume's, to where nothing stands") {
  for (auto const* name : {"archived-team-a-web-pvc-1", "pvc-1"}) {
    CAPTURE(name);
    Exported place;
    auto const said = say(restore_archive, place.files, {.name = name, .to = "team-b//new/"});
    CHECK(said.status == 0);
    CHECK(said.out == "archived-team-a-web-pvc-1 is team-b/new now; a claim whose path leads there adopts it\n");
    CHECK(place.has("team-b/new/token"));
    CHECK_FALSE(place.has("archived-team-a-web-pvc-1"));
    CHECK_FALSE(place.has(layout::record_of("pvc-1")));
  }
  Exported place;
  place.files.put_file("archived-upstreams/token", "1");
  CHECK(say(restore_archive, place.files, {.name = "archived-upstreams", .to = "x"}).status == 0);
  CHECK(place.has("x/token"));
}

TEST_CASE("archives restore refuses what it cannot do, and leaves everything as it was") {
  Exported place;
  place.archive("kept", "pvc-3", "2026-01-01T00:00:00Z", "", true);
  place.files.put_directory("occupied");
  place.files.put_file(nfs::own_layout.volume_of("pvc-7"), R"({"version":1,"volume":"pvc-7","path":"team-b/web"})");
  place.files.put_file(nfs::own_layout.intent_of("pvc-8"), R"({"version":1,"volume":"pvc-8","path":"team-b/db"})");
  auto const before = place.files.dump();
  struct Row {
    std::string name;
    std::string to;
    std::string why;
  };
  for (auto const& row : std::vector<Row>{{"pvc-9", "x", "there is no archive \"pvc-9\""},
                                          {"", "x", "there is no archive \"\""},
                                          {"pvc-3", "x", "there is no archive \"pvc-3\""},
                                          {"team-a/kept", "x", "there is no archive"},
                                          {"pvc-1", "/etc", "--to: "},
                                          {"pvc-1", "../x", "--to: "},
                                          {"pvc-1", "archived-x", "--to: "},
                                          {"pvc-1", ".nfs-subdir-provisioner/x", "--to: "},
                                          {"pvc-1", "occupied", "something stands there already"},
                                          {"pvc-1", "team-b/web/deep", "which volume pvc-7 has"},
                                          {"pvc-1", "team-b", "which volume pvc-7 has"},
                                          {"pvc-1", "team-b/db/deep", "which volume pvc-8 has"}}) {
    CAPTURE(row.name, row.to);
    auto const said = say(restore_archive, place.files, {.name = row.name, .to = row.to});
    CHECK(said.status == (row.why == "--to: " ? 2 : 1));
    CHECK(contains(said.error, row.why));
    CHECK(said.out.empty());
  }
  CHECK(place.files.dump() == before);
}

TEST_CASE("archives purge shows the size, asks, and removes only after a plain yes") {
  for (auto const* answer : {"", "no\n", "y\n", "Yes\n", "yes please\n"}) {
    CAPTURE(answer);
    Exported place;
    auto const before = place.files.dump();
    auto const said = say(purge_archives, place.files, {.name = "pvc-1"}, answer);
    CHECK(said.status == 1);
    CHECK(contains(said.out, "archived-team-a-web-pvc-1: 2.0 KiB in 2 files and directories\n"));
    CHECK(contains(said.out, "Type yes"));
    CHECK(contains(said.error, "nothing was removed"));
    CHECK(place.files.dump() == before);
  }
  for (bool const yes : {true, false}) {
    Exported place;
    auto const said = say(purge_archives, place.files, {.name = "archived-team-a-web-pvc-1", .yes = yes}, "yes\n");
    CHECK(said.status == 0);
    CHECK(contains(said.out, "Type yes") != yes);
    CHECK(contains(said.out, "archived-team-a-web-pvc-1: removed\n"));
    CHECK_FALSE(place.has("archived-team-a-web-pvc-1"));
    CHECK_FALSE(place.has(layout::record_of("pvc-1")));
    CHECK(place.service.trashed()->empty());
    CHECK(place.has("archived-team-a-db-pvc-2/token"));
  }
}

TEST_CASE("archives purge by age takes those with a record, and nothing that is kept in place or of unknown age") {
  Exported place;
  place.archive("old", "pvc-3", "2020-01-01T00:00:00Z", "", true);
  place.archive("timeless", "pvc-4", "", "");
  place.files.put_file("archived-upstreams/token", "1");
  auto const said = say(purge_archives, place.files, {.older_than = std::chrono::hours(24), .yes = true});
  CHECK(said.status == 0);
  CHECK_FALSE(place.has("archived-team-a-web-pvc-1"));
  for (auto const* kept : {"archived-team-a-db-pvc-2/token", "team-a/old/token", "archived-team-a-timeless-pvc-4/token",
                           "archived-upstreams/token"}) {
    CAPTURE(kept);
    CHECK(place.has(kept));
  }
  auto const before = place.files.dump();
  auto const again = say(purge_archives, place.files, {.older_than = std::chrono::hours(24), .yes = true});
  CHECK(again.status == 0);
  CHECK(again.out == "No archive is that old.\n");
  CHECK(place.files.dump() == before);
}

TEST_CASE("archives purge goes on past one that it cannot remove, and says which went") {
  Exported place;
  place.archive("aaa", "pvc-0", "2020-01-01T00:00:00Z", "");
  place.files.set_fault(archive_path("aaa", "pvc-0"), StorageFault::permission);
  auto const said = say(purge_archives, place.files, {.older_than = std::chrono::hours(24), .yes = true});
  CHECK(said.status == 1);
  CHECK(contains(said.out, "archived-team-a-aaa-pvc-0: at least 0 B in 0 files and directories\n"));
  CHECK(contains(said.error, "archived-team-a-aaa-pvc-0"));
  CHECK_FALSE(contains(said.out, "archived-team-a-aaa-pvc-0: removed"));
  CHECK(contains(said.out, "archived-team-a-web-pvc-1: removed\n"));
}

TEST_CASE("archives purge counts no longer than it may, and removes all the same") {
  Exported place;
  place.archive("aaa", "pvc-0", "2020-01-01T00:00:00Z", "");
  auto const said = say(purge_archives, place.files,
                        {.older_than = std::chrono::hours(24), .measure_for = std::chrono::seconds(0), .yes = true});
  CHECK(said.status == 0);
  CHECK(said.out ==
        "archived-team-a-aaa-pvc-0: not measured, that takes too long\n"
        "archived-team-a-web-pvc-1: not measured, that takes too long\n"
        "archived-team-a-aaa-pvc-0: removed\n"
        "archived-team-a-web-pvc-1: removed\n");
}

TEST_CASE(
    "archives purge removes in turns: a huge archive and a stuck one hold up no other, and the stuck one is named") {
  Exported place;
  place.archive("aaa", "pvc-0", "2020-01-01T00:00:00Z", "");
  for (int i = 0; i < 2500; ++i) place.files.put_file(fmt::format("{}/{}", archive_path("aaa", "pvc-0"), i), "");
  place.archive("bbb", "pvc-3", "2020-01-01T00:00:00Z", "");
  auto const stuck = nfs::own_layout.trash_of(archive_path("bbb", "pvc-3")) + "/token";
  place.files.set_fault(stuck, StorageFault::permission);
  auto const said = say(purge_archives, place.files, {.older_than = std::chrono::hours(24), .yes = true});
  CHECK(said.status == 1);
  CHECK(contains(said.error, "archived-team-a-bbb-pvc-3: cannot remove file"));
  CHECK(contains(said.error, "it stays in the trash, where the service tries again"));
  auto const small = said.out.find("archived-team-a-web-pvc-1: removed\n");
  auto const huge = said.out.find("archived-team-a-aaa-pvc-0: removed\n");
  REQUIRE(small != std::string::npos);
  REQUIRE(huge != std::string::npos);
  CHECK(small < huge);
  CHECK(place.service.trashed().value() == std::vector<std::string>{"archived-team-a-bbb-pvc-3"});
}

TEST_CASE("progress is shown to a person, and to nobody else") {
  for (bool const interactive : {true, false}) {
    Exported place;
    auto const said = say(purge_archives, place.files, {.name = "pvc-1", .yes = true}, {}, interactive);
    CHECK(contains(said.out, "\r") == interactive);
    CHECK(contains(said.out, "so far") == interactive);
  }
}

TEST_CASE("volumes list shows what stands for whom, by path") {
  Exported place;
  for (auto const* name : {"b", "a", "gone"}) {
    REQUIRE(
        place.service
            .create(
                {fmt::format("pvc-{}", name), "team-a", name, "U", path(fmt::format("team-a/{}", name)), 0777, {}, {}})
            .has_value());
    REQUIRE(place.service.settle(fmt::format("pvc-{}", name)).has_value());
  }
  REQUIRE(
      place.service.create({"pvc-unused", "team-a", "unused", "U", path("team-a/unused"), 0777, {}, {}}).has_value());
  REQUIRE(place.files.remove_directory("team-a/gone").has_value());
  CHECK(say(list_volumes, place.files, {}).out ==
        "DIRECTORY     CLAIM         VOLUME     STANDS\n"
        "team-a/a      team-a/a      pvc-a      yes\n"
        "team-a/b      team-a/b      pvc-b      yes\n"
        "team-a/gone   team-a/gone   pvc-gone   no\n");
  rapidjson::Document document;
  document.Parse(say(list_volumes, place.files, {.json = true}).out.c_str());
  REQUIRE(document.IsArray());
  REQUIRE(document.Size() == 3);
  CHECK(std::string(document[0]["directory"].GetString()) == "team-a/a");
  MemoryFileSystem empty;
  VolumeStore store(empty, nfs::own_cluster);
  REQUIRE(store.identify({}).has_value());
  CHECK(say(list_volumes, empty, {}).out == "No volumes that this program made.\n");
}

TEST_CASE("beside a running service: what a verb moved is not found by it, and not chosen again") {
  Exported place;
  auto const web = place.service.catalog().newest_of_claim("team-a", "web").at(0);
  auto const db = place.service.catalog().newest_of_claim("team-a", "db").at(0);
  REQUIRE(say(restore_archive, place.files, {.name = "pvc-1", .to = "by/hand"}).status == 0);
  REQUIRE(say(purge_archives, place.files, {.name = "pvc-2", .yes = true}).status == 0);
  for (auto const& record : {web, db}) {
    REQUIRE(place.service.catalog().newest_of_claim("team-a", record.claim_name).size() == 1);
    DirectoryRequest const request{"pvc-7", "team-a", record.claim_name, "U7", path("team-a/new"), 0777, {}, {}};
    auto const restored = place.service.restore(request, record, true);
    REQUIRE(restored.has_error());
    CHECK(restored.error().fault == StorageFault::not_found);
    CHECK(place.service.catalog().newest_of_claim("team-a", record.claim_name).empty());
    CHECK(place.service.prune(record).value() == false);
  }
  CHECK(place.has("by/hand/token"));
}

TEST_CASE("of several clusters one must be named") {
  Exported place;
  VolumeStore other(place.files, "cluster-b");
  REQUIRE(other.identify({}).has_value());
  auto const unnamed = say(list_archives, place.files, {});
  CHECK(unnamed.status == 1);
  CHECK(contains(unnamed.error, "choose a cluster by --cluster-id"));
  CHECK(contains(say(list_archives, place.files, {.cluster_id = nfs::own_cluster}).out, "pvc-1"));
  CHECK(contains(say(list_archives, place.files, {.cluster_id = "cluster-b"}).out, "No archives."));
}
