#include "provisioner/core/at_rest.hpp"

#include "provisioner/core/binding.hpp"
#include "provisioner/core/hand_over.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/volume_body.hpp"

namespace nfs {
namespace {

bool are_bound(k8s::Claim const& claim, k8s::Volume const& volume) {
  bool const going = claim.meta.deleting() || volume.meta.deleting();
  bool const each_other = claim.volume_name == volume.meta.name && volume.claim_ref && !claim.meta.uid.empty() &&
                          volume.claim_ref->uid == claim.meta.uid;
  return !going && is_bound(claim) && each_other && volume.phase == "Bound";
}

bool is_noted(k8s::Volume const& volume) {
  auto const* uid = k8s::find(volume.meta.annotations, names::volume_uid);
  return uid != nullptr && *uid == volume.meta.uid && !changed_hands(volume);
}

}  // namespace

bool are_at_rest(k8s::Claim const& claim, k8s::Volume const& volume, std::string_view provisioner) {
  if (!are_bound(claim, volume)) return false;
  if (!provisioned_by(volume, provisioner)) return true;
  bool const finalizer = k8s::has_finalizer(volume.meta, names::finalizer);
  return volume.meta.name == volume_name(claim) && is_noted(volume) &&
         finalizer == (volume.reclaim_policy == "Delete") && claim.requested_storage == claim.status_capacity;
}

}  // namespace nfs
