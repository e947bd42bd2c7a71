#include "provisioner/core/class_answer.hpp"

namespace nfs {

bool was_known(std::optional<std::uint64_t> version, KnownClaims const& asked, KnownClaims const& now) {
  return version && *version <= asked.newest && asked.lists == now.lists;
}

bool is_same_state(k8s::StorageClass const* left, k8s::StorageClass const* right) {
  if (left == nullptr || right == nullptr) return left == right;
  return left->meta.uid == right->meta.uid && left->meta.resource_version == right->meta.resource_version;
}

}  // namespace nfs
