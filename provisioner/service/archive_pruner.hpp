#pragma once

#include <stop_token>
#include <string>

#include "k8s/api/client.hpp"
#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "provisioner/controller/cluster_view.hpp"
#include "provisioner/controller/say_once.hpp"
#include "provisioner/exports/export_site.hpp"

namespace nfs {

/// Moves the archives of one export whose retention has ended into the trash. Of one thread.
class ArchivePruner {
 public:
  /// The wall's clock says when a retention has ended, as long as the server's clock agrees with it. Archives of
  /// volumes in use stay: the view says which those are, and where it shows none the API server is asked, because a
  /// watch tells late of a restore of etcd. `trash_retention`: how long those rest in the trash whose record does not
  /// say it. All references outlive it.
  ArchivePruner(ExportSite& site, ClusterView const& view, k8s::Client& client, std::string trash_retention,
                k8s::Clock const& clock, k8s::Log const& log);

  /// Prunes every few seconds until `stop`, for the first time after the first of these. Waits in the clock and in the
  /// site alone.
  void run(std::stop_token stop);
  /// Prunes what has ended by now. What cannot be moved stays for the next time.
  void prune_ended(std::stop_token const& stop);

 private:
  [[nodiscard]] k8s::Result<bool> in_use(std::string const& volume, std::stop_token const& stop);
  [[nodiscard]] StorageResult<void> prune(ArchiveRecord const& record);

  ExportSite& site_;
  ClusterView const& view_;
  k8s::Client& client_;
  std::string const trash_retention_;
  k8s::Clock const& clock_;
  k8s::Log const& log_;
  SayOnce once_;
};

}  // namespace nfs
