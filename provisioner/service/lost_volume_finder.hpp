#pragma once

#include <cstddef>
#include <stop_token>
#include <string>

#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "provisioner/controller/export_queues.hpp"
#include "provisioner/controller/ledger.hpp"
#include "provisioner/controller/say_once.hpp"
#include "provisioner/exports/export_site.hpp"

namespace nfs {

/// Finds volumes that the records on one export tell of and that no watch shows: a restore of etcd or a person took
/// them, and nobody released them. Each is to be looked at by a worker, which keeps its directory for its claim.
/// docs/behaviour.md#lost. Of one thread.
class LostVolumeFinder {
 public:
  /// All references outlive it. The volumes of the cluster are known, and the intents on the export.
  LostVolumeFinder(ExportSite& site, std::size_t export_index, Ledger& ledger, ExportQueues const& queues,
                   k8s::Clock const& clock, k8s::Log const& log)
      : site_(site), export_index_(export_index), ledger_(ledger), queues_(queues), clock_(clock), log_(log) {}

  /// Looks every ten minutes until `stop`, for the first time as soon as this process leads; sooner where a look
  /// failed. Waits in the clock and in the site alone.
  void run(std::stop_token stop);
  /// Once. False: not everything could be looked at.
  bool look(std::stop_token const& stop);

 private:
  [[nodiscard]] StorageResult<void> look_at_all(std::stop_token const& stop);
  [[nodiscard]] StorageResult<void> look_at(std::string const& volume);

  ExportSite& site_;
  std::size_t const export_index_;
  Ledger& ledger_;
  ExportQueues const& queues_;
  k8s::Clock const& clock_;
  k8s::Log const& log_;
  SayOnce once_;
};

}  // namespace nfs
