#include "provisioner/controller/namespace_uids.hpp"

namespace nfs {

k8s::Result<std::optional<std::string>> NamespaceUids::of(k8s::Claim const& claim, k8s::Client& client,
                                                          std::stop_token stop) {
  auto const& name = claim.meta.name_space;
  {
    k8s::MutexLock const lock(mutex_);
    auto const at = known_.find(name);
    if (at != known_.end() && view_.claim_exists(at->second.witness)) return std::optional(at->second.uid);
  }
  auto const found = client.get<k8s::Namespace>({{}, name}, stop);
  if (found.has_error()) return found.error();
  // The answer is about now. It is about the claim's namespace if the claim is still there after it.
  auto const witness = client.get<k8s::Claim>({name, claim.meta.name}, stop);
  if (witness.has_error() && !witness.error().not_found()) return witness.error();
  if (witness.has_error() || witness->meta.uid != claim.meta.uid) return std::optional<std::string>();
  k8s::MutexLock const lock(mutex_);
  known_.insert_or_assign(name, Known{found->meta.uid, claim.meta.uid});
  return std::optional(found->meta.uid);
}

}  // namespace nfs
