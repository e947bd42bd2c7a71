#pragma once

#include <memory>
#include <string>
#include <vector>

#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "provisioner/app/cluster_view.hpp"
#include "provisioner/app/executor.hpp"
#include "provisioner/app/export_site.hpp"
#include "provisioner/app/ledger.hpp"
#include "provisioner/app/namespace_uids.hpp"
#include "provisioner/app/permission_watch.hpp"
#include "provisioner/app/shared_settings.hpp"
#include "provisioner/app/work_observer.hpp"

namespace nfs {

/// What all reconcilers share. All references outlive them; all parts are thread-safe.
struct Workshop {
  std::vector<std::unique_ptr<ExportSite>> const& sites;
  ClusterView& view;
  Ledger& ledger;
  SharedSettings& settings;
  PermissionWatch& permissions;
  NamespaceUids& namespace_uids;
  TellEvent tell;
  std::string program_version;
  k8s::Clock const& clock;
  k8s::Log const& log;
  WorkObserver* observer = nullptr;  ///< null: nobody counts
};

}  // namespace nfs
