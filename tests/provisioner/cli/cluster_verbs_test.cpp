#include "provisioner/cli/cluster_verbs.hpp"

#include <sstream>

#include "provisioner/storage/volumes/private_layout.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"
#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/memory_file_system.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

constexpr auto old_id = "cluster-old";
constexpr auto new_id = "cluster-new";

struct Said {
  int status = 0;
  std::string out;
  std::string error;
};

/// An export that one cluster has used, and another one uses now.
struct Place {
  MemoryFileSystem files;

  Place() {
    join(old_id, "2026-01-31T23:59:59Z", "prod");
    join(new_id, now(), "prod");
    VolumeStore old(files, old_id);
    REQUIRE(old.identify({}).has_value());
    make(old, "team-a/web", "pvc-1", true);
    make(old, "team-a/db", "pvc-2", true);
    make(old, "team-a/begun", "pvc-3", false);
    ArchiveRecord record;
    record.volume = "pvc-4";
    record.claim_namespace = "team-a";
    record.claim_name = "gone";
    record.original_path = "team-a/gone";
    record.archived_path = "archived-team-a-gone-pvc-4";
    record.on_delete = "archive";
    record.time = "2026-01-01T00:00:00Z";
    files.put_file("team-a/gone/token", "x");
    REQUIRE(old.archive(record).has_value());
  }
  static std::string now() { return k8s::to_rfc3339(k8s::system_clock().wall()); }
  static void make(VolumeStore& store, std::string const& at, std::string const& volume, bool settled) {
    DirectoryRequest const request{volume, "team-a", "web", "U", path(at), 0777, {}, {}};
    REQUIRE(store.create(request).has_value());
    if (settled) REQUIRE(store.settle(volume).has_value());
  }
  void join(std::string const& id, std::string const& heartbeat, std::string const& name) {
    VolumeStore store(files, id);
    REQUIRE(store.identify({}).has_value());
    REQUIRE(store.announce({.cluster = {id, name}, .heartbeat = heartbeat}).has_value());
  }
  Said take(VerbArguments const& arguments) { return say(take_cluster, arguments); }
  Said say(int (*verb)(VerbArguments const&, FileSystem&, Terminal), VerbArguments const& arguments) {
    std::istringstream in;
    std::ostringstream out, error;
    auto const status = verb(arguments, files, Terminal{in, out, error, false});
    return {status, out.str(), error.str()};
  }
  [[nodiscard]] bool decided() { return files.dump().contains(ClusterLayout(new_id).taking_of(old_id)); }
};

}  // namespace

TEST_CASE("clusters are listed with when they were last seen, and how much they have") {
  Place place;
  auto const listed = place.say(list_clusters, {});
  CHECK(listed.status == 0);
  for (auto const* part : {"cluster-old", "cluster-new", "prod", "2026-01-31T23:59:59Z", "VOLUMES", "ARCHIVES"})
    CHECK(contains(listed.out, part));
  auto const json = place.say(list_clusters, {.json = true}).out;
  CHECK(contains(json, R"("lastSeen":"2026-01-31T23:59:59Z","volumes":"2","archives":"1")"));
  CHECK(contains(json, R"("volumes":"0","archives":"0")"));
}

TEST_CASE("taking a cluster shows what that means, and without --yes nothing is done") {
  Place place;
  ClusterLayout const theirs(old_id);
  place.files.put_file(theirs.trash_of("pvc-5") + "/token", "x");
  place.files.put_file(theirs.resting_of("pvc-6") + "/token", "x");
  place.files.put_file(theirs.resting_of("pvc-6") + ".json", "{}");
  auto const before = place.files.dump();
  auto const said = place.take({.name = old_id});
  CHECK(said.status == 0);
  for (auto const* part : {"\"prod\" (cluster-new) takes the place of \"prod\" (cluster-old)",
                           "last seen 2026-01-31T23:59:59Z", "2 volumes in use, and 1 that was being made",
                           "1 archive (what", "2 trees in its trash", "Nothing was done. To decide it, add --yes."})
    CHECK(contains(said.out, part));
  CHECK(place.files.dump() == before);
}

TEST_CASE("with --yes it is decided, for the program that leads to carry out") {
  Place place;
  auto const said = place.take({.name = old_id, .yes = true});
  CHECK(said.status == 0);
  CHECK(contains(said.out, "within seconds"));
  CHECK(place.decided());
  VolumeStore ours(place.files, new_id);
  REQUIRE(ours.identify({}).has_value());
  REQUIRE(ours.decided_take_overs()->size() == 1);
  CHECK(ours.decided_take_overs()->front().from.id == old_id);
  CHECK_FALSE(ours.decided_take_overs()->front().forced);
}

TEST_CASE("where no program of this cluster runs, that is said") {
  Place place;
  place.join(new_id, "2026-02-01T00:00:00Z", "prod");
  CHECK(contains(place.take({.name = old_id, .yes = true}).out, "does it when it runs: it was last seen 2026-02-01"));
  CHECK(place.decided());
}

TEST_CASE("a cluster that may live is taken only by force") {
  Place place;
  place.join(old_id, GENERATE(Place::now(), std::string()), "prod");
  auto const said = place.take({.name = old_id, .yes = true});
  CHECK(said.status == 1);
  CHECK(contains(said.error, "may live"));
  CHECK(contains(said.error, "--force"));
  CHECK_FALSE(place.decided());
  CHECK(place.take({.name = old_id, .force = true}).status == 0);
  CHECK_FALSE(place.decided());
  CHECK(place.take({.name = old_id, .yes = true, .force = true}).status == 0);
  CHECK(place.decided());
}

TEST_CASE("what cannot be taken is refused, and the reader knows what to do") {
  Place place;
  auto const refused = [&](VerbArguments arguments, std::string const& why) {
    arguments.yes = true;
    auto const said = place.take(arguments);
    CAPTURE(said.error);
    CHECK(said.status == 1);
    CHECK(contains(said.error, why));
    CHECK_FALSE(place.decided());
  };
  refused({.name = "cluster-x"}, "no cluster \"cluster-x\" uses the export; these do: ");
  refused({.cluster_id = old_id, .name = old_id}, "is the cluster that would take over");
  refused({.cluster_id = "cluster-x", .name = old_id}, "(--cluster-id) uses the export");
  refused({.name = old_id, .take_over_never = true}, "is never");
  place.join("cluster-third", Place::now(), "");
  refused({.name = old_id}, "say by --cluster-id which cluster takes over");
  CHECK(place.take({.cluster_id = new_id, .name = old_id, .yes = true}).status == 0);
  CHECK(place.decided());
}

TEST_CASE("where one cluster alone uses the export there is nobody to take over") {
  MemoryFileSystem files;
  VolumeStore store(files, old_id);
  REQUIRE(store.identify({}).has_value());
  std::istringstream in;
  std::ostringstream out, error;
  CHECK(take_cluster({.name = old_id, .yes = true}, files, Terminal{in, out, error, false}) == 1);
  CHECK(contains(error.str(), "start the new cluster's program there first"));
}
