#include "provisioner/cli/cluster_access.hpp"

#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "k8s/auth/transport.hpp"
#include "k8s/text/hash.hpp"
#include "k8s/text/hexadecimal.hpp"

namespace nfs {

k8s::Result<k8s::ClusterAccess> cluster_access(Options const& options, k8s::Environment const& environment) {
  if (options.kubeconfig.empty()) return k8s::in_cluster_access(environment);
  return k8s::kubeconfig_access(k8s::split_kubeconfig_paths(options.kubeconfig), options.context);
}

k8s::Result<std::unique_ptr<k8s::Transport>> connect_for(std::string_view verb, Options const& options,
                                                         k8s::Environment const& environment) {
  auto access = cluster_access(options, environment);
  if (access.has_error()) return access.error();
  return k8s::make_transport(std::move(*access), "nfs-subdir-provisioner/" + std::string(verb));
}

std::string lease_namespace(Options const& options, k8s::ClusterAccess const& access) {
  if (!options.pod_namespace.empty()) return options.pod_namespace;
  return access.name_space.empty() ? "default" : access.name_space;
}

std::string cluster_stand_in(k8s::ClusterAccess const& access) {
  auto certificates = access.ca.data;
  if (certificates.empty() && !access.ca.file.empty()) {
    std::ifstream file(access.ca.file);
    certificates.assign(std::istreambuf_iterator<char>(file), {});
  }
  // The same certificates, however their lines end.
  std::erase_if(certificates, [](unsigned char c) { return c <= ' '; });
  auto const& known_by = certificates.empty() ? access.server : certificates;
  return "ca-" + k8s::hexadecimal(k8s::hash_of(known_by), 16);
}

}  // namespace nfs
