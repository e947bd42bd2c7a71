#include "provisioner/cli/cluster_access.hpp"

namespace nfs {

k8s::Result<k8s::ClusterAccess> cluster_access(Options const& options, k8s::Environment const& environment) {
  if (options.kubeconfig.empty()) return k8s::in_cluster_access(environment);
  return k8s::kubeconfig_access(k8s::split_kubeconfig_paths(options.kubeconfig), options.context);
}

std::string lease_namespace(Options const& options, k8s::ClusterAccess const& access) {
  if (!options.pod_namespace.empty()) return options.pod_namespace;
  return access.name_space.empty() ? "default" : access.name_space;
}

}  // namespace nfs
