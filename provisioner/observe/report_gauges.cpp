#include "provisioner/observe/report_gauges.hpp"

#include <functional>
#include <numeric>

namespace nfs {
namespace {

using Labels = std::vector<prometheus::ClientMetric::Label>;

prometheus::MetricFamily family(std::string name, std::string help) {
  return {std::move(name), std::move(help), prometheus::MetricType::Gauge, {}};
}

void add(prometheus::MetricFamily& family, Labels labels, double value) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = value;
  family.metric.push_back(std::move(metric));
}

prometheus::MetricFamily single(std::string name, std::string help, Labels labels, double value) {
  auto one = family(std::move(name), std::move(help));
  add(one, std::move(labels), value);
  return one;
}

using Reading = std::function<std::optional<double>(ExportStatus const&)>;

prometheus::MetricFamily of_exports(StatusReport const& report, std::string name, std::string help,
                                    Reading const& reading) {
  auto all = family(std::move(name), std::move(help));
  for (auto const& each : report.exports)
    if (auto const value = reading(each)) add(all, {{"export", each.name}}, *value);
  return all;
}

Reading space(std::uint64_t ExportSpace::*which) {
  return [which](ExportStatus const& each) -> std::optional<double> {
    if (!each.space) return std::nullopt;
    return static_cast<double>((*each.space).*which);
  };
}

Reading count(std::size_t ExportStatus::*which) {
  return [which](ExportStatus const& each) { return static_cast<double>(each.*which); };
}

prometheus::MetricFamily volumes(StatusReport const& report) {
  auto all = family("nfs_provisioner_volumes", "PersistentVolumes of this provisioner, by class.");
  for (auto const& each : report.classes)
    add(all, {{"class", each.name}},
        static_cast<double>(std::accumulate(each.volumes.begin(), each.volumes.end(), std::size_t{0})));
  return all;
}

prometheus::MetricFamily of_watches(StatusReport const& report, std::string name, std::string help,
                                    std::function<double(WatchStatus const&)> const& reading) {
  auto all = family(std::move(name), std::move(help));
  for (auto const& each : report.watches) add(all, {{"kind", each.kind}}, reading(each));
  return all;
}

}  // namespace

std::vector<prometheus::MetricFamily> report_gauges(StatusReport const& report) {
  return {
      single("leader_election_master_status",
             "Gauge of if the reporting system is master of the relevant lease, 0 indicates backup, 1 indicates "
             "master. 'name' is the string used to identify the lease.",
             {{"name", report.lease}}, report.leading ? 1 : 0),
      single("nfs_provisioner_build_info", "1, with the version and commit of the program as labels.",
             {{"commit", report.commit}, {"version", report.version}}, 1),
      volumes(report),
      of_watches(report, "nfs_provisioner_watch_age_seconds",
                 "Time since the API server last said anything about objects of this kind.",
                 [](WatchStatus const& each) { return std::chrono::duration<double>(each.age).count(); }),
      of_watches(report, "nfs_provisioner_unreadable_objects",
                 "Objects that cannot be read, and for which nothing is done.",
                 [](WatchStatus const& each) { return static_cast<double>(each.unreadable); }),
      of_exports(report, "nfs_provisioner_export_ready", "Whether the export can be used: 1 or 0.",
                 [](ExportStatus const& each) { return each.trouble.empty() ? 1.0 : 0.0; }),
      of_exports(report, "nfs_provisioner_export_free_bytes", "Space left on the export, when last seen.",
                 space(&ExportSpace::free_bytes)),
      of_exports(report, "nfs_provisioner_export_total_bytes", "Size of the export, when last seen.",
                 space(&ExportSpace::total_bytes)),
      of_exports(report, "nfs_provisioner_archives", "Archives that stand on the export.",
                 count(&ExportStatus::archives)),
      of_exports(report, "nfs_provisioner_archives_known",
                 "Whether all archives are known: until then claims that want data back wait.",
                 [leading = report.leading](ExportStatus const& each) -> std::optional<double> {
                   if (!leading) return std::nullopt;
                   return each.archives_unknown.empty() ? 1.0 : 0.0;
                 }),
      of_exports(report, "nfs_provisioner_trash_resting",
                 "Directory trees that rest in the trash until their time has ended.",
                 count(&ExportStatus::resting_trees)),
      of_exports(report, "nfs_provisioner_retention_paused",
                 "Whether no retention ends, because our clock and the NFS server's differ: 1 or 0.",
                 [](ExportStatus const& each) { return each.retention_paused ? 1.0 : 0.0; }),
      of_exports(report, "nfs_provisioner_purge_backlog", "Directory trees that wait in the trash for their removal.",
                 count(&ExportStatus::purge_backlog)),
      of_exports(report, "nfs_provisioner_purge_stuck", "Those of them that could not be removed when last tried.",
                 count(&ExportStatus::stuck_trees)),
      of_exports(report, "nfs_provisioner_hung_calls", "File system calls that have not come back for 30 seconds.",
                 count(&ExportStatus::hung_calls)),
  };
}

}  // namespace nfs
