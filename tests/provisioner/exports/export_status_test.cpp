#include "provisioner/exports/export_status.hpp"

#include <thread>

#include "tests/provisioner/support/hanging_export.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/own_cluster.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

struct Place : HangingExport {
  LogBook log;
  ExportSite site{{"default", "nfs.example", "/data/nfs", "/persistentvolumes"}, std::move(between), clock, log.log()};

  void identify() {
    site.store().act_for(own_cluster);
    site.identified(site.store().identify({}).value());
  }
  [[nodiscard]] ExportStatus status() { return status_of(site, clock.steady()); }
};

}  // namespace

TEST_CASE("an export that nobody has looked at yet is not ready") {
  Place place;
  CHECK_FALSE(place.status().trouble.empty());
  CHECK_FALSE(place.status().space);
}

TEST_CASE("one who stands by finds the export well when it answers, one who leads when it is identified") {
  Place place;
  look_at(place.site, true);
  CHECK_FALSE(place.status().trouble.empty());
  look_at(place.site, false);
  CHECK(place.status().trouble.empty());
  CHECK(place.inner.dump().empty());  // looked at, not touched

  Place leader;
  leader.identify();
  look_at(leader.site, true);
  CHECK(leader.status().trouble.empty());
  CHECK(leader.status().space);
}

TEST_CASE("an export whose marker is gone is not ready until it is back, and its space is as last seen") {
  Place place;
  place.identify();
  look_at(place.site, true);
  auto const marker = place.inner.read_file(".nfs-subdir-provisioner/export.json", 4096).value();
  CHECK(place.inner.remove_file(".nfs-subdir-provisioner/export.json").has_value());
  look_at(place.site, true);
  CHECK(contains(place.status().trouble, "marker is missing"));
  CHECK(place.status().space);
  CHECK(place.inner.write_file(".nfs-subdir-provisioner/export.json", marker).has_value());
  look_at(place.site, true);
  CHECK(place.status().trouble.empty());
}

TEST_CASE("an export with a call that has not come back for 30 s is not ready, and no directory is named") {
  Place place;
  place.identify();
  look_at(place.site, true);
  place.faulty->hang_at(1);
  std::jthread const hung([&] { (void)place.site.files().make_directory("team-a", 0755); });
  place.faulty->wait_until_hanging();
  place.clock.advance(30s);
  CHECK(place.status().trouble.empty());
  place.clock.advance(15s);
  CHECK(place.status().trouble == "it has not answered for 45 s");
  CHECK(place.status().hung_calls == 1);
  place.faulty->release();
}

TEST_CASE("trees that cannot be removed are told by volume and cause, and none by a tenant's name") {
  Place place;
  place.identify();
  for (auto const* tree : {"pvc-1", "archived-team-a-web-pvc-2"}) {
    auto const secret = ".nfs-subdir-provisioner/clusters/cluster-a/trash/" + std::string(tree) + "/secret-directory";
    place.inner.put_directory(secret);
    place.inner.set_fault(secret, StorageFault::permission);
  }
  std::jthread const purger([&](std::stop_token stop) { place.site.purger().run(std::move(stop)); });
  auto const deadline = std::chrono::steady_clock::now() + 30s;
  while (place.status().stuck_trees < 2 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  auto const status = place.status();
  CHECK(status.stuck_trees == 2);
  CHECK(status.purge_backlog == 2);
  REQUIRE(status.first_stuck.size() == 2);
  CHECK(status.first_stuck[0].volume == "(named in the log)");
  CHECK(status.first_stuck[1].volume == "pvc-1");
  CHECK(status.first_stuck[1].cause == "the export denies permission");
}

TEST_CASE("what rests in the trash is counted apart from what is to be removed, and that looks at the export keep it") {
  Place place;
  place.identify();
  place.site.health().rests_in_trash(5);
  place.site.purger().put("pvc-1");
  look_at(place.site, true);
  CHECK(place.status().resting_trees == 5);
  CHECK(place.status().purge_backlog == 1);
  CHECK_FALSE(place.status().retention_paused);
  place.inner.set_clock([] { return k8s::WallTime(); });
  CHECK_FALSE(place.site.server_clock().agreed_now());
  CHECK(place.status().retention_paused);
}

TEST_CASE("whether all archives are known is told once the export is identified") {
  Place place;
  CHECK(place.status().archives_unknown.empty());
  place.identify();
  CHECK(place.status().archives_unknown == "they are being read");
  place.site.cannot_survey({StorageFault::too_many, "too many"});
  CHECK(contains(place.status().archives_unknown, "archives purge"));
  place.site.found_unrecorded({});
  CHECK(place.status().archives_unknown.empty());
}
