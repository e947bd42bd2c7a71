#include "provisioner/core/volume_life.hpp"

#include <utility>

#include "provisioner/core/hand_over.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/volume_body.hpp"

namespace nfs {
namespace {

// Nobody will deal with its directory any more.
bool goes_by_itself(k8s::Volume const& volume) {
  return volume.meta.deleting() && !k8s::has_finalizer(volume.meta, names::finalizer);
}

// Its claim is gone, and it was to be released by us: that was done, or will never be.
bool was_released(k8s::Volume const& volume, LifeSetting const& setting) {
  return goes_by_itself(volume) && volume.phase == "Released" && volume.reclaim_policy == "Delete" &&
         provisioned_by(volume, setting.provisioner);
}

Occupant occupant_of(k8s::Volume const& volume, LifeSetting const& setting) {
  auto const claim = volume.claim_ref.value_or(k8s::ObjectReference{});
  bool const to_be_deleted = volume.reclaim_policy == "Delete";
  auto namespace_uid = namespace_uid_of(volume);
  auto made = namespace_uid.empty() ? made_at(volume) : std::string();
  return Occupant{.volume = volume.meta.name,
                  .claim_uid = claim.uid,
                  .claim_namespace = claim.name_space,
                  .claim_name = claim.name,
                  .deletes = to_be_deleted && provisioned_by(volume, setting.provisioner),
                  .motion = goes_by_itself(volume) ? Motion::leaves : Motion::none,
                  .namespace_uid = std::move(namespace_uid),
                  .kept_for = kept_for(volume),
                  .over = was_released(volume, setting),
                  .goes_elsewhere = to_be_deleted && is_of_other_provisioner(volume, setting.provisioner),
                  .made_at = std::move(made)};
}

std::shared_ptr<Holding const> holding_of(k8s::Volume const& volume, LifeSetting const& setting) {
  auto const placement = placement_of(volume, identified(setting.exports, setting.ids));
  auto const* directory = placement.directory();
  if (directory == nullptr) return nullptr;
  Holding held{*directory, occupant_of(volume, setting)};
  if (placement.made_for && *placement.made_for != *directory) held.also = placement.made_for;
  return std::make_shared<Holding const>(std::move(held));
}

Life unseen(Life life) {
  life.seen = false;
  life.shown = nullptr;
  return life;
}

// What a decision takes is in motion until it is done: nobody else may count on it.
std::shared_ptr<Holding const> take(std::string_view name, Directory directory, k8s::ObjectReference const& claim) {
  return std::make_shared<Holding const>(Holding{std::move(directory), Occupant{.volume = std::string(name),
                                                                                .claim_uid = claim.uid,
                                                                                .claim_namespace = claim.name_space,
                                                                                .claim_name = claim.name,
                                                                                .deletes = true,
                                                                                .motion = Motion::moves}});
}

// Kept for its claim, as a volume of policy Retain is: a claim of the same name may go on with the directory.
std::shared_ptr<Holding const> hold_lost(std::string_view name, LostVolume const& volume) {
  return std::make_shared<Holding const>(Holding{volume.directory, Occupant{.volume = std::string(name),
                                                                            .claim_uid = volume.claim.uid,
                                                                            .claim_namespace = volume.claim.name_space,
                                                                            .claim_name = volume.claim.name,
                                                                            .namespace_uid = volume.namespace_uid,
                                                                            .by_records = true}});
}

// Where its directory was being made, if the watch shows its volume at another one.
std::optional<Directory> begun_elsewhere(Life const& was, Life const& shown) {
  if (was.phase != Phase::making || !was.taken || !shown.shown) return std::nullopt;
  if (was.taken->directory == shown.shown->directory) return std::nullopt;
  return was.taken->directory;
}

// Nothing is under way any more. An intent stays known: a decision of its own deals with it.
Life at_rest(Life life) {
  life.phase = Phase::idle;
  life.taken = nullptr;
  life.lost = nullptr;
  life.ended = false;
  return life;
}

// Its directory is nobody's any more, or others' alone.
Life given_up(Life life) {
  return unseen(at_rest(std::move(life)));
}

bool moves_directory(Phase phase) {
  return phase == Phase::releasing || phase == Phase::undoing;
}

bool takes_directory(Purpose purpose) {
  return purpose == Purpose::provision || purpose == Purpose::release || purpose == Purpose::undo;
}

// Whether the directory that the volume was about to leave to others is its own again. What is left of a volume that
// is going, an intent or a finalizer, is dealt with all the same.
bool stays_after_all(Decided const& decided) {
  auto const* act = std::get_if<Act>(&decided.decision);
  if (act != nullptr && act->purpose == Purpose::leave) return false;
  if (decided.volume == Decided::Volume::there) return true;
  if (act != nullptr) return takes_directory(act->purpose);
  return !std::holds_alternative<LeaveAlone>(decided.decision);
}

Phase phase_of(Purpose purpose, Phase before) {
  switch (purpose) {
    case Purpose::provision:
      return Phase::making;
    case Purpose::release:
      return Phase::releasing;
    case Purpose::undo:
      return Phase::undoing;
    case Purpose::leave:
      return Phase::leaving;
    default:
      return before;
  }
}

/// The transitions, one for each event. `was` is the life before it.
class Transition {
 public:
  Transition(std::string_view name, Life const& was, LifeSetting const& setting)
      : name_(name), was_(was), setting_(setting) {}

  LifeChange operator()(Seen const& event) const {
    auto life = was_;
    life.seen = true;
    life.shown = holding_of(*event.volume, setting_);
    life.unreadable = false;
    life.ended = false;
    // Deleted by us, and shown until its last finalizer is off; or a watch that lags: a fresh look tells. And a
    // kube-controller-manager that lags may have set it Bound once more, which would hold its protection's finalizer.
    if (was_.phase == Phase::released) {
      bool const look = !event.volume->meta.deleting() || event.volume->phase == "Bound";
      return {std::move(life), false, look};
    }
    // An edit does not call off what is under way; it counts once that is over.
    if (moves_directory(was_.phase)) return {std::move(life), false, true};
    auto elsewhere = begun_elsewhere(was_, life);
    if (was_.phase == Phase::making || was_.phase == Phase::lost) life = at_rest(std::move(life));
    if (elsewhere) life.begun_elsewhere = std::move(elsewhere);
    return {std::move(life), true, true};
  }

  LifeChange operator()(Gone const&) const {
    auto life = unseen(was_);
    life.unreadable = false;
    switch (was_.phase) {
      case Phase::released:
        // Its directory is others', but what it had begun there is still to be settled.
        return {given_up(std::move(life)), false, was_.intent.has_value()};
      case Phase::making:
      case Phase::lost:
        return {std::move(life), false, true};
      case Phase::releasing:
      case Phase::undoing:
      case Phase::leaving:
        // Somebody may still be moving its directory: that ends with Acted, or with another decision.
        life.taken = as_held(was_);
        life.ended = true;
        return {std::move(life), false, true};
      case Phase::idle:
        break;
    }
    if (!was_.intent) return {given_up(std::move(life)), true, true};
    life.phase = Phase::undoing;
    life.taken = held_on(was_);
    return {std::move(life), true, true};
  }

  LifeChange operator()(SetAside const&) const {
    auto life = was_;
    life.unreadable = true;
    return {std::move(life), false, false};
  }

  LifeChange operator()(Decided const& event) const {
    // Whoever was at it has ended.
    if (was_.begun_elsewhere) {
      auto alone = was_;
      alone.begun_elsewhere = std::nullopt;
      auto change = Transition(name_, alone, setting_)(event);
      change.wake = true;
      return change;
    }
    // A fresh look has shown it alive: somebody has made it again.
    if (was_.phase == Phase::released && event.volume == Decided::Volume::there) {
      auto const alive = at_rest(was_);
      return Transition(name_, alive, setting_)(event);
    }
    auto const* act = std::get_if<Act>(&event.decision);
    auto change = act != nullptr ? act_decided(event, *act) : rest_decided(event);
    if (was_.phase != Phase::leaving) return change;
    if (change.life.phase == Phase::leaving && stays_after_all(event)) change.life = at_rest(std::move(change.life));
    change.wake = change.wake || change.life.phase != Phase::leaving;
    return change;
  }

  LifeChange operator()(Acted const& event) const {
    bool const directory_is_dealt_with = event.purpose == Purpose::release || event.purpose == Purpose::leave ||
                                         event.purpose == Purpose::undo ||
                                         (event.purpose == Purpose::settle && !event.volume);
    if (!directory_is_dealt_with) return {was_, false, false};
    if (!was_.seen) return {given_up(was_), true, was_.intent.has_value()};
    auto life = at_rest(was_);
    life.phase = Phase::released;
    return {std::move(life), true, false};
  }

  LifeChange operator()(IntentWritten const& event) const {
    auto life = was_;
    life.intent = event.directory;
    return {std::move(life), false, false};
  }

  LifeChange operator()(IntentResumed const& event) const {
    auto life = was_;
    life.intent = event.directory;
    if (life.seen) return {std::move(life), false, true};
    life.phase = Phase::making;
    life.taken = take(name_, event.directory, event.claim);
    return {std::move(life), false, true};
  }

  LifeChange operator()(IntentGone const&) const {
    auto life = was_;
    life.intent = std::nullopt;
    life.doubtful_until = std::nullopt;
    return {std::move(life), false, false};
  }

  LifeChange operator()(Lost const& event) const {
    if (!is_blank(was_)) return {was_, false, false};
    auto life = was_;
    life.phase = Phase::lost;
    life.lost = std::make_shared<LostVolume const>(event.volume);
    life.taken = hold_lost(name_, event.volume);
    return {std::move(life), false, true};
  }

  LifeChange operator()(Doubted const& event) const {
    auto life = was_;
    life.doubtful_until = event.until;
    return {std::move(life), false, false};
  }

 private:
  LifeChange act_decided(Decided const& event, Act const& act) const {
    auto life = was_;
    life.phase = phase_of(act.purpose, was_.phase);
    if (act.purpose == Purpose::provision) life.lost = nullptr;
    if (act.takes) life.taken = take(name_, {event.export_index, act.takes->path}, act.takes->claim);
    if (act.purpose == Purpose::leave) life.taken = was_.seen ? nullptr : as_held(life);
    // What moved its directory is over; something else is under way, for a volume that is there. (To settle the intent
    // of one that is not there is to give its directory up.)
    bool const gives_up = act.purpose == Purpose::settle && event.volume == Decided::Volume::none;
    bool const other = !takes_directory(act.purpose) && !gives_up;
    if (other && moves_directory(life.phase) && was_.seen) return {at_rest(std::move(life)), true, true};
    auto const before = holding(was_);
    auto const after = holding(life);
    // It was begun elsewhere: who waits for it there need not any more.
    bool const moved = before && (!after || before->directory != after->directory);
    return {std::move(life), moved, true};
  }

  LifeChange rest_decided(Decided const& event) const {
    // A volume that the watch shows meanwhile is there, although the decision knew of none.
    if (was_.seen) {
      if (!moves_directory(was_.phase)) return {was_, false, true};
      return {at_rest(was_), true, true};
    }
    if (was_.intent) return {was_, false, true};
    if (was_.ended || event.volume == Decided::Volume::none) return {given_up(was_), true, true};
    return {was_, false, true};
  }

  // What it holds, whoever shows it from now on.
  [[nodiscard]] std::shared_ptr<Holding const> as_held(Life const& life) const {
    auto held = holding(life);
    if (held && life.phase == Phase::leaving) held->occupant.motion = Motion::leaves;
    return held ? std::make_shared<Holding const>(std::move(*held)) : nullptr;
  }

  // The same of a volume that is gone, and whose directory is to be given back yet.
  [[nodiscard]] std::shared_ptr<Holding const> held_on(Life const& life) const {
    auto held = holding(life);
    if (!held) return nullptr;
    held->occupant.deletes = true;
    held->occupant.motion = Motion::moves;
    return std::make_shared<Holding const>(std::move(*held));
  }

  std::string_view name_;
  Life const& was_;
  LifeSetting const& setting_;
};

}  // namespace

LifeChange next(std::string_view name, Life const& life, LifeEvent const& event, LifeSetting const& setting) {
  return std::visit(Transition(name, life, setting), event);
}

std::optional<Holding> holding(Life const& life) {
  if (life.phase == Phase::released) return std::nullopt;
  std::optional<Holding> held;
  if (life.taken) {
    held = *life.taken;
  } else if (life.shown) {
    held = *life.shown;
    if (life.phase == Phase::leaving) held->occupant.motion = Motion::leaves;
  }
  if (held && life.begun_elsewhere) {
    held->also = life.begun_elsewhere;
    held->occupant.motion = Motion::moves;
  }
  if (held) held->occupant.unreadable = life.unreadable;
  return held;
}

Life shown_anew(Life life, k8s::Volume const& volume, LifeSetting const& setting) {
  life.shown = holding_of(volume, setting);
  return life;
}

bool is_plain(Life const& life) {
  if (!life.seen || (life.shown && life.shown->also)) return false;
  return is_blank(unseen(life));
}

bool may_be_anywhere(Life const& life) {
  return life.unreadable && !life.seen && !life.taken;
}

bool is_blank(Life const& life) {
  return life.phase == Phase::idle && !life.seen && !life.taken && !life.intent && !life.doubtful_until &&
         !life.begun_elsewhere && !life.ended && !life.unreadable;
}

bool holds_unseen(Life const& life) {
  return !life.seen && !life.ended && life.taken != nullptr;
}

}  // namespace nfs
