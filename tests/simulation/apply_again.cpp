#include "tests/simulation/apply_again.hpp"

#include <fmt/format.h>

#include "provisioner/storage/files/path_steps.hpp"

namespace nfs::simulation {

ApplyAgain::ApplyAgain(VolumeDesk desk, k8s::Volume const& volume, k8s::Claim const& claim, Plan plan)
    : desk_(desk),
      backup_(volume),
      key_{claim.meta.name_space, claim.meta.name},
      claim_uid_(claim.meta.uid),
      path_(desk.oracle().truth().volume(volume.meta.name)->path),
      plan_(plan),
      uid_(volume.meta.uid),
      stage_(plan.released ? Stage::end_claim : Stage::keep) {
  desk_.scene().hands.busy.insert(backup_.meta.name);
}

ApplyAgain::~ApplyAgain() {
  desk_.scene().hands.busy.erase(backup_.meta.name);
}

bool ApplyAgain::ready() const {
  auto const there = desk_.scene().server.find<k8s::Volume>({{}, backup_.meta.name});
  switch (stage_) {
    case Stage::end_volume:
      return !there || (!desk_.claim(key_, claim_uid_) && there->phase == "Released");
    case Stage::volume:
      return !is_begun() && (!there || there->meta.uid != uid_);
    case Stage::policy:
      return !there || !desk_.claim(key_, claim_uid_) ||
             (there->claim_ref && there->claim_ref->uid == claim_uid_ && there->phase == "Bound");
    default:
      return true;
  }
}

bool ApplyAgain::step() {
  auto const& name = backup_.meta.name;
  auto const volume = desk_.volume(name, uid_);
  if (stage_ != Stage::volume && !volume) return false;
  switch (stage_) {
    case Stage::keep:
      desk_.set_policy(*volume, "Retain");
      stage_ = Stage::end_claim;
      return true;
    case Stage::end_claim:
      desk_.remove_claim(key_, claim_uid_);
      stage_ = plan_.released ? Stage::volume : Stage::end_volume;
      return true;
    case Stage::end_volume:
      return end_volume(*volume);
    case Stage::volume:
      return make_volume();
    case Stage::claim:
      return make_claim();
    case Stage::policy:
      break;
  }
  bool const theirs = volume->claim_ref && volume->claim_ref->uid == claim_uid_;
  if (theirs && plan_.retained && !plan_.kept) desk_.set_policy(*volume, "Delete");
  return false;
}

bool ApplyAgain::end_volume(k8s::Volume const& volume) {
  if (volume.reclaim_policy != "Retain" || volume.phase != "Released") return false;
  auto& scene = desk_.scene();
  scene.tell("admin", "deletes volume " + backup_.meta.name);
  scene.left_by_hand.insert(path_);
  scene.server.remove<k8s::Volume>({{}, backup_.meta.name});
  scene.api_changed();
  stage_ = Stage::volume;
  return true;
}

/// What was begun for a volume that is gone is just being undone, or will be.
bool ApplyAgain::is_begun() const {
  auto& scene = desk_.scene();
  return scene.files.status(joined(scene.layout.creating(), backup_.meta.name)).has_value();
}

/// People see to it that nobody else has the directory, nor waits for it.
bool ApplyAgain::may_be_claimed() const {
  return plan_.with_claim && desk_.is_free(key_) && !desk_.somebody_waits() &&
         desk_.scene().files.status(path_).has_value() && !desk_.is_used(path_, backup_.meta.name);
}

bool ApplyAgain::make_volume() {
  auto& scene = desk_.scene();
  if (scene.server.find<k8s::Volume>({{}, backup_.meta.name})) return false;
  auto volume = backup_;
  volume.meta.uid.clear();
  volume.meta.resource_version.clear();
  if (plan_.retained) volume.reclaim_policy = "Retain";
  bool const claimed = may_be_claimed();
  if (claimed) {
    volume.claim_ref->uid.clear();
    volume.claim_ref->resource_version.clear();
  }
  if (!plan_.released) scene.left_by_hand.erase(path_);
  auto const made = scene.server.put(volume);
  uid_ = made.meta.uid;
  scene.hands.made_again.insert(uid_);
  scene.tell("admin", fmt::format("makes volume {} again ({}), policy {}{}", made.meta.name, uid_, made.reclaim_policy,
                                  claimed ? ", for a new claim" : ""));
  scene.api_changed();
  stage_ = Stage::claim;
  return claimed;
}

bool ApplyAgain::make_claim() {
  if (!desk_.is_free(key_)) return false;
  claim_uid_ = desk_.make_claim(key_, backup_.storage_class_name, backup_.meta.name);
  stage_ = Stage::policy;
  return true;
}

}  // namespace nfs::simulation
