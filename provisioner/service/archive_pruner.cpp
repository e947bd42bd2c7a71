#include "provisioner/service/archive_pruner.hpp"

#include <chrono>
#include <optional>
#include <set>
#include <utility>

#include "provisioner/core/binding.hpp"
#include "provisioner/core/class_parameters.hpp"
#include "provisioner/storage/files/path_steps.hpp"

namespace nfs {
namespace {

constexpr std::chrono::seconds prune_every{10};

/// As it rests in the trash.
TrashRecord resting(ArchiveRecord const& archive, std::string retention) {
  return {.volume = archive.volume,
          .volume_uid = {},
          .claim_namespace = archive.claim_namespace,
          .namespace_uid = archive.namespace_uid,
          .claim_name = archive.claim_name,
          .claim_uid = archive.claim_uid,
          .storage_class = archive.storage_class,
          .original_path = archive.original_path,
          .requested_storage = archive.requested_storage,
          .retention = std::move(retention),
          .program_version = archive.program_version};
}

}  // namespace

ArchivePruner::ArchivePruner(ExportSite& site, ClusterView const& view, k8s::Client& client,
                             std::string trash_retention, k8s::Clock const& clock, k8s::Log const& log)
    : site_(site),
      view_(view),
      client_(client),
      trash_retention_(std::move(trash_retention)),
      clock_(clock),
      log_(log) {}

void ArchivePruner::run(std::stop_token stop) {
  while (clock_.wait_for(prune_every, stop)) prune_ended(stop);
}

void ArchivePruner::prune_ended(std::stop_token const& stop) {
  auto const ended = site_.store().catalog().ended(clock_.wall());
  if (ended.empty() || !site_.server_clock().agreed_now()) return;
  std::set<std::string, std::less<>> away;
  std::string trouble;
  for (auto const& record : ended) {
    if (stop.stop_requested()) return;
    auto const place = parent_of(record.archived_path);  // one for all archives of a file system
    if (away.contains(place)) continue;
    auto const used = in_use(record.volume, stop);
    if (used.has_error()) {
      trouble = used.error().message;
      break;  // the next question would have no answer either
    }
    if (*used) continue;
    auto const pruned = prune(record);
    if (pruned.has_value()) continue;
    if (pruned.error().fault == StorageFault::not_mounted) away.emplace(place);
    if (trouble.empty()) trouble = pruned.error().message;
  }
  if (once_.changed(trouble) && !trouble.empty())
    log_.warning("cannot prune an archive; retrying", {{"error", trouble}});
}

k8s::Result<bool> ArchivePruner::in_use(std::string const& volume, std::stop_token const& stop) {
  if (view_.in_use(volume)) return true;
  auto const now = client_.get<k8s::Volume>({{}, volume}, stop);
  if (now) return is_in_use(*now);
  if (now.error().not_found()) return false;
  return now.error();
}

StorageResult<void> ArchivePruner::prune(ArchiveRecord const& record) {
  auto const retention = record.trash_retention.empty() ? trash_retention_ : record.trash_retention;
  bool const at_once = parse_trash_retention(retention) == std::chrono::seconds(0);
  auto const pruned = site_.store().prune(record, at_once ? std::nullopt : std::optional(resting(record, retention)));
  if (pruned.has_error()) return pruned.error();
  if (!*pruned) return {};
  log_.info("the retention of an archive has ended; moved to the trash", {{"archive", record.archived_path},
                                                                          {"archived", record.time},
                                                                          {"retention", record.retention},
                                                                          {"rests there for", retention}});
  if (at_once) site_.purger().put(record.volume);
  return {};
}

}  // namespace nfs
