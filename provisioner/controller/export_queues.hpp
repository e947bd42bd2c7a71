#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/controller/cluster_view.hpp"
#include "provisioner/core/key.hpp"
#include "provisioner/exports/export_site.hpp"

namespace nfs {

using ExportSites = std::vector<std::unique_ptr<ExportSite>>;

/// The number of the export on which the volume's directory is (core/placement); nullopt: of none that is known.
[[nodiscard]] std::optional<std::size_t> export_of(k8s::Volume const& volume, ExportSites const& sites);

/// The queues of all exports: a key goes to the export on which its volume's directory is; to the first one if that is
/// not known, as of a volume that is still to be made. Thread-safe.
class ExportQueues {
 public:
  /// Both outlive it.
  ExportQueues(ExportSites const& sites, ClusterView& view) : sites_(sites), view_(view) {}

  /// Until then what is added is dropped: nobody would empty a standby's queues, and it begins with all that there is
  /// when its time comes.
  void open() { open_ = true; }
  [[nodiscard]] bool opened() const { return open_; }

  void add(Key const& key);
  void add(Keys const& keys) {
    for (auto const& key : keys) add(key);
  }

 private:
  ExportSites const& sites_;
  ClusterView& view_;
  std::atomic<bool> open_ = false;
};

}  // namespace nfs
