#include "provisioner/app/namespace_uids.hpp"

namespace nfs {

k8s::Result<std::string> NamespaceUids::of(k8s::Claim const& claim, k8s::Client& client, std::stop_token stop) {
  auto const& name = claim.meta.name_space;
  {
    auto const lock = std::scoped_lock(mutex_);
    auto const at = known_.find(name);
    if (at != known_.end() && view_.claim_exists(at->second.witness)) return at->second.uid;
  }
  auto found = client.get<k8s::Namespace>({{}, name}, std::move(stop));
  if (!found) return found.error();
  auto const lock = std::scoped_lock(mutex_);
  // The answer is about now; the claim is in that namespace only if it is still there now.
  known_.insert_or_assign(name, Known{found->meta.uid, claim.meta.uid});
  return found->meta.uid;
}

}  // namespace nfs
