#include "provisioner/service/archive_pruner.hpp"

#include <chrono>

namespace nfs {
namespace {

constexpr std::chrono::seconds prune_every{10};

}  // namespace

ArchivePruner::ArchivePruner(ExportSite& site, ClusterView const& view, k8s::Clock const& clock, k8s::Log const& log)
    : site_(site), view_(view), clock_(clock), log_(log) {}

void ArchivePruner::run(std::stop_token stop) {
  while (clock_.wait_for(prune_every, stop)) prune_ended(stop);
}

void ArchivePruner::prune_ended(std::stop_token const& stop) {
  for (auto const& record : site_.store().catalog().ended(clock_.wall())) {
    if (stop.stop_requested()) return;
    if (!view_.in_use(record.volume)) prune(record);
  }
}

void ArchivePruner::prune(ArchiveRecord const& record) {
  auto const pruned = site_.store().prune(record);
  if (pruned.has_error()) {
    if (once_.changed(pruned.error().message))
      log_.warning("cannot prune an archive; retrying", {{"error", pruned.error().message}});
    return;
  }
  if (!*pruned) return;
  log_.info("the retention of an archive has ended; moved to the trash",
            {{"archive", record.archived_path}, {"archived", record.time}, {"retention", record.retention}});
  site_.purger().put(record.volume);
}

}  // namespace nfs
