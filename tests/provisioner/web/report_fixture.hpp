#pragma once

#include "provisioner/web/status_report.hpp"

namespace nfs::testing {

inline StatusReport healthy_report() {
  StatusReport report;
  report.version = "1.2.3";
  report.commit = "abc123";
  report.provisioner = "example.com/nfs";
  report.lease = "example.com-nfs";
  report.leading = true;
  report.caches_synced = true;
  report.started = k8s::WallTime(std::chrono::seconds(1'767'225'600));  // 2026-01-01T00:00:00Z
  report.now = report.started + std::chrono::hours(50);
  report.exports = {{.name = "default",
                     .server = "nfs.example",
                     .path = "/data/nfs",
                     .trouble = {},
                     .space = ExportSpace{3ULL << 30, 4ULL << 30},
                     .archives = 7,
                     .purge_backlog = 2}};
  report.classes = {{.name = "volumen-tipo-ivan", .volumes = {0, 1, 12, 3, 0}, .waiting_claims = 4}};
  return report;
}

}  // namespace nfs::testing
