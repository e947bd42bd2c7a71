#include "tests/simulation/sabotaged_keys.hpp"

#include <memory>
#include <utility>

namespace nfs::simulation {
namespace {

using VolumeChange = k8s::Change<k8s::Volume>;

VolumeChange without_claim_name(VolumeChange change) {
  if (!change.after || !change.after->claim_ref) return change;
  auto nameless = *change.after;
  nameless.claim_ref->name.clear();
  change.after = std::make_shared<k8s::Volume const>(std::move(nameless));
  return change;
}

}  // namespace

Keys SabotagedKeys::by(k8s::Change<k8s::Claim> const& change) {
  auto keys = WokenKeys::by(change);
  bool const misrouted = !change.after && scene_.sabotaged(Sabotage::deletion_misrouted);
  if (misrouted) keys.front().name = "pvc-" + change.before->meta.name;
  return keys;
}

Keys SabotagedKeys::by(VolumeChange const& change) {
  if (scene_.sabotaged(Sabotage::earlier_claim_forgotten)) return WokenKeys::by(without_claim_name(change));
  bool const released = change.after && change.after->phase == "Released";
  if (!released || !scene_.sabotaged(Sabotage::release_not_awaited)) return WokenKeys::by(change);
  (void)releases_.note(change);
  // For the claims it has gone.
  auto keys = WokenKeys::by(VolumeChange{change.after, nullptr});
  keys.push_back(key_of(*change.after));
  return keys;
}

}  // namespace nfs::simulation
