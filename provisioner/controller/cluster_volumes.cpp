#include "provisioner/controller/cluster_volumes.hpp"

#include <utility>

#include "provisioner/core/cached.hpp"

namespace nfs {

k8s::Result<ClusterVolumes> list_cluster_volumes(k8s::Client& client) {
  ClusterVolumes volumes;
  auto const take = [&](std::string_view item) -> k8s::Result<void> {
    auto volume = k8s::read<k8s::Volume>(item);
    if (volume.has_error()) {
      ++volumes.unreadable;
      return {};
    }
    keep_what_is_needed(*volume);
    volumes.all.push_back(std::make_shared<k8s::Volume const>(std::move(*volume)));
    return {};
  };
  auto const listed = client.list_all(k8s::kind_of<k8s::Volume>(), take, {});
  if (listed.has_error()) return listed.error();
  return volumes;
}

}  // namespace nfs
