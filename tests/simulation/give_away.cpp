#include "tests/simulation/give_away.hpp"

#include <fmt/format.h>

#include <utility>

namespace nfs::simulation {

GiveAway::GiveAway(VolumeDesk desk, k8s::Volume const& volume, Plan plan)
    : desk_(desk),
      name_(volume.meta.name),
      uid_(volume.meta.uid),
      storage_class_(volume.storage_class_name),
      from_{volume.claim_ref->name_space, volume.claim_ref->name},
      from_uid_(volume.claim_ref->uid),
      plan_(std::move(plan)) {
  desk_.scene().hands.busy.insert(name_);
}

GiveAway::~GiveAway() {
  desk_.scene().hands.busy.erase(name_);
}

bool GiveAway::ready() const {
  auto const volume = desk_.volume(name_, uid_);
  if (!volume) return true;
  switch (stage_) {
    case Stage::empty:
      return !desk_.claim(from_, from_uid_) && (plan_.hasty || volume->phase == "Released");
    case Stage::policy:
      return !desk_.claim(plan_.to, to_uid_) ||
             (volume->claim_ref && volume->claim_ref->uid == to_uid_ && volume->phase == "Bound");
    default:
      return true;
  }
}

bool GiveAway::step() {
  auto const volume = desk_.volume(name_, uid_);
  if (!volume || volume->meta.deleting()) return false;
  switch (stage_) {
    case Stage::keep:
      // Too late: its claim is gone, and its release may have begun.
      if (volume->phase != "Bound") return false;
      desk_.set_policy(*volume, "Retain");
      stage_ = Stage::end_claim;
      return true;
    case Stage::end_claim:
      desk_.remove_claim(from_, from_uid_);
      stage_ = Stage::empty;
      return true;
    case Stage::empty:
      return release(*volume);
    case Stage::claim:
      return claim_it(*volume);
    case Stage::policy:
      break;
  }
  bool const theirs = volume->claim_ref && volume->claim_ref->uid == to_uid_;
  if (theirs && !plan_.kept) desk_.set_policy(*volume, "Delete");
  return false;
}

bool GiveAway::release(k8s::Volume const& volume) {
  bool const as_left = volume.reclaim_policy == "Retain" && volume.claim_ref && volume.claim_ref->uid == from_uid_;
  auto const* facts = desk_.oracle().truth().volume(name_);
  // Somebody came back under the old name, and may have the directory by now.
  if (!as_left || desk_.claim(from_) || desk_.is_named(name_, from_uid_) || desk_.is_used(facts->path, name_))
    return false;
  if (!desk_.is_free(plan_.to)) return false;
  if (plan_.reserved) {
    desk_.scene().hands.reserved[name_] = plan_.to.name_space + "/" + plan_.to.name;
    desk_.patch_spec(volume,
                     fmt::format(R"("claimRef":{{"namespace":"{}","name":"{}","uid":null,"resourceVersion":null}})",
                                 plan_.to.name_space, plan_.to.name));
  } else {
    desk_.patch_spec(volume, R"("claimRef":null)");
  }
  stage_ = Stage::claim;
  return true;
}

bool GiveAway::claim_it(k8s::Volume const& volume) {
  bool const taken = volume.claim_ref && !volume.claim_ref->uid.empty();
  auto const* facts = desk_.oracle().truth().volume(name_);
  if (taken || !desk_.is_free(plan_.to) || desk_.is_used(facts->path, name_)) return false;
  to_uid_ = desk_.make_claim(plan_.to, storage_class_, name_);
  stage_ = Stage::policy;
  return true;
}

}  // namespace nfs::simulation
