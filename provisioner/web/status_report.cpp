#include "provisioner/web/status_report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nfs {

bool is_ready(StatusReport const& report) {
  auto const is_well = [](auto const& each) { return each.trouble.empty(); };
  return report.caches_synced && std::ranges::all_of(report.watches, is_well) &&
         std::ranges::all_of(report.exports, is_well);
}

std::string readiness_text(StatusReport const& report) {
  std::string text = report.caches_synced ? "[+]caches ok\n" : "[-]caches failed: the first lists are not in yet\n";
  for (auto const& each : report.watches)
    text += each.trouble.empty() ? fmt::format("[+]watch {} ok\n", each.kind)
                                 : fmt::format("[-]watch {} failed: {}\n", each.kind, each.trouble);
  for (auto const& each : report.exports)
    text += each.trouble.empty() ? fmt::format("[+]export {} ok\n", each.name)
                                 : fmt::format("[-]export {} failed: {}\n", each.name, each.trouble);
  return text + (is_ready(report) ? "ready\n" : "not ready\n");
}

}  // namespace nfs
