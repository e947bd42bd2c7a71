#include "provisioner/controller/cluster_identity.hpp"

#include <cstdint>

#include "provisioner/controller/say_once.hpp"
#include "provisioner/controller/start_backoff.hpp"

namespace nfs {
namespace {

Cluster stand_in(ClusterChoice const& choice, k8s::Log const& log) {
  log.warning(
      "namespace kube-system cannot be read, so the cluster is known on the export by its CA; grant get on "
      "namespaces, or set --cluster-id (CLUSTER_ID), before there are volumes",
      {{"cluster", choice.stand_in}});
  return {choice.stand_in, choice.name};
}

}  // namespace

Cluster identify_cluster(ClusterChoice const& choice, k8s::Client& client, k8s::Clock const& clock, k8s::Log const& log,
                         std::stop_token stop) {
  if (!choice.id.empty()) return {choice.id, choice.name};
  SayOnce once;
  for (std::uint32_t failures = 1; !stop.stop_requested(); ++failures) {
    auto const found = client.get<k8s::Namespace>({{}, "kube-system"}, stop);
    if (found.has_value()) return {found->meta.uid, choice.name};
    if (found.error().forbidden() || found.error().not_found()) return stand_in(choice, log);
    if (once.changed(found.error().message))
      log.warning("cannot ask which cluster this is; retrying", {{"error", found.error().message}});
    if (!clock.wait_for(start_backoff(failures), stop)) break;
  }
  return {};
}

}  // namespace nfs
