#pragma once

#include <string_view>
#include <vector>

#include "provisioner/controller/cluster_view.hpp"
#include "provisioner/web/status_report.hpp"

namespace nfs {

/// The volumes and the waiting claims of each class of `provisioner`, by name: of those that exist, and of those that
/// only volumes still name.
[[nodiscard]] std::vector<ClassStatus> class_status(ClusterView& view, std::string_view provisioner);

}  // namespace nfs
