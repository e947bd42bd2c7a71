#include "provisioner/core/at_rest.hpp"

#include "provisioner/core/binding.hpp"
#include "provisioner/core/hand_over.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/volume_body.hpp"

namespace nfs {
namespace {

bool are_bound(k8s::Claim const& claim, k8s::Volume const& volume) {
  bool const going = claim.meta.deleting() || volume.meta.deleting();
  return !going && is_bound(claim) && claim.volume_name == volume.meta.name && made_for(volume, claim) &&
         volume.phase == "Bound";
}

bool is_noted(k8s::Volume const& volume) {
  auto const* uid = k8s::find(volume.meta.annotations, names::volume_uid);
  return uid != nullptr && *uid == volume.meta.uid && !changed_hands(volume);
}

}  // namespace

bool are_at_rest(k8s::Claim const& claim, k8s::Volume const& volume, std::string_view provisioner) {
  bool const finalizer = k8s::has_finalizer(volume.meta, names::finalizer);
  return provisioned_by(volume, provisioner) && are_bound(claim, volume) && is_noted(volume) &&
         finalizer == (volume.reclaim_policy == "Delete") && claim.requested_storage == claim.status_capacity;
}

}  // namespace nfs
