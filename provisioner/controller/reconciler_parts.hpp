#pragma once

#include <memory>
#include <string>
#include <vector>

#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "provisioner/controller/class_answers.hpp"
#include "provisioner/controller/cluster_view.hpp"
#include "provisioner/controller/executor.hpp"
#include "provisioner/controller/ledger.hpp"
#include "provisioner/controller/namespace_uids.hpp"
#include "provisioner/controller/permission_watch.hpp"
#include "provisioner/controller/shared_settings.hpp"
#include "provisioner/exports/export_site.hpp"
#include "provisioner/observe/work_observer.hpp"

namespace nfs {

/// What all reconcilers share. All references outlive them; all parts are thread-safe.
struct ReconcilerParts {
  std::vector<std::unique_ptr<ExportSite>> const& sites;
  ClusterView& view;
  Ledger& ledger;
  SharedSettings& settings;
  PermissionWatch& permissions;
  NamespaceUids& namespace_uids;
  ClassAnswers& class_answers;
  TellEvent tell;
  std::string program_version;
  k8s::Clock const& clock;
  k8s::Log const& log;
  WorkObserver* observer = nullptr;  ///< null: nobody counts
};

}  // namespace nfs
