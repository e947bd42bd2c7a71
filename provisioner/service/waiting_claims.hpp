#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "k8s/base/mutex.hpp"
#include "provisioner/controller/cluster_view.hpp"
#include "provisioner/controller/executor.hpp"
#include "provisioner/controller/shared_settings.hpp"
#include "provisioner/controller/waiting_notices.hpp"
#include "provisioner/exports/export_site.hpp"

namespace nfs {

/// Tells claims why they wait, where no worker can: no worker is started before the export was opened, and none comes
/// back from an export that hangs. (A worker whose attempt failed tells its claim itself: ProvisioningFailed.) Never
/// touches the export. run() and look() are for one thread; the rest is thread-safe.
class WaitingClaims {
 public:
  /// `site` is where new claims get their directories. All references outlive it.
  WaitingClaims(ExportSite& site, ClusterView& view, SharedSettings const& settings, TellEvent tell,
                k8s::Clock const& clock);

  /// The export could not be opened.
  void cannot_open(StorageError const& error);
  /// It was.
  void opened();

  /// Looks every few seconds, as long as `serves` says that this replica serves, until `stop`. Waits in the clock
  /// alone.
  void run(std::function<bool()> const& serves, std::stop_token stop);
  /// One look: tells whoever is to be told now.
  void look();

 private:
  [[nodiscard]] std::string trouble() const;
  [[nodiscard]] std::vector<k8s::ObjectReference> waiting() const;

  ExportSite& site_;
  ClusterView& view_;
  SharedSettings const& settings_;
  TellEvent tell_;
  k8s::Clock const& clock_;
  WaitingNotices notices_;  // of the thread that looks
  mutable k8s::Mutex mutex_;
  std::string cannot_open_ GUARDED_BY(mutex_);  // why
};

}  // namespace nfs
