#include "provisioner/core/decide.hpp"

#include <algorithm>
#include <utility>

#include "provisioner/core/binding.hpp"
#include "provisioner/core/expansion.hpp"
#include "provisioner/core/hand_over.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/volume_body.hpp"

namespace nfs {
namespace {

std::string with_names(Reason reason, std::string const& names) {
  std::string const text(to_string(reason));
  return names.empty() ? text : text + ": " + names;
}

Occupancy const& occupancy_of(Circumstances const& around) {
  return around.exports[around.export_index].occupancy;
}

// A request to create the volume may yet be carried out: what was begun for it stays until that is known.
Decision unless_in_doubt(Question const& question, Act act) {
  if (question.in_doubt.count() == 0) return act;
  return Wait{.reason = Reason::creation_in_doubt, .again_after = question.in_doubt};
}

// What was begun, and nobody needs. Where another volume stands inside it by now (it adopted what was kept), nothing of
// the directory is ours to undo any more.
Decision give_back(Question const& question, RelativePath const& path, Circumstances const& around) {
  for (auto const& [where, who] : occupancy_of(around).overlapping(path)) {
    if (who.volume == question.name || !path.contains(where) || is_over(who, around.claim_exists)) continue;
    return unless_in_doubt(question, {Purpose::settle, {ForgetIntent{question.name}}});
  }
  k8s::ObjectReference claim;
  claim.uid = claim_uid_in(question.name);
  return unless_in_doubt(question, {Purpose::undo, {UndoDirectory{question.name}}, Taken{path, claim}});
}

// Whether others use the directory that was begun. That is so only once its volume was there: it is theirs by now.
bool has_sharers(Question const& question, RelativePath const& path, Circumstances const& around) {
  return std::ranges::any_of(occupancy_of(around).overlapping(path), [&](Occupancy::Entry const& each) {
    auto const& who = each.occupant;
    bool const in_use = who.claim_uid.empty() || around.claim_exists(who.claim_uid);
    return who.volume != question.name && each.path == path && in_use;
  });
}

// Whether what was begun is to be given back before anything else: it is held against others, also against the release
// that this claim waits for.
bool is_in_the_way(Decision const& decision, RelativePath const& begun) {
  if (std::holds_alternative<Wait>(decision) || std::holds_alternative<Refuse>(decision)) return true;
  auto const* act = std::get_if<Act>(&decision);
  return act != nullptr && act->takes && act->takes->path != begun;
}

// Whether the claim has had the volume, which is gone: etcd was restored from a backup. What stands in the directory is
// the claim's, and stays; but nobody has to wait for it.
bool has_lost_volume(Question const& question) {
  auto const& claim = *question.claim;
  return claim.volume_name == question.name && !claim.meta.deleting() && (is_bound(claim) || claim.phase == "Lost");
}

Decision for_claim(Question const& question, Circumstances const& around) {
  auto const begun = question.volume == nullptr ? question.intent : std::nullopt;
  if (begun && has_sharers(question, *begun, around)) {
    return unless_in_doubt(question, {Purpose::settle, {ForgetIntent{question.name}}});
  }
  if (begun && has_lost_volume(question)) {
    return unless_in_doubt(question, {Purpose::settle, {SettleIntent{question.name}}});
  }
  ClaimView const view{.claim = *question.claim,
                       .storage_class = question.class_of_claim,
                       .class_unreadable = question.class_of_claim_unreadable,
                       .volume = question.volume,
                       .choosable_volume = question.choosable_volume,
                       .intent_pending = question.intent.has_value(),
                       .namespace_uid = question.namespace_uid,
                       .archives = question.archives,
                       .archives_known = question.archives_known,
                       .records_here = question.records_here,
                       .namespace_made_at = question.namespace_made_at,
                       .has_taken_over = question.has_taken_over};
  auto decision = decide_claim(view, around.exports[around.export_index], around.settings, around.claim_exists);
  if (begun && is_in_the_way(decision, *begun)) return give_back(question, *begun, around);
  return decision;
}

// First what the export's records say of it: the notes tell that this was done.
Act hand_over(Question const& question, k8s::Claim const& holder, k8s::StringMap notes) {
  Act act{Purpose::hand_over, {}};
  if (changed_hands(*question.volume)) {
    if (question.intent) act.actions.emplace_back(SettleIntent{question.name});
    act.actions.emplace_back(
        RecordHolder{question.name, reference_to(holder), question.namespace_uid, k8s::class_name(holder)});
  }
  act.actions.emplace_back(AnnotateVolume{question.name, std::move(notes)});
  return act;
}

// What the claim that the volume is bound to has to be given yet. Where it is the claim that the volume is named after,
// decide_claim() has seen to all but the notes. nullopt: nothing.
std::optional<Act> for_holder(Question const& question, k8s::Claim const& holder, Settings const& settings) {
  auto const& volume = *question.volume;
  if (!provisioned_by(volume, settings.provisioner)) return std::nullopt;
  if (auto notes = missing_notes(volume, holder, question.namespace_uid, settings); !notes.empty()) {
    return hand_over(question, holder, std::move(notes));
  }
  bool const bound_to_it = is_bound(holder) && holder.volume_name == question.name && volume.phase == "Bound";
  if (&holder == question.claim || !bound_to_it || volume.meta.deleting()) return std::nullopt;
  Act act{Purpose::grow, expansion_steps(holder, volume, question.class_of_volume, settings)};
  if (act.actions.empty() && question.intent) act = {Purpose::settle, {SettleIntent{question.name}}};
  if (act.actions.empty()) return std::nullopt;
  return act;
}

Decision for_volume(Question const& question, Circumstances const& around) {
  auto const& volume = *question.volume;
  auto const* holder = question.holder;
  bool const elsewhere = holder != nullptr && !holder->volume_name.empty() && holder->volume_name != question.name;
  auto decision = decide_volume(VolumeView{.volume = volume,
                                           .storage_class = question.class_of_volume,
                                           .claim_went_elsewhere = elsewhere,
                                           .claim_is_gone = question.claim_is_gone,
                                           .class_unreadable = question.class_of_volume_unreadable,
                                           .namespace_uid = question.namespace_uid},
                                around.exports, around.settings, around.claim_exists);
  // Nobody used it, and people keep it: by policy Retain, or by taking it from its claim. Its directory waits for the
  // next claim, so the intent has done its work.
  bool const given_free = !volume.claim_ref || volume.claim_ref->uid.empty();
  bool const kept = given_free || (volume.phase == "Released" && volume.reclaim_policy != "Delete");
  if (kept && question.intent && std::holds_alternative<LeaveAlone>(decision)) {
    return Act{Purpose::settle, {SettleIntent{question.name}}};
  }
  if (holder != nullptr && std::holds_alternative<LeaveAlone>(decision)) {
    if (auto act = for_holder(question, *holder, around.settings)) return std::move(*act);
  }
  return decision;
}

// Where somebody else has bound the volume, it is noted on it what it is when its intent is settled.
Decision with_notes(Question const& question, Decision decision, Settings const& settings) {
  auto* act = std::get_if<Act>(&decision);
  bool const settles = act != nullptr && act->purpose == Purpose::settle;
  if (!settles || question.volume == nullptr || question.holder != question.claim) return decision;
  auto notes = missing_notes(*question.volume, *question.claim, question.namespace_uid, settings);
  if (!notes.empty()) act->actions.emplace_back(AnnotateVolume{question.name, std::move(notes)});
  return decision;
}

// Whether the volume that is named after the claim is somebody else's by now.
bool was_given_away(Question const& question) {
  return question.claim != nullptr && question.volume != nullptr && question.volume->claim_ref &&
         !made_for(*question.volume, *question.claim);
}

Decision for_what_is_there(Question const& question, Circumstances const& around) {
  // What is to be done for whoever has the volume now does not wait for what the earlier claim lacks.
  if (was_given_away(question)) {
    auto decision = for_volume(question, around);
    if (std::holds_alternative<Act>(decision)) return decision;
  }
  if (question.claim != nullptr) {
    auto decision = with_notes(question, for_claim(question, around), around.settings);
    if (question.volume == nullptr || !std::holds_alternative<LeaveAlone>(decision)) return decision;
  }
  if (question.volume != nullptr) return for_volume(question, around);
  if (question.intent) return give_back(question, *question.intent, around);
  return LeaveAlone{Reason::nothing_there};
}

// The volume went without its release. Its directory stays, with a record that keeps it for the claim; unless another
// volume has the very same one by now.
Decision keep_lost(std::string const& name, LostVolume const& lost, Circumstances const& around) {
  auto const& path = lost.directory.path;
  for (auto const& [where, who] : occupancy_of(around).overlapping(path)) {
    if (who.volume == name || where != path || is_over(who, around.claim_exists)) continue;
    if (who.motion != Motion::none) return Wait{Reason::directory_being_taken, who.volume};
    // A restore of etcd may have brought that one back: its release asks the records whose the directory is.
    if (is_going(who, around.claim_exists)) return Wait{Reason::sharer_goes_first, who.volume};
    return Act{Purpose::leave, {LeaveDirectory{name}}};
  }
  ReleaseDirectory keep{.volume = name,
                        .path = path,
                        .policy = OnDelete::retain,
                        .claim = lost.claim,
                        .namespace_uid = lost.namespace_uid,
                        .storage_class = lost.storage_class,
                        .requested_storage = {},
                        .retention = {}};
  return Act{Purpose::release, {KeepLostDirectory{std::move(keep)}}, Taken{path, lost.claim}};
}

}  // namespace

std::string why(LeaveAlone const& leave) {
  return with_names(leave.reason, leave.details);
}

std::string why(Wait const& wait) {
  return wait.event ? wait.event->message : with_names(wait.reason, wait.for_volume);
}

Decision decide(Question const& question, Circumstances const& around) {
  auto decision = for_what_is_there(question, around);
  if (!question.lost || question.volume != nullptr) return decision;
  // Its volume is made again at another directory where the class or the claim has changed.
  auto const* act = std::get_if<Act>(&decision);
  bool const goes_on = act != nullptr && act->takes && act->takes->path == question.lost->directory.path;
  return goes_on ? decision : keep_lost(question.name, *question.lost, around);
}

}  // namespace nfs
