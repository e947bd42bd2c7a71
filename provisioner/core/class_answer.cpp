#include "provisioner/core/class_answer.hpp"

#include "k8s/model/resource_version.hpp"

namespace nfs {

bool was_known(k8s::Claim const& claim, KnownClaims const& asked, KnownClaims const& now) {
  auto const version = k8s::version_number(claim.meta.resource_version);
  return version && *version <= asked.newest && asked.lists == now.lists;
}

bool is_same_state(k8s::StorageClass const* left, k8s::StorageClass const* right) {
  if (left == nullptr || right == nullptr) return left == right;
  return left->meta.uid == right->meta.uid && left->meta.resource_version == right->meta.resource_version;
}

}  // namespace nfs
