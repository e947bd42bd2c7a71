#include "provisioner/storage/volumes/archive_catalog.hpp"

#include <fmt/format.h>

#include <thread>
#include <utility>

#include "tests/provisioner/storage/volumes/storage_fixtures.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

std::vector<std::string> volumes_of(std::vector<ArchiveRecord> const& records) {
  std::vector<std::string> volumes;
  for (auto const& record : records) volumes.push_back(record.volume);
  std::ranges::sort(volumes);
  return volumes;
}

using Names = std::vector<std::string>;

ArchiveRecord named(std::string const& volume, std::string claim, std::string name_space = "team-a") {
  auto record = archive_of("team-a/web", volume);
  record.claim_name = std::move(claim);
  record.claim_namespace = std::move(name_space);
  return record;
}

TEST_CASE("what was kept in place does not count among the archives") {
  ArchiveCatalog catalog;
  auto kept = named("pvc-3", "db");
  kept.archived_path = kept.original_path;
  (void)catalog.finish_reading({named("pvc-1", "web"), named("pvc-2", "web"), kept});
  CHECK(catalog.moved_aside() == 2);
  catalog.remove("pvc-1");
  CHECK(catalog.moved_aside() == 1);
}

ArchiveRecord of(std::string const& volume, std::string const& time, std::string uid = "N1", std::string its = "fast") {
  auto record = named(volume, "web");
  record.time = time;
  record.namespace_uid = std::move(uid);
  record.storage_class = std::move(its);
  return record;
}

TEST_CASE("archives are found by namespace and claim, and by nothing less") {
  ArchiveCatalog catalog;
  (void)catalog.finish_reading({named("pvc-1", "web"), named("pvc-3", "db"), named("pvc-4", "web", "team-b")});
  CHECK(volumes_of(catalog.newest_of_claim("team-a", "web")) == Names{"pvc-1"});
  CHECK(volumes_of(catalog.newest_of_claim("team-b", "web")) == Names{"pvc-4"});
  CHECK(catalog.newest_of_claim("team-b", "db").empty());
  CHECK(catalog.newest_of_claim("team", "a-web").empty());
  CHECK(volumes_of(catalog.all()) == Names{"pvc-1", "pvc-3", "pvc-4"});
}

TEST_CASE(
    "of a claim's archives the newest of each namespace uid, class and kind is found, and the next when it goes") {
  ArchiveCatalog catalog;
  auto kept = of("pvc-7", "2026-01-09T00:00:00Z");
  kept.archived_path = kept.original_path;
  (void)catalog.finish_reading({of("pvc-1", "2026-01-01T00:00:00Z"), of("pvc-2", "2026-01-03T00:00:00.5Z"),
                                of("pvc-3", "2026-01-03T00:00:00Z"), of("pvc-4", "2026-01-02T00:00:00Z", "N0"),
                                of("pvc-5", "2026-01-01T00:00:00Z", "N0"),
                                of("pvc-6", "2026-01-01T00:00:00Z", "N1", "slow"), kept, of("pvc-8", "")});
  auto const found = [&] { return volumes_of(catalog.newest_of_claim("team-a", "web")); };
  CHECK(found() == Names{"pvc-2", "pvc-4", "pvc-6", "pvc-7", "pvc-8"});
  CHECK(volumes_of(catalog.newest_of_path("team-a/web")) == found());
  catalog.remove("pvc-2");
  CHECK(found() == Names{"pvc-3", "pvc-4", "pvc-6", "pvc-7", "pvc-8"});
  catalog.put(of("pvc-1", "2026-02-01T00:00:00Z"));
  CHECK(found() == Names{"pvc-1", "pvc-4", "pvc-6", "pvc-7", "pvc-8"});
}

TEST_CASE("what a pod left hides nothing that is older") {
  ArchiveCatalog catalog;
  auto scratch = of("pvc-2", "2026-01-02T00:00:00Z");
  scratch.scratch = true;
  (void)catalog.finish_reading({of("pvc-1", "2026-01-01T00:00:00Z"), scratch});
  CHECK(volumes_of(catalog.newest_of_claim("team-a", "web")) == Names{"pvc-1", "pvc-2"});
  CHECK(volumes_of(catalog.newest_of_path("team-a/web")) == Names{"pvc-1", "pvc-2"});
}

TEST_CASE("a claim with thousands of archives is answered with one of them") {
  ArchiveCatalog catalog;
  for (int i = 0; i < 5'000; ++i)
    catalog.put(of(fmt::format("pvc-{}", i), fmt::format("2026-01-01T00:00:00.{:06}Z", i)));
  auto const found = catalog.newest_of_claim("team-a", "web");
  REQUIRE(found.size() == 1);
  CHECK(found[0].volume == "pvc-4999");
  CHECK(catalog.newest_of_path("team-a/web").size() == 1);
  CHECK(catalog.find("pvc-17")->time == "2026-01-01T00:00:00.000017Z");
  CHECK_FALSE(catalog.find("pvc-5000"));
}

TEST_CASE("archives are found by the path where they stood") {
  ArchiveCatalog catalog;
  auto const at = [](std::string const& volume, std::string path) {
    auto record = named(volume, "web");
    record.original_path = std::move(path);
    return record;
  };
  (void)catalog.finish_reading({at("pvc-1", "a"), at("pvc-2", "b"), at("pvc-3", "a/b")});
  CHECK(volumes_of(catalog.newest_of_path("a")) == Names{"pvc-1"});
  CHECK(catalog.newest_of_path("").empty());
  catalog.put(at("pvc-1", "a/b"));
  catalog.remove("pvc-3");
  CHECK(catalog.newest_of_path("a").empty());
  CHECK(volumes_of(catalog.newest_of_path("a/b")) == Names{"pvc-1"});
}

TEST_CASE("the version grows with each change and with nothing else") {
  ArchiveCatalog catalog;
  auto last = catalog.version();
  auto const grew = [&] { return std::exchange(last, catalog.version()) < last; };
  catalog.put(named("pvc-1", "web"));
  CHECK(grew());
  (void)catalog.newest_of_claim("team-a", "web");
  catalog.remove("pvc-9");
  CHECK_FALSE(grew());
  catalog.remove("pvc-1");
  CHECK(grew());
  (void)catalog.finish_reading({});  // "there is none" is an answer from now on
  CHECK(grew());
}

TEST_CASE("another archive of the claim or the path is told apart from the volume's own") {
  ArchiveCatalog catalog;
  CHECK(catalog.may_have_another("team-a", "web", "team-a/web", "pvc-1"));  // not all is known yet
  (void)catalog.finish_reading({named("pvc-1", "web")});
  CHECK_FALSE(catalog.may_have_another("team-a", "web", "team-a/web", "pvc-1"));
  CHECK(catalog.may_have_another("team-a", "web", "elsewhere", "pvc-2"));
  CHECK(catalog.may_have_another("team-b", "db", "team-a/web", "pvc-2"));
  CHECK_FALSE(catalog.may_have_another("team-b", "web", "team-b/web", "pvc-2"));
  catalog.put(of("pvc-0", "2026-01-01T00:00:00Z"));
  CHECK(catalog.may_have_another("team-a", "web", "team-a/web", "pvc-1"));
}

TEST_CASE("what is put takes the place of what was there, and what is removed is gone for every question") {
  ArchiveCatalog catalog;
  catalog.put(named("pvc-1", "web"));
  catalog.put(named("pvc-2", "web"));
  catalog.put(named("pvc-1", "db"));
  CHECK(volumes_of(catalog.newest_of_claim("team-a", "web")) == Names{"pvc-2"});
  CHECK(volumes_of(catalog.newest_of_claim("team-a", "db")) == Names{"pvc-1"});
  catalog.remove("pvc-2");
  catalog.remove("pvc-2");
  catalog.remove("pvc-9");
  CHECK(catalog.newest_of_claim("team-a", "web").empty());
  CHECK(volumes_of(catalog.all()) == Names{"pvc-1"});
  catalog.begin_reading();
  (void)catalog.finish_reading({named("pvc-7", "web")});
  CHECK(catalog.newest_of_claim("team-a", "db").empty());
  CHECK(volumes_of(catalog.all()) == Names{"pvc-7"});
}

TEST_CASE("what was put anew since it was looked at is not removed with what it was") {
  ArchiveCatalog catalog;
  auto const known = named("pvc-1", "web");
  (void)catalog.finish_reading({known});
  auto newer = known;
  newer.time = "2030-01-01T00:00:00Z";
  catalog.put(newer);
  CHECK_FALSE(catalog.remove_unchanged(known));
  CHECK(catalog.find("pvc-1") == newer);
  auto const before = catalog.version();
  CHECK(catalog.remove_unchanged(newer));
  CHECK_FALSE(catalog.find("pvc-1"));
  CHECK(catalog.newest_of_claim("team-a", "web").empty());
  CHECK(catalog.version() > before);
  CHECK_FALSE(catalog.remove_unchanged(newer));
}

TEST_CASE("ended are those whose time has come, to the second, and none that is kept for ever or in place") {
  ArchiveCatalog catalog;
  auto for_ever = named("pvc-2", "web");
  for_ever.retention.clear();
  auto in_place = retained_at("team-a/web", "pvc-3");
  auto unreadable = named("pvc-4", "web");
  unreadable.time = "yesterday";
  auto sooner = named("pvc-5", "web");
  sooner.retention = "1d";
  (void)catalog.finish_reading({named("pvc-1", "web"), for_ever, in_place, unreadable});
  catalog.put(sooner);
  auto const archived = system_clock::time_point(seconds(1'769'903'999));
  constexpr seconds day{86'400};
  CHECK(catalog.ended(archived + day - seconds(1)).empty());
  CHECK(volumes_of(catalog.ended(archived + day)) == Names{"pvc-5"});
  CHECK(volumes_of(catalog.ended(archived + 30 * day - seconds(1))) == Names{"pvc-5"});
  CHECK(volumes_of(catalog.ended(archived + 30 * day)) == Names{"pvc-1", "pvc-5"});
  CHECK(volumes_of(catalog.ended(archived + 36'500 * day)) == Names{"pvc-1", "pvc-5"});
  auto later = sooner;
  later.retention = "2d";
  catalog.put(later);
  CHECK(catalog.ended(archived + day).empty());
}

TEST_CASE("what was kept at a path is found by the whole path when it moves") {
  ArchiveCatalog catalog;
  (void)catalog.finish_reading({retained_at("team-a/web", "pvc-1"), retained_at("team-a/web", "pvc-2"),
                                retained_at("team-a", "pvc-3"), retained_at("team-a/web/x", "pvc-4"),
                                archive_of("team-a/web", "pvc-5")});
  auto moved = catalog.vacate("team-a/web");
  std::ranges::sort(moved);
  CHECK(moved == Names{"pvc-1", "pvc-2"});
  CHECK(catalog.vacate("team").empty());
}

TEST_CASE("a catalog is complete when all records were read, and not while they are read anew") {
  ArchiveCatalog catalog;
  CHECK_FALSE(catalog.complete());
  catalog.begin_reading();
  CHECK_FALSE(catalog.complete());
  (void)catalog.finish_reading({named("pvc-1", "web"), named("pvc-2", "web")});
  CHECK(catalog.complete());
  catalog.begin_reading();
  CHECK_FALSE(catalog.complete());
  CHECK(volumes_of(catalog.all()) == Names{"pvc-1", "pvc-2"});
  (void)catalog.finish_reading({named("pvc-2", "web")});
  CHECK(volumes_of(catalog.all()) == Names{"pvc-2"});
}

TEST_CASE("what is put and removed while the records are read is newer than what is read") {
  ArchiveCatalog catalog;
  catalog.put(named("pvc-0", "before"));
  catalog.begin_reading();
  catalog.put(named("pvc-1", "newer"));
  catalog.put(named("pvc-2", "gone again"));
  catalog.remove("pvc-2");
  catalog.remove("pvc-3");
  CHECK(catalog.changed_meanwhile("pvc-3"));
  CHECK_FALSE(catalog.changed_meanwhile("pvc-0"));
  (void)catalog.finish_reading(
      {named("pvc-1", "older"), named("pvc-2", "older"), named("pvc-3", "older"), named("pvc-4", "read")});
  CHECK(volumes_of(catalog.all()) == Names{"pvc-1", "pvc-4"});
  CHECK(catalog.newest_of_claim("team-a", "newer").size() == 1);
}

TEST_CASE("directories that were kept in place and move while the records are read are told when they are read") {
  ArchiveCatalog catalog;
  CHECK(catalog.vacate("team-a/web").empty());
  catalog.begin_reading();  // it was moved before this reading began
  CHECK(catalog.vacate("team-a/db").empty());
  catalog.put(retained_at("team-a/db", "pvc-9"));  // and kept there once more
  auto const moved = catalog.finish_reading({retained_at("team-a/web", "pvc-1"), retained_at("team-a/db", "pvc-2"),
                                             retained_at("team-a/db", "pvc-9"), retained_at("team-a/x", "pvc-3"),
                                             archive_of("team-a/web", "pvc-4")});
  CHECK(moved == Names{"pvc-1", "pvc-2"});
  CHECK(volumes_of(catalog.all()) == Names{"pvc-3", "pvc-4", "pvc-9"});
  CHECK(catalog.vacate("team-a/x") == Names{"pvc-3"});
  catalog.begin_reading();
  CHECK(catalog.finish_reading({retained_at("team-a/x", "pvc-3")}).empty());
}

TEST_CASE("no archive's time has come before all are known") {
  ArchiveCatalog catalog;
  catalog.put(named("pvc-1", "web"));
  auto const late = system_clock::time_point(seconds(4'000'000'000));
  CHECK(catalog.ended(late).empty());
  catalog.begin_reading();
  (void)catalog.finish_reading({named("pvc-1", "web")});
  CHECK(catalog.ended(late).size() == 1);
}

TEST_CASE("threads may put, remove and ask at once") {
  ArchiveCatalog catalog;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 3; ++t)
      threads.emplace_back([&catalog, t] {
        for (int i = 0; i < 200; ++i) {
          auto const volume = "pvc-" + std::to_string(t) + "-" + std::to_string(i);
          catalog.put(named(volume, "web"));
          (void)catalog.newest_of_claim("team-a", "web");
          (void)catalog.ended(system_clock::time_point{});
          if (i % 2 == 0) catalog.remove(volume);
        }
      });
  }
  CHECK(catalog.all().size() == 300);
  CHECK(catalog.newest_of_claim("team-a", "web").size() == 1);
}

}  // namespace
}  // namespace nfs::test
