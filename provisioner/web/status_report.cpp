#include "provisioner/web/status_report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nfs {

bool is_ready(StatusReport const& report) {
  return report.caches_synced && std::all_of(report.exports.begin(), report.exports.end(),
                                             [](ExportStatus const& each) { return each.trouble.empty(); });
}

std::string readiness_text(StatusReport const& report) {
  std::string text = report.caches_synced ? "[+]caches ok\n" : "[-]caches failed: the first lists are not in yet\n";
  for (auto const& each : report.exports)
    text += each.trouble.empty() ? fmt::format("[+]export {} ok\n", each.name)
                                 : fmt::format("[-]export {} failed: {}\n", each.name, each.trouble);
  return text + (is_ready(report) ? "ready\n" : "not ready\n");
}

}  // namespace nfs
