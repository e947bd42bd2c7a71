#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "k8s/auth/credentials.hpp"
#include "k8s/base/error.hpp"
#include "k8s/http/transport.hpp"
#include "provisioner/service/options.hpp"

namespace nfs {

/// Where the API server is, by the options: kubeconfig, else the pod's service account.
[[nodiscard]] k8s::Result<k8s::ClusterAccess> cluster_access(Options const& options,
                                                             k8s::Environment const& environment);

/// Connections to it, for a verb.
[[nodiscard]] k8s::Result<std::unique_ptr<k8s::Transport>> connect_for(std::string_view verb, Options const& options,
                                                                       k8s::Environment const& environment);

/// POD_NAMESPACE, else that of the service account or the kubeconfig's context, else `default`.
[[nodiscard]] std::string lease_namespace(Options const& options, k8s::ClusterAccess const& access);

/// An id for the cluster that takes no right to find out: `ca-` and a hash of the CA that its API server is known by,
/// or of the server's address where there is none. It changes when that CA is replaced.
[[nodiscard]] std::string cluster_stand_in(k8s::ClusterAccess const& access);

}  // namespace nfs
