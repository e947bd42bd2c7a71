#include "provisioner/controller/namespace_uids.hpp"

namespace nfs {

k8s::Result<std::optional<NamespaceIdentity>> NamespaceUids::of(k8s::Claim const& claim, k8s::Client& client,
                                                                std::stop_token stop) {
  auto const& name = claim.meta.name_space;
  {
    k8s::MutexLock const lock(mutex_);
    auto const at = known_.find(name);
    if (at != known_.end() && view_.claim_exists(at->second.witness)) return std::optional(at->second.identity);
  }
  auto const found = client.get<k8s::Namespace>({{}, name}, stop);
  if (found.has_error()) return found.error();
  // The answer is about now. It is about the claim's namespace if the claim is still there after it.
  auto const witness = client.get<k8s::Claim>({name, claim.meta.name}, stop);
  if (witness.has_error() && !witness.error().not_found()) return witness.error();
  if (witness.has_error() || witness->meta.uid != claim.meta.uid) return std::optional<NamespaceIdentity>();
  k8s::MutexLock const lock(mutex_);
  NamespaceIdentity const identity{found->meta.uid, found->meta.creation_timestamp};
  known_.insert_or_assign(name, Known{identity, claim.meta.uid});
  return std::optional(identity);
}

}  // namespace nfs
