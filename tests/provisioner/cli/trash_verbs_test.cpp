#include "provisioner/cli/trash_verbs.hpp"

#include <rapidjson/document.h>

#include <sstream>

#include "provisioner/storage/volumes/volume_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/memory_file_system.hpp"
#include "tests/support/storage/own_cluster.hpp"

using namespace nfs;
using namespace std::chrono_literals;

namespace {

constexpr k8s::WallTime noon{std::chrono::seconds(1'767'268'800)};  // 2026-01-01T12:00:00Z

using Verb = int (*)(VerbArguments const&, FileSystem&, Terminal);

struct Said {
  int status = 0;
  std::string out;
  std::string error;
};

Said say(Verb verb, FileSystem& files, VerbArguments const& arguments, std::string const& answer = {}) {
  std::istringstream in(answer);
  std::ostringstream out, error;
  auto const status = verb(arguments, files, Terminal{in, out, error, false});
  return {status, out.str(), error.str()};
}

/// An export whose service has deleted the directories of two claims, one after the other.
struct Trashed {
  MemoryFileSystem files;
  k8s::WallTime now = noon;
  VolumeStore service{files, own_cluster};

  Trashed() {
    files.set_clock([this] { return now; });
    REQUIRE(service.identify({}).has_value());
    rest("web", "pvc-2", "1h");
    now += 10min;
    rest("db", "pvc-1", "7d");
  }
  void rest(std::string const& claim, std::string const& volume, std::string const& retention) {
    TrashRecord record;
    record.volume = volume;
    record.volume_uid = "v-" + volume;
    record.claim_namespace = "team-a";
    record.claim_name = claim;
    record.storage_class = "standard";
    record.original_path = "team-a/" + claim;
    record.requested_storage = "5Gi";
    record.retention = retention;
    files.put_file(record.original_path + "/token", std::string(2048, 'x'));
    REQUIRE(service.rest(record).value() == Released::trashed);
  }
  [[nodiscard]] bool has(std::string const& path) const { return files.dump().contains(path); }
  [[nodiscard]] bool rests(std::string const& name) const { return has(own_layout.resting_of(name) + "/token"); }
};

}  // namespace

TEST_CASE("trash list shows what rests, since when and until when, the oldest first, and what is being removed") {
  Trashed place;
  place.files.put_file(own_layout.trash_of("pvc-9") + "/token", "x");
  auto const before = place.files.dump();
  auto const said = say(list_trash, place.files, {});
  CHECK(said.status == 0);
  CHECK(said.error.empty());
  CHECK(said.out ==
        "NAME    CLAIM        CLASS      PATH         TRASHED                ASKED   KEPT UNTIL             STATE\n"
        "pvc-2   team-a/web   standard   team-a/web   2026-01-01T12:00:00Z   5Gi     2026-01-01T13:00:00Z   rests\n"
        "pvc-1   team-a/db    standard   team-a/db    2026-01-01T12:10:00Z   5Gi     2026-01-08T12:10:00Z   rests\n"
        "pvc-9   -            -          -            -                      -       -                      is being "
        "removed\n");
  CHECK(place.files.dump() == before);
}

TEST_CASE("trash list as JSON is for machines") {
  Trashed place;
  auto const said = say(list_trash, place.files, {.json = true});
  rapidjson::Document document;
  document.Parse(said.out.c_str());
  REQUIRE_FALSE(document.HasParseError());
  REQUIRE((document.IsArray() && document.Size() == 2));
  CHECK(std::string(document[0]["name"].GetString()) == "pvc-2");
  CHECK(std::string(document[0]["claim"].GetString()) == "team-a/web");
  CHECK(std::string(document[0]["path"].GetString()) == "team-a/web");
  CHECK(std::string(document[0]["time"].GetString()) == "2026-01-01T12:00:00Z");
  CHECK(std::string(document[0]["keptUntil"].GetString()) == "2026-01-01T13:00:00Z");
  CHECK(std::string(document[0]["state"].GetString()) == "rests");
}

TEST_CASE("what rests without a record is shown by its name, until the time that the setting gives it") {
  Trashed place;
  REQUIRE(place.files.remove_file(own_layout.resting_record_of("pvc-2")).has_value());
  auto const said = say(list_trash, place.files, {.trash_retention = 48h});
  CHECK_THAT(said.out,
             Catch::Matchers::Contains("pvc-2   -           -          -           2026-01-01T12:00:00Z   -       "
                                       "2026-01-03T12:00:00Z   rests\n"));
}

TEST_CASE("where nothing is in the trash that is said") {
  MemoryFileSystem files;
  VolumeStore store(files, own_cluster);
  REQUIRE(store.identify({}).has_value());
  CHECK(say(list_trash, files, {}).out == "Nothing is in the trash.\n");
  CHECK(say(list_trash, files, {.json = true}).out == "[]\n");
  CHECK(say(purge_trash, files, {.all = true}).out == "Nothing rests in the trash.\n");
}

TEST_CASE("trash restore brings a directory back to where it stood, or to where one says") {
  Trashed place;
  std::string const to = GENERATE("", "by/hand");
  auto const said = say(restore_trash, place.files, {.name = "pvc-2", .to = to});
  CHECK(said.status == 0);
  std::string const where = to.empty() ? "team-a/web" : to;
  CHECK(said.out == "pvc-2 is " + where + " now; a claim whose path leads there adopts it\n");
  CHECK(place.has(where + "/token"));
  CHECK_FALSE(place.has(own_layout.resting_record_of("pvc-2")));
  CHECK(place.rests("pvc-1"));
}

TEST_CASE("trash restore never goes over what stands: the claim has come back, and has a directory of its own") {
  Trashed place;
  place.files.put_file("team-a/web/token", "of the new claim");
  auto const before = place.files.dump();
  auto const said = say(restore_trash, place.files, {.name = "pvc-2"});
  CHECK(said.status == 1);
  CHECK_THAT(said.error, Catch::Matchers::Contains("something stands there already"));
  CHECK(place.files.dump() == before);
}

TEST_CASE("trash restore says what cannot come back, and why") {
  Trashed place;
  REQUIRE(*place.service.end_rest("pvc-1"));
  REQUIRE(place.files.remove_file(own_layout.resting_record_of("pvc-2")).has_value());
  auto const before = place.files.dump();
  CHECK_THAT(say(restore_trash, place.files, {.name = "pvc-1"}).error,
             Catch::Matchers::Contains("\"pvc-1\" rests in the trash no more: it is being removed"));
  CHECK_THAT(say(restore_trash, place.files, {.name = "pvc-3"}).error,
             Catch::Matchers::Contains("nothing called \"pvc-3\" rests in the trash; see trash list"));
  auto const said = say(restore_trash, place.files, {.name = "pvc-2"});
  CHECK(said.status == 2);
  CHECK_THAT(said.error, Catch::Matchers::Contains("say where it goes by --to"));
  CHECK(say(restore_trash, place.files, {.name = "pvc-2", .to = "../etc"}).status == 2);
  CHECK(say(restore_trash, place.files, {.name = "../pvc-2"}).status == 1);
  CHECK(place.files.dump() == before);
  CHECK(say(restore_trash, place.files, {.name = "pvc-2", .to = "by/hand"}).status == 0);
  CHECK(place.has("by/hand/token"));
}

TEST_CASE("trash purge shows how large, asks, and removes one or all of what rests") {
  Trashed place;
  bool const all = GENERATE(false, true);
  auto const said = say(purge_trash, place.files, {.name = all ? "" : "pvc-2", .all = all}, "yes\n");
  CHECK(said.status == 0);
  CHECK_THAT(said.out, Catch::Matchers::Contains("pvc-2: 2.0 KiB in 2 files and directories") &&
                           Catch::Matchers::Contains("pvc-2: removed\n"));
  CHECK_FALSE(place.rests("pvc-2"));
  CHECK_FALSE(place.has(own_layout.resting_record_of("pvc-2")));
  CHECK(place.service.trashed()->empty());
  CHECK(place.rests("pvc-1") == !all);
}

TEST_CASE("trash purge removes nothing that nobody said yes to, or that nobody knows") {
  Trashed place;
  auto const before = place.files.dump();
  CHECK(say(purge_trash, place.files, {.all = true}, "no\n").status == 1);
  CHECK(say(purge_trash, place.files, {.name = "pvc-3", .yes = true}).status == 1);
  CHECK(place.files.dump() == before);
  CHECK(say(purge_trash, place.files, {.all = true, .yes = true}).status == 0);
  CHECK_FALSE(place.rests("pvc-1"));
}

TEST_CASE("trash purge takes nothing of what another cluster has in the trash") {
  Trashed place;
  REQUIRE(place.service.announce({.cluster = {.id = own_cluster}}).has_value());
  VolumeStore other(place.files, "cluster-b");
  REQUIRE(other
              .identify(
                  {{"pvc-9", place.service.join().value(), std::get<RelativePath>(RelativePath::parse("team-a/web"))}})
              .has_value());
  REQUIRE(other.announce({.cluster = {.id = "cluster-b"}}).has_value());
  CHECK(say(purge_trash, place.files, {.cluster_id = "cluster-b", .all = true, .yes = true}).out ==
        "Nothing rests in the trash.\n");
  CHECK(say(list_trash, place.files, {.cluster_id = "cluster-b"}).out == "Nothing is in the trash.\n");
  CHECK(place.rests("pvc-1"));
}
