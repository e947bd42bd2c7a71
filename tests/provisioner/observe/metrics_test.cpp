#include "provisioner/observe/metrics.hpp"

#include <set>
#include <sstream>

#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

struct Counted {
  FakeClock clock;
  Metrics metrics{{{"default", "nfs.example", "/data/nfs", "/persistentvolumes"}}, "https://api.example:6443", clock};
  StatusReport report;

  Counted() { metrics.know_class("volumen-tipo-ivan"); }
  [[nodiscard]] std::string text() const { return metrics.text(report); }
  [[nodiscard]] bool has(std::string const& line) const { return contains("\n" + text(), "\n" + line + "\n"); }
};

k8s::Volume a_volume() {
  return volume_at("pvc-U1", "/data/nfs/team-a/web", "U1");
}

}  // namespace

TEST_CASE("every series of a known class is there at 0 before anything has happened") {
  Counted const counted;
  for (auto const* const name :
       {"controller_persistentvolumeclaim_provision_total", "controller_persistentvolumeclaim_provision_failed_total",
        "controller_persistentvolumeclaim_provision_duration_seconds_count",
        "controller_persistentvolumeclaim_provision_duration_seconds_sum"})
    CHECK(counted.has(std::string(name) + R"({class="volumen-tipo-ivan",source=""} 0)"));
  for (auto const* const name :
       {"controller_persistentvolume_delete_total", "controller_persistentvolume_delete_failed_total",
        "controller_persistentvolume_delete_duration_seconds_count", "nfs_provisioner_directories_missing_total"})
    CHECK(counted.has(std::string(name) + R"({class="volumen-tipo-ivan"} 0)"));
  CHECK(counted.has(R"(workqueue_depth{name="default"} 0)"));
}

TEST_CASE("volumes that are made and deleted are counted by class, with the time it took") {
  Counted counted;
  counted.metrics.provisioned(a_volume(), 30ms);
  counted.metrics.provisioned(a_volume(), 5ms);
  counted.metrics.deleted(a_volume(), 11s);
  CHECK(counted.has(R"(controller_persistentvolumeclaim_provision_total{class="volumen-tipo-ivan",source=""} 2)"));
  auto const bucket = [&](std::string const& le, int count) {
    return counted.has(
        "controller_persistentvolumeclaim_provision_duration_seconds_bucket{class=\"volumen-tipo-ivan\","
        "source=\"\",le=\"" +
        le + "\"} " + std::to_string(count));
  };
  INFO(counted.text());
  CHECK(bucket("0.005", 1));  // at the border: within
  CHECK(bucket("0.025", 1));
  CHECK(bucket("0.05", 2));
  CHECK(bucket("10", 2));
  CHECK(bucket("+Inf", 2));
  CHECK(counted.has(
      R"(controller_persistentvolume_delete_duration_seconds_bucket{class="volumen-tipo-ivan",le="10"} 0)"));
  CHECK(counted.has(R"(controller_persistentvolume_delete_duration_seconds_sum{class="volumen-tipo-ivan"} 11)"));
}

TEST_CASE("what failed is counted, with the kind of its data source only if that is one of a known few") {
  Counted counted;
  auto claim = pending_claim("web", "U1");
  counted.metrics.provision_failed(claim, "x");
  claim.data_source = k8s::DataSource{"snapshot.storage.k8s.io", "VolumeSnapshot", "s"};
  counted.metrics.provision_failed(claim, "x");
  claim.data_source = k8s::DataSource{"evil.example", "Anything", "s"};
  counted.metrics.provision_failed(claim, "x");
  counted.metrics.delete_failed(a_volume(), "y");
  for (auto const* const source : {"", "VolumeSnapshot", "other"})
    CHECK(counted.has(R"(controller_persistentvolumeclaim_provision_failed_total{class="volumen-tipo-ivan",source=")" +
                      std::string(source) + "\"} 1"));
  CHECK(counted.has(R"(controller_persistentvolume_delete_failed_total{class="volumen-tipo-ivan"} 1)"));
}

TEST_CASE("volumes are counted whose directory was gone already when they were released") {
  Counted counted;
  counted.metrics.directory_missing(a_volume());
  CHECK(counted.has(R"(nfs_provisioner_directories_missing_total{class="volumen-tipo-ivan"} 1)"));
}

TEST_CASE("the last errors are kept, without names, and the same one again is counted") {
  Counted counted;
  counted.metrics.provision_failed(pending_claim("web", "U1"), "no space left on the export");
  counted.clock.advance(1s);
  counted.metrics.delete_failed(a_volume(), "the export is busy");
  counted.clock.advance(1s);
  counted.metrics.provision_failed(pending_claim("db", "U2"), "no space left on the export");
  auto const recent_errors = counted.metrics.recent_errors().last();
  REQUIRE(recent_errors.size() == 2);
  CHECK(recent_errors[0].what == "provisioning");
  CHECK(recent_errors[0].storage_class == "volumen-tipo-ivan");
  CHECK(recent_errors[0].cause == "no space left on the export");
  CHECK(recent_errors[0].count == 2);
  CHECK(recent_errors[0].last == counted.clock.wall());
  CHECK(recent_errors[1].what == "releasing");
  for (int i = 0; i < 100; ++i) counted.metrics.provision_failed(pending_claim("web", "U1"), std::to_string(i));
  CHECK(counted.metrics.recent_errors().last().size() == 10);
}

TEST_CASE("a report is shown as gauges, and what is not known is left out") {
  Counted counted;
  counted.report.version = "1.2.3";
  counted.report.commit = "abc";
  counted.report.lease = "example.com-nfs";
  counted.report.exports = {{.name = "default",
                             .space = ExportSpace{5, 9},
                             .archives = 7,
                             .resting_trees = 3,
                             .retention_paused = true,
                             .purge_backlog = 2,
                             .stuck_trees = 1,
                             .hung_calls = 1},
                            {.name = "backup", .trouble = "gone"}};
  counted.report.classes = {{.name = "fast", .volumes = {0, 1, 2, 3, 0}}};
  for (auto const* const line :
       {R"(leader_election_master_status{name="example.com-nfs"} 0)",
        R"(nfs_provisioner_build_info{commit="abc",version="1.2.3"} 1)", R"(nfs_provisioner_volumes{class="fast"} 6)",
        R"(nfs_provisioner_export_ready{export="backup"} 0)", R"(nfs_provisioner_export_ready{export="default"} 1)",
        R"(nfs_provisioner_export_free_bytes{export="default"} 5)",
        R"(nfs_provisioner_export_total_bytes{export="default"} 9)", R"(nfs_provisioner_archives{export="default"} 7)",
        R"(nfs_provisioner_purge_backlog{export="default"} 2)", R"(nfs_provisioner_purge_stuck{export="default"} 1)",
        R"(nfs_provisioner_trash_resting{export="default"} 3)",
        R"(nfs_provisioner_retention_paused{export="default"} 1)",
        R"(nfs_provisioner_retention_paused{export="backup"} 0)",
        R"(nfs_provisioner_hung_calls{export="default"} 1)"}) {
    INFO(line);
    CHECK(counted.has(line));
  }
  CHECK_THAT(counted.text(), !Contains("free_bytes{export=\"backup\""));
}

TEST_CASE("who leads says whether all archives are known; who stands by does not know") {
  Counted counted;
  counted.report.exports = {{.name = "default"}, {.name = "large", .archives_unknown = "they are being read"}};
  CHECK_THAT(counted.text(), !Contains("nfs_provisioner_archives_known{"));
  counted.report.leading = true;
  CHECK(counted.has(R"(nfs_provisioner_archives_known{export="default"} 1)"));
  CHECK(counted.has(R"(nfs_provisioner_archives_known{export="large"} 0)"));
}

TEST_CASE("values of labels are escaped, and large numbers are not rounded") {
  Counted counted;
  counted.report.version = "a\"b\\c\nd";
  counted.report.exports = {{.name = "default", .space = ExportSpace{(1ULL << 52) + 1, 1ULL << 60}}};
  CHECK_THAT(counted.text(), Contains(R"(version="a\"b\\c\nd")"));
  INFO(counted.text());
  CHECK((counted.has(R"(nfs_provisioner_export_free_bytes{export="default"} 4503599627370497)") ||
         counted.has(R"(nfs_provisioner_export_free_bytes{export="default"} 4.503599627370497e+15)")));
}

TEST_CASE("each family is told once, with its help and type") {
  Counted counted;
  counted.report.classes = {{.name = "a"}, {.name = "b"}};
  auto const text = counted.text();
  std::size_t types = 0;
  std::set<std::string> names;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("# TYPE ")) continue;
    ++types;
    names.insert(line.substr(7, line.find(' ', 7) - 7));
    CHECK_THAT(text, Contains("# HELP " + line.substr(7, line.find(' ', 7) - 7) + " "));
  }
  CHECK(types == names.size());
  CHECK(types == 29);
}
