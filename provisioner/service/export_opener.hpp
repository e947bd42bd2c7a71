#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "provisioner/controller/cluster_view.hpp"
#include "provisioner/controller/export_queues.hpp"
#include "provisioner/controller/ledger.hpp"
#include "provisioner/controller/shared_settings.hpp"
#include "provisioner/exports/export_site.hpp"

namespace nfs {

/// Opens exports for work: sees by its marker that what is mounted is the export, and takes up the intents that stand
/// there from before. Thread-safe, for one thread of each export.
class ExportOpener {
 public:
  /// Told on the thread that opens.
  struct Told {
    std::function<void(StorageError const& error)> cannot_open = [](auto const&) {};  ///< it is tried again
    std::function<void()> opened = [] {};
  };

  /// All references outlive it.
  ExportOpener(ClusterView& view, Ledger& ledger, ExportQueues& queues, SharedSettings const& settings,
               k8s::Clock const& clock, k8s::Log const& log);

  /// Tries until export number `export_index` is open (true) or `stop` is requested (false). Its volumes and the
  /// cluster must be known.
  /// Waits in the clock and in `site` alone.
  [[nodiscard]] bool open(ExportSite& site, std::size_t export_index, Told const& told, std::stop_token stop);

 private:
  [[nodiscard]] StorageResult<void> try_to_open(ExportSite& site, std::size_t export_index);
  void tell_of_neighbours(ExportSite& site) const;

  ClusterView& view_;
  Ledger& ledger_;
  ExportQueues& queues_;
  SharedSettings const& settings_;
  k8s::Clock const& clock_;
  k8s::Log const& log_;
};

}  // namespace nfs
