#include "provisioner/web/status_report.hpp"

#include "tests/provisioner/web/report_fixture.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using Catch::Matchers::Contains;

TEST_CASE("the program is ready when its caches are in and every export can be used") {
  auto report = healthy_report();
  CHECK(is_ready(report));
  CHECK(readiness_text(report) == "[+]caches ok\n[+]export default ok\nready\n");
}

TEST_CASE("what is not well is named, with its reason") {
  auto report = healthy_report();
  report.exports.push_back({.name = "backup", .trouble = "its marker is missing"});
  CHECK_FALSE(is_ready(report));
  CHECK(readiness_text(report) ==
        "[+]caches ok\n[+]export default ok\n[-]export backup failed: its marker is missing\nnot ready\n");
  report = healthy_report();
  report.caches_synced = false;
  CHECK_FALSE(is_ready(report));
  CHECK_THAT(readiness_text(report), Contains("[-]caches failed"));
}

TEST_CASE("a watch that has been silent for too long makes the program not ready, by name of the kind") {
  auto report = healthy_report();
  report.watches = {{.kind = "persistentvolumes"},
                    {.kind = "persistentvolumeclaims", .age = std::chrono::seconds{130}, .trouble = "silent"}};
  CHECK_FALSE(is_ready(report));
  CHECK(readiness_text(report) ==
        "[+]caches ok\n[+]watch persistentvolumes ok\n[-]watch persistentvolumeclaims failed: silent\n"
        "[+]export default ok\nnot ready\n");
  report.watches[1].trouble.clear();
  CHECK(is_ready(report));
}

TEST_CASE("the page tells of each watch when it was heard and how many objects cannot be read") {
  auto report = healthy_report();
  report.watches = {
      {.kind = "persistentvolumeclaims", .age = std::chrono::seconds{130}, .trouble = "<silent>", .unreadable = 17}};
  auto const page = status_page(report);
  for (auto const* const part : {"persistentvolumeclaims", "&lt;silent&gt;", "2 min 10 s ago", ">17<"})
    CHECK_THAT(page, Contains(part));
}

TEST_CASE("a replica that stands by can be ready") {
  auto report = healthy_report();
  report.leading = false;
  CHECK(is_ready(report));
}

TEST_CASE("the page shows what the report says") {
  auto report = healthy_report();
  report.recent_errors = {
      {"provisioning", "volumen-tipo-ivan", "no space left on the export", 3, report.now - std::chrono::seconds(90)}};
  auto const page = status_page(report);
  for (auto const* const part :
       {"example.com/nfs", "1.2.3", "abc123", "2 d 2 h", "leading", "example.com-nfs", "nfs.example:/data/nfs",
        "3.0 GiB free of 4.0 GiB", "width:25%", ">ready<", "volumen-tipo-ivan", "Claims waiting", ">12<",
        "no space left on the export", "1 min 30 s ago", "2026-01-03T02:00:00Z"})
    CHECK_THAT(page, Contains(part));
}

TEST_CASE("the page names a few of the trees that cannot be removed, why, and how many there are beside them") {
  auto report = healthy_report();
  auto& where = report.exports[0];
  where.stuck_trees = 12;
  where.first_stuck = {{"pvc-1", "the export denies permission"}, {"pvc-2", "the export is busy"}};
  auto const page = status_page(report);
  for (auto const* const part : {"pvc-1", "the export denies permission", "pvc-2", "the export is busy", "and 10 more"})
    CHECK_THAT(page, Contains(part));
}

TEST_CASE("the page says why not all archives are known") {
  auto report = healthy_report();
  report.exports[0].archives_unknown = "they are being read";
  CHECK_THAT(status_page(report), Contains("not all known: they are being read"));
  CHECK(is_ready(report));
}

TEST_CASE("the page shows how many trees rest in the trash, and whether nothing ends because clocks differ") {
  auto report = healthy_report();
  report.exports[0].resting_trees = 1234;
  CHECK_THAT(status_page(report), Contains("In the trash") && Contains("1234") && !Contains("clock"));
  report.exports[0].retention_paused = true;
  CHECK_THAT(status_page(report), Contains("1234; nothing ends: our clock and the server&#39;s differ"));
  CHECK(is_ready(report));
}

TEST_CASE("the page says so when nothing is ready, known or wrong") {
  StatusReport report;
  report.exports = {{.name = "default", .trouble = "has not answered for 45 s"}};
  auto const page = status_page(report);
  for (auto const* const part : {"Not ready", "standing by", "has not answered for 45 s", "not known yet",
                                 "No StorageClass names this provisioner", "None since the start"})
    CHECK_THAT(page, Contains(part));
}

TEST_CASE("whatever stands in the report, nothing of it becomes markup") {
  std::string const evil = "<script>alert(\"1\")</script>'&";
  StatusReport report;
  report.version = report.commit = report.provisioner = report.lease = evil;
  report.exports = {{.name = evil,
                     .server = evil,
                     .path = evil,
                     .trouble = evil,
                     .archives_unknown = evil,
                     .first_stuck = {{evil, evil}}}};
  report.classes = {{.name = evil}};
  report.recent_errors = {{evil, evil, evil, 1, {}}};
  auto const page = status_page(report);
  CHECK_THAT(page, !Contains("<script"));
  CHECK_THAT(page, !Contains("\"1\""));
  CHECK_THAT(page, Contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;"));
}
