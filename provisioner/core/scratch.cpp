#include "provisioner/core/scratch.hpp"

#include <algorithm>

namespace nfs {

bool is_managing_pod(k8s::OwnerReference const& owner) {
  return owner.controller && owner.kind == "Pod" && owner.api_version == "v1";
}

bool is_scratch(k8s::Claim const& claim) {
  return std::ranges::any_of(claim.meta.owner_references, is_managing_pod);
}

}  // namespace nfs
