#include "provisioner/exports/export_status.hpp"

#include <fmt/format.h>

#include "provisioner/exports/export_health.hpp"
#include "provisioner/observe/failure_cause.hpp"

namespace nfs {
namespace {

std::string why_unknown(ArchiveKnowledge known) {
  switch (known) {
    case ArchiveKnowledge::complete:
      return {};
    case ArchiveKnowledge::being_read:
      return "they are being read";
    case ArchiveKnowledge::unreadable:
      return "they cannot be read; the log says why";
    case ArchiveKnowledge::too_many:
      return "there are too many to keep in memory; remove old ones with the verb archives purge";
  }
  return {};
}

std::vector<StuckTreeStatus> first_stuck(Purger::Counts const& counts) {
  std::vector<StuckTreeStatus> shown;
  for (auto const& each : counts.first_stuck) {
    bool const made_of_uid = each.volume.starts_with("pvc-");
    shown.push_back({made_of_uid ? each.volume : "(named in the log)", cause_of(each.error)});
  }
  return shown;
}

}  // namespace

void look_at(ExportSite& site, bool leading) {
  bool const identified = !site.id().empty();
  auto const healthy = identified ? site.store().healthy() : StorageResult<void>();
  auto const space = healthy.has_value() ? site.files().space() : StorageResult<Space>(healthy.error());
  if (space.has_error()) return site.health().cannot_be_used(space.error().message);
  if (identified || !leading) site.health().can_be_used({space->free_bytes, space->total_bytes});
}

ExportStatus status_of(ExportSite& site, k8s::SteadyTime now) {
  auto reading = site.health().last();
  auto const trash = site.purger().counts();
  ExportStatus status{.name = site.where().name,
                      .server = site.where().server,
                      .path = site.where().path,
                      .trouble = std::move(reading.trouble),
                      .space = reading.space,
                      .archives = site.archive_count(),
                      .archives_unknown = site.id().empty() ? "" : why_unknown(site.archives_known()),
                      .resting_trees = reading.resting,
                      .retention_paused = site.server_clock().paused(),
                      .purge_backlog = trash.waiting,
                      .stuck_trees = trash.stuck,
                      .first_stuck = first_stuck(trash),
                      .hung_calls = site.files().calls_since_before(now - hang_after)};
  auto const call = site.files().oldest_call();
  // Not what the call is: that names a directory.
  if (status.hung_calls > 0 && call)
    status.trouble = fmt::format("it has not answered for {} s",
                                 std::chrono::duration_cast<std::chrono::seconds>(now - call->since).count());
  return status;
}

}  // namespace nfs
