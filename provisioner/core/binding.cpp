#include "provisioner/core/binding.hpp"

#include "provisioner/core/naming.hpp"

namespace nfs {
namespace {

void require(k8s::StringMap& missing, k8s::Claim const& claim, std::string_view key, std::string_view value) {
  auto const* present = k8s::find(claim.meta.annotations, key);
  if (present == nullptr || *present != value) missing.emplace(key, value);
}

// What a bound claim carries. The provisioner annotations are kube-controller-manager's to set; an eager bind does not
// wait for them.
k8s::StringMap missing_annotations(k8s::Claim const& claim, Settings const& settings) {
  k8s::StringMap missing;
  require(missing, claim, names::bind_completed, "yes");
  require(missing, claim, names::bound_by_controller, "yes");
  require(missing, claim, names::storage_provisioner, settings.provisioner);
  require(missing, claim, names::beta_storage_provisioner, settings.provisioner);
  return missing;
}

bool annotated_bound(k8s::Claim const& claim) {
  return k8s::find(claim.meta.annotations, names::bind_completed) != nullptr;
}

}  // namespace

bool made_for(k8s::Volume const& volume, k8s::Claim const& claim) {
  return volume.claim_ref && volume.claim_ref->uid == claim.meta.uid;
}

bool have_same_holder(k8s::Volume const& left, k8s::Volume const& right) {
  auto const holder = [](k8s::Volume const& volume) {
    return volume.claim_ref ? volume.claim_ref->uid : std::string();
  };
  return holder(left) == holder(right);
}

bool is_in_use(k8s::Volume const& volume) {
  return volume.phase == "Bound" && !volume.meta.deleting();
}

bool is_bound(k8s::Claim const& claim) {
  return claim.phase == "Bound" && !claim.volume_name.empty() && annotated_bound(claim);
}

std::vector<Action> binding_steps(k8s::Claim const& claim, k8s::Volume const* volume, Settings const& settings) {
  std::vector<Action> steps;
  auto const name = volume_name(claim);
  if (volume == nullptr || volume->phase != "Bound") steps.emplace_back(MarkVolumeBound{name});
  if (claim.volume_name.empty() || !annotated_bound(claim))
    steps.emplace_back(BindClaim{name, missing_annotations(claim, settings)});
  if (claim.phase != "Bound")
    steps.emplace_back(MarkClaimBound{.access_modes = volume == nullptr ? claim.access_modes : volume->access_modes,
                                      .capacity = volume == nullptr ? claim.requested_storage : volume->capacity});
  return steps;
}

}  // namespace nfs
