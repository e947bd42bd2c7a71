#include <algorithm>

#include "k8s/model/quantity.hpp"
#include "provisioner/core/decide.hpp"
#include "provisioner/core/naming.hpp"

namespace nfs {
namespace {

std::string mode_of(std::string const& volume_mode) {
  return volume_mode.empty() ? "Filesystem" : volume_mode;
}

enum class Reserved { for_nobody, for_it, for_another };

Reserved reserved(k8s::Claim const& claim, k8s::Volume const& volume) {
  if (!volume.claim_ref) return Reserved::for_nobody;
  auto const& reference = *volume.claim_ref;
  if (reference.name_space != claim.meta.name_space || reference.name != claim.meta.name) return Reserved::for_another;
  return reference.uid.empty() || reference.uid == claim.meta.uid ? Reserved::for_it : Reserved::for_another;
}

// kube-controller-manager writes the volume first, then the claim.
bool was_chosen(k8s::Claim const& claim, k8s::Volume const& volume) {
  return volume.claim_ref && volume.claim_ref->uid == claim.meta.uid && volume.meta.name != volume_name(claim);
}

bool large_enough(k8s::Claim const& claim, k8s::Volume const& volume) {
  auto const wanted = k8s::Quantity::parse(claim.requested_storage);
  auto const there = k8s::Quantity::parse(volume.capacity);
  return wanted && there && *there >= *wanted;
}

}  // namespace

bool could_choose(k8s::Claim const& claim, k8s::Volume const& volume) {
  if (volume.meta.deleting()) return false;
  if (was_chosen(claim, volume)) return true;
  // A volume whose phase was not set yet may become available at any moment.
  if (volume.phase != "Available" && volume.phase != "Pending" && !volume.phase.empty()) return false;
  auto const whose = reserved(claim, volume);
  if (whose == Reserved::for_another) return false;
  if (whose == Reserved::for_nobody && k8s::class_name(volume) != k8s::class_name(claim)) return false;
  if (mode_of(volume.volume_mode) != mode_of(claim.volume_mode)) return false;
  auto const offered = [&](std::string const& mode) {
    return std::find(volume.access_modes.begin(), volume.access_modes.end(), mode) != volume.access_modes.end();
  };
  return std::all_of(claim.access_modes.begin(), claim.access_modes.end(), offered) && large_enough(claim, volume);
}

}  // namespace nfs
