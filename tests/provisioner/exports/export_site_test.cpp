#include "provisioner/exports/export_site.hpp"

#include "provisioner/core/naming.hpp"
#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/memory_file_system.hpp"
#include "tests/support/storage/own_cluster.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

struct Place {
  FakeClock clock;
  LogBook log;
  ExportSite site{{"default", "nfs.example", "/data/nfs", "/persistentvolumes"},
                  std::make_unique<MemoryFileSystem>(),
                  clock,
                  log.log()};

  [[nodiscard]] std::vector<ArchiveRecord> of(std::string const& restore_from, std::string const& name = "web",
                                              std::string const& name_space = "team-a") const {
    auto claim = pending_claim(name, "U1", "1", name_space);
    if (!restore_from.empty()) claim.meta.annotations[std::string(names::restore_from)] = restore_from;
    return site.archives_of(claim).records;
  }
};

}  // namespace

TEST_CASE("what upstream left is offered to who names its volume, and its claim is the asker's by name") {
  Place place;
  place.site.found_unrecorded({"archived-team-a-web-pvc-9", "archived-team-b-web-pvc-8"});
  auto const offered = place.of("pvc-9");
  REQUIRE(offered.size() == 1);
  CHECK(offered[0].volume == "pvc-9");
  CHECK(offered[0].archived_path == "archived-team-a-web-pvc-9");
  CHECK(offered[0].claim_namespace == "team-a");
  CHECK(offered[0].claim_name == "web");
  CHECK(offered[0].time.empty());
  CHECK(offered[0].namespace_uid.empty());
  CHECK_FALSE(offered[0].in_place());
  for (auto const* wanted : {"", "latest", "pvc-8", "pvc", "pvc-99", "../pvc-9", "web-pvc-9"}) {
    CAPTURE(wanted);
    CHECK(place.of(wanted).empty());
  }
  CHECK(place.of("pvc-9", "db").empty());
  CHECK(place.of("pvc-9", "web", "team-b").empty());
}

TEST_CASE("an archive that upstream left and that is gone is offered no more") {
  Place place;
  place.site.found_unrecorded({"archived-team-a-web-pvc-9", "archived-team-a-web-pvc-8"});
  place.site.forget_archive("archived-team-a-web-pvc-9");
  place.site.forget_archive("archived-unknown");
  CHECK(place.of("pvc-9").empty());
  CHECK(place.of("pvc-8").size() == 1);
  place.site.found_unrecorded({"archived-team-a-web-pvc-7"});
  CHECK(place.of("pvc-8").empty());
}

TEST_CASE("archives with a record are offered to the claim of their names alone, asked for or not") {
  Place place;
  auto& store = place.site.store();
  store.act_for(own_cluster);
  REQUIRE(store.identify({}).has_value());
  for (auto const* claim : {"web", "db"}) {
    auto const where = path(std::string("team-a/") + claim);
    REQUIRE(store.create({std::string("pvc-") + claim, "team-a", claim, "U0", where, 0777, {}, {}}).has_value());
    REQUIRE(store.settle(std::string("pvc-") + claim).has_value());
    ArchiveRecord record;
    record.volume = std::string("pvc-") + claim;
    record.claim_namespace = "team-a";
    record.claim_name = claim;
    record.original_path = where.text();
    record.archived_path = archive_name("team-a", claim, record.volume);
    record.on_delete = "archive";
    record.time = "2026-01-01T00:00:00Z";
    REQUIRE(store.archive(record).has_value());
  }
  CHECK(place.of("pvc-db").empty());
  for (auto const* wanted : {"", "latest", "pvc-web"}) {
    auto const offered = place.of(wanted);
    REQUIRE(offered.size() == 1);
    CHECK(offered[0].volume == "pvc-web");
  }
  CHECK(place.of("", "web", "team-b").empty());
}

TEST_CASE("archives are being read at first, may fail to be, and are known once what no record tells of is found") {
  Place place;
  CHECK(place.site.archives_known() == ArchiveKnowledge::being_read);
  auto const version = place.site.archives_version();
  CHECK(place.site.cannot_survey({StorageFault::io, "bad"}));
  CHECK(place.site.archives_known() == ArchiveKnowledge::unreadable);
  CHECK_FALSE(place.site.cannot_survey({StorageFault::permission, "worse"}));
  CHECK(place.site.cannot_survey({StorageFault::too_many, "too many"}));
  CHECK(place.site.archives_known() == ArchiveKnowledge::too_many);
  place.site.found_unrecorded({});
  CHECK(place.site.archives_known() == ArchiveKnowledge::complete);
  CHECK(place.site.archives_version() > version);
}
