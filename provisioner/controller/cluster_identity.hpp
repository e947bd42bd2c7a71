#pragma once

#include <stop_token>
#include <string>

#include "k8s/api/client.hpp"
#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "provisioner/controller/permission_watch.hpp"
#include "provisioner/core/cluster.hpp"

namespace nfs {

/// How the cluster is to be called.
struct ClusterChoice {
  std::string id = {};        ///< as an administrator chose it; empty: the uid of namespace kube-system
  std::string name = {};      ///< for people
  std::string stand_in = {};  ///< the id where that namespace may not be read: needs no right, and stays the same
};

/// Who the cluster is. Asks until the API server answers, or `stop` is requested: then its id is empty. The stand-in is
/// taken only where it is certain that the namespace may not be read. Waits in the clock and the client alone.
[[nodiscard]] Cluster identify_cluster(ClusterChoice const& choice, PermissionWatch& permissions, k8s::Client& client,
                                       k8s::Clock const& clock, k8s::Log const& log, std::stop_token stop);

}  // namespace nfs
