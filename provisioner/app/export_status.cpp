#include "provisioner/app/export_status.hpp"

#include <fmt/format.h>

#include "provisioner/app/hang.hpp"

namespace nfs {

void look_at(ExportSite& site, bool leading) {
  bool const identified = !site.id().empty();
  auto const healthy = identified ? site.store().healthy() : StorageResult<void>();
  auto const space = healthy ? site.files().space() : StorageResult<Space>(healthy.error());
  if (!space) return site.health().ill(space.error().message);
  if (identified || !leading) site.health().well({space->free_bytes, space->total_bytes});
}

ExportStatus status_of(ExportSite& site, k8s::SteadyTime now) {
  auto reading = site.health().last();
  ExportStatus status{.name = site.where().name,
                      .server = site.where().server,
                      .path = site.where().path,
                      .trouble = std::move(reading.trouble),
                      .space = reading.space,
                      .archives = site.archive_count(),
                      .purge_backlog = site.purger().counts().waiting,
                      .hung_calls = site.files().calls_since_before(now - hang_after)};
  auto const call = site.files().oldest_call();
  // Not what the call is: that names a directory.
  if (status.hung_calls > 0 && call)
    status.trouble = fmt::format("it has not answered for {} s",
                                 std::chrono::duration_cast<std::chrono::seconds>(now - call->since).count());
  return status;
}

}  // namespace nfs
