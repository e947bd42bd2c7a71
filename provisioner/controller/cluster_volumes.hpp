#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "k8s/api/client.hpp"
#include "k8s/model/volume.hpp"
#include "provisioner/core/export.hpp"

namespace nfs {

/// The volumes of a cluster, as a verb that ends soon looks at them.
struct ClusterVolumes {
  std::vector<std::shared_ptr<k8s::Volume const>> all;
  std::size_t unreadable = 0;  ///< beside those
};

[[nodiscard]] k8s::Result<ClusterVolumes> list_cluster_volumes(k8s::Client& client);

}  // namespace nfs
