#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "k8s/json/read.hpp"
#include "tests/simulation/realm.hpp"

namespace nfs::simulation {

void Realm::perform_fault(Op const& op, Dice& dice) {
  switch (op.kind) {
    case OpKind::crash:
      return plan_death(dice, false);
    case OpKind::crash_machine:
      return plan_death(dice, true);
    case OpKind::second_process:
      if (replicas_.size() < 2) start_replica();
      break;
    case OpKind::end_process:
      if (replicas_.size() > 1) replicas_.pop_front();
      break;
    case OpKind::stop_process:
      return stop_process(dice);
    case OpKind::cut_off:
      return cut_off(dice);
    case OpKind::fail_requests:
      return plan_request_fault(dice);
    case OpKind::fail_storage:
      return plan_storage_fault(dice);
    case OpKind::lag:
      if (dice.chance(30))
        controllers_.lag(dice.below(60));
      else
        some_replica(dice).lag(dice.below(3), 5 + dice.below(40));
      break;
    case OpKind::drop_watches:
      ++scene_.watches_dropped;
      break;
    case OpKind::compact:
      scene_.compacted = scene_.server.version();
      if (dice.chance(60)) ++scene_.watches_dropped;
      break;
    case OpKind::silence_watches:
      ++some_replica(dice).fate().silenced;
      break;
    case OpKind::spoil_claim:
      return spoil_claim(dice);
    case OpKind::restore_api:
      return restore_api(dice);
    case OpKind::unmount:
      return unmount(dice);
    default:
      break;
  }
}

void Realm::plan_death(Dice& dice, bool machine) {
  auto& fate = some_replica(dice).fate();
  fate.death = {
      .skip = dice.below(12), .count = 1, .what = machine, .moment = dice.chance(50) ? Moment::before : Moment::after};
}

void Realm::plan_request_fault(Dice& dice) {
  auto& fate = some_replica(dice).fate();
  fate.requests = {.skip = dice.below(10),
                   .count = 1 + dice.below(4),
                   .what = static_cast<RequestFault>(dice.below(static_cast<std::uint64_t>(RequestFault::end))),
                   .moment = Moment::before};
}

void Realm::plan_storage_fault(Dice& dice) {
  static std::vector<StorageFault> const faults{StorageFault::io,         StorageFault::full, StorageFault::stale,
                                                StorageFault::permission, StorageFault::busy, StorageFault::read_only,
                                                StorageFault::exists};
  auto& fate = some_replica(dice).fate();
  fate.storage = {.skip = dice.below(12),
                  .count = 1 + dice.below(3),
                  .what = dice.pick(faults),
                  .moment = dice.chance(70) ? Moment::before : Moment::after};
  if (fate.storage.what == StorageFault::exists) fate.storage.moment = Moment::before;
}

/// For longer than a lease, mostly; while another one waits for it, mostly.
void Realm::stop_process(Dice& dice) {
  auto& fate = some_replica(dice).fate();
  if (replicas_.size() < 2 && dice.chance(80)) start_replica();
  auto const time = std::chrono::seconds(dice.chance(80) ? 15 + dice.below(30) : 1 + dice.below(15));
  if (dice.chance(30))
    fate.stopped_until = scene_.clock.lively() + time;
  else
    fate.stop = {.skip = dice.below(8), .count = 1, .what = time, .moment = Moment::before};
}

void Realm::cut_off(Dice& dice) {
  auto& fate = some_replica(dice).fate();
  if (replicas_.size() < 2 && dice.chance(80)) start_replica();
  fate.cut_off_until = scene_.clock.lively() + std::chrono::seconds(1 + dice.below(40));
}

void Realm::spoil_claim(Dice& dice) {
  std::vector<std::string> uids;
  for (auto const& [uid, claim] : oracle_.truth().claims())
    if (claim.exists) uids.push_back(uid);
  if (uids.empty()) return;
  mend_claim();
  scene_.spoilt_claim = dice.pick(uids);
  readable_again_at_ = step_ + 5 + dice.below(100);
  scene_.tell("world", "cannot be read: claim " + scene_.spoilt_claim);
}

/// Somebody mends it: what cannot be read is read again only as another version.
void Realm::mend_claim() {
  auto const uid = std::exchange(scene_.spoilt_claim, {});
  if (uid.empty()) return;
  for (auto const& claim : scene_.server.all<k8s::Claim>()) {
    if (claim.meta.uid != uid) continue;
    scene_.server.patch<k8s::Claim>(
        {claim.meta.name_space, claim.meta.name},
        fmt::format(R"({{"metadata":{{"annotations":{{"example.com/mended":"{}"}}}}}})", step_));
    scene_.api_changed();
  }
}

/// Whose objects are others by it, or gone, cannot be promised what rests on them; see docs/simulation.md.
void Realm::restore_api(Dice& dice) {
  auto const before = scene_.server.version();
  auto const age = 1 + dice.below(std::min<std::size_t>(backups_.size(), 6));
  scene_.server.restore(*backups_[backups_.size() - age]);
  for (auto const& change : scene_.server.changes_since(before)) {
    scene_.tell("world", change.type + " by the restore: " + change.object);
    if (change.plural == "persistentvolumeclaims")
      scene_.restored.insert(k8s::read<k8s::Claim>(change.object)->meta.uid);
    if (change.plural != "persistentvolumes") continue;
    auto const volume = *k8s::read<k8s::Volume>(change.object);
    if (volume.claim_ref) scene_.restored.insert(volume.claim_ref->uid);
    auto const* facts = oracle_.truth().volume(volume.meta.name);
    if (facts == nullptr) continue;
    scene_.left_by_restore.insert(facts->path);
    scene_.restored.insert(facts->owner.uid);
  }
  scene_.compacted = scene_.server.version();
  scene_.disturbed_at = scene_.clock.lively();
  // The API server begins anew, too. Whoever leads by what is no more has ended by then.
  api_away_until_ = scene_.clock.lively() + std::chrono::seconds((scene_.elections ? 20 : 0) + dice.below(20));
  for (auto const& replica : replicas_) replica->fate().cut_off_until = api_away_until_;
  controllers_.resync();
  ++scene_.restores;
  ++scene_.watches_dropped;
  scene_.late.clear();
  scene_.api_changed();
}

/// An export without a volume may be any directory: the first start makes it one.
void Realm::unmount(Dice& dice) {
  if (!volumes_stand()) return;
  unmounted_ = true;
  for (auto const& replica : replicas_) replica->fate().unmounted = true;
  mounted_again_at_ = step_ + 10 + dice.below(80);
}

void Realm::end_unmounts() {
  unmounted_ = false;
  for (auto const& replica : replicas_) replica->fate().unmounted = false;
}

}  // namespace nfs::simulation
