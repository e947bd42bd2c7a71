#include "provisioner/controller/cluster_identity.hpp"

#include <cstdint>
#include <optional>
#include <string>

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

// nullopt: it may not be read, or there is none.
k8s::Result<std::optional<std::string>> uid_of_kube_system(PermissionWatch& permissions, k8s::Client& client,
                                                           std::stop_token const& stop) {
  // Asked first: where upstream's roles are in use no request is refused.
  auto const ruling = permissions.ask_about(&Permissions::get_namespaces, client, stop);
  if (ruling == Ruling::missing) return std::optional<std::string>();
  if (ruling == Ruling::unknown)
    return k8s::make_error(k8s::ErrorKind::transport, "whether namespaces may be read is not known yet");
  auto const found = client.get<k8s::Namespace>({{}, "kube-system"}, stop);
  if (found.has_value()) return std::optional(found->meta.uid);
  if (found.error().forbidden() || found.error().not_found()) return std::optional<std::string>();
  return found.error();
}

}  // namespace

Cluster identify_cluster(ClusterChoice const& choice, PermissionWatch& permissions, k8s::Client& client,
                         k8s::Clock const& clock, k8s::Log const& log, std::stop_token stop) {
  if (!choice.id.empty()) return {choice.id, choice.name};
  SayOnce once;
  for (std::uint32_t failures = 1; !stop.stop_requested(); ++failures) {
    auto const uid = uid_of_kube_system(permissions, client, stop);
    if (uid.has_value()) return *uid ? Cluster{**uid, choice.name} : stand_in(choice, log);
    if (once.changed(uid.error().message))
      log.warning("cannot ask which cluster this is; retrying", {{"error", uid.error().message}});
    if (!clock.wait_for(start_backoff(failures), stop)) break;
  }
  return {};
}

}  // namespace nfs
