#include "provisioner/app/ledger.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "provisioner/core/naming.hpp"
#include "provisioner/core/volume_body.hpp"

namespace nfs {
namespace {

std::string awaited(Decision const& decision) {
  if (auto const* wait = std::get_if<Wait>(&decision)) return wait->for_volume;
  if (auto const* refuse = std::get_if<Refuse>(&decision)) return refuse->for_volume;
  return {};
}

bool touches_directory(Action const& action) {
  return std::holds_alternative<ReleaseDirectory>(action) || std::holds_alternative<UndoDirectory>(action) ||
         std::holds_alternative<MakeDirectory>(action);
}

bool deletes_volume(Action const& action) {
  return std::holds_alternative<DeleteVolume>(action);
}

// Its volume goes, and nothing is done with its directory: others share it.
bool leaves_directory(Decision const& decision) {
  auto const* act = std::get_if<Act>(&decision);
  return act != nullptr && std::ranges::any_of(act->actions, deletes_volume) &&
         std::ranges::none_of(act->actions, touches_directory);
}

// Whether the directory that its volume was about to leave is its own again. What is left of a volume that went, an
// intent or a finalizer, is dealt with all the same.
bool keeps_directory(Decision const& decision, Ledger::Standing standing) {
  if (auto const* act = std::get_if<Act>(&decision))
    return standing == Ledger::Standing::volume || std::ranges::any_of(act->actions, touches_directory);
  return standing == Ledger::Standing::volume || !std::holds_alternative<LeaveAlone>(decision);
}

void append(std::vector<std::string>& all, std::vector<std::string> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// As the volume was named after it; gone by now.
std::string claim_uid_of(std::string_view volume) {
  constexpr std::string_view prefix = "pvc-";
  return std::string(volume.starts_with(prefix) ? volume.substr(prefix.size()) : volume);
}

// As that of a volume which is being made, or undone.
void set_in_motion(Occupant& occupant) {
  occupant.deletes = true;
  occupant.in_motion = true;
}

// Nobody will deal with its directory any more.
bool goes_by_itself(k8s::Volume const& volume) {
  return volume.meta.deleting() && !k8s::has_finalizer(volume.meta, names::finalizer);
}

}  // namespace

Ledger::Ledger(std::vector<Export> const& exports, std::string provisioner)
    : exports_(exports), provisioner_(std::move(provisioner)), occupancies_(exports.size()) {}

Ledger::Decided Ledger::decide(std::string const& name, std::size_t home, Standing standing, Decide const& decide) {
  auto const lock = std::scoped_lock(mutex_);
  Decided decided{decide(occupancies_), {}};
  note_leaving(name, standing, decided);
  if (auto const blocker = awaited(decided.decision); !blocker.empty()) waiting_[blocker].insert(name);
  if (auto const* act = std::get_if<Act>(&decided.decision)) {
    acting_.insert(name);
    releasing_.erase(name);
    auto const before = occupancies_[home].path_of(name);
    for (auto const& action : act->actions) take_directory(name, home, action);
    // It was begun elsewhere: whoever waits for it there need not any more.
    if (before && before != occupancies_[home].path_of(name)) append(decided.freed, take_waiting(name));
    if (!releasing_.contains(name)) append(decided.freed, catch_up(name));
    return decided;
  }
  acting_.erase(name);
  releasing_.erase(name);
  bool const went = went_.erase(name) != 0;
  // A volume that the watch has shown meanwhile stands, although the decision knew of none.
  if (!went && (standing != Standing::nothing || standing_.contains(name))) {
    append(decided.freed, catch_up(name));
    return decided;
  }
  edited_.erase(name);
  drop(name);
  append(decided.freed, take_waiting(name));
  return decided;
}

// One that stays after all frees those who waited for it to go: it may be waiting for them by now.
void Ledger::note_leaving(std::string const& name, Standing standing, Decided& decided) {
  bool const left = leaving_.contains(name);
  bool const leaves = leaves_directory(decided.decision) || (left && !keeps_directory(decided.decision, standing));
  if (leaves == left) return;
  if (leaves)
    leaving_.insert(name);
  else
    leaving_.erase(name);
  for (auto& occupancy : occupancies_)
    occupancy.change(name, [leaves](Occupant& occupant) { occupant.leaves = leaves; });
  if (!leaves) append(decided.freed, take_waiting(name));
}

void Ledger::take(std::string const& name, std::size_t home, RelativePath const& path,
                  k8s::ObjectReference const& claim) {
  occupancies_[home].put(path, Occupant{.volume = name,
                                        .claim_uid = claim.uid,
                                        .claim_namespace = claim.name_space,
                                        .claim_name = claim.name,
                                        .deletes = true,
                                        .in_motion = true});
}

void Ledger::take_directory(std::string const& name, std::size_t home, Action const& action) {
  if (auto const* make = std::get_if<MakeDirectory>(&action)) take(name, home, make->path, make->claim);
  if (auto const* release = std::get_if<ReleaseDirectory>(&action)) {
    take(name, home, release->path, release->claim);
    releasing_.insert(name);
  }
  if (auto const* undo = std::get_if<UndoDirectory>(&action); undo != nullptr && undo->path) {
    k8s::ObjectReference claim;
    claim.uid = claim_uid_of(name);
    take(name, home, *undo->path, claim);
    releasing_.insert(name);
  }
}

void Ledger::resume(Intent const& intent, std::size_t home) {
  auto const path = RelativePath::parse_internal(intent.path);
  auto const lock = std::scoped_lock(mutex_);
  if (standing_.contains(intent.volume) || !std::holds_alternative<RelativePath>(path)) return;
  k8s::ObjectReference claim;
  claim.uid = intent.claim_uid;
  claim.name_space = intent.claim_namespace;
  claim.name = intent.claim_name;
  take(intent.volume, home, std::get<RelativePath>(path), claim);
}

bool Ledger::holds_unseen(std::string_view name) {
  auto const lock = std::scoped_lock(mutex_);
  if (standing_.contains(name) || went_.contains(name)) return false;
  return std::ranges::any_of(occupancies_, [&](Occupancy const& occupancy) { return occupancy.holds(name); });
}

std::vector<std::string> Ledger::note(k8s::Change<k8s::Volume> const& change, bool intended) {
  auto const lock = std::scoped_lock(mutex_);
  auto const& name = (change.after ? change.after : change.before)->meta.name;
  if (change.after) {
    standing_.insert(name);
    went_.erase(name);
    if (releasing_.contains(name)) {
      edited_.insert_or_assign(name, change.after);
      return {};
    }
    edited_.erase(name);
    place(*change.after);
    return take_waiting(name);
  }
  standing_.erase(name);
  // Somebody may still be moving its directory away: the decision that this change brings about gives it up.
  if (acting_.contains(name)) {
    went_.insert(name);
    return {};
  }
  if (intended)
    for (auto& occupancy : occupancies_) occupancy.change(name, set_in_motion);
  else
    drop(name);
  return take_waiting(name);
}

std::vector<std::string> Ledger::catch_up(std::string const& name) {
  auto const edited = edited_.extract(name);
  if (!edited) return {};
  place(*edited.mapped());
  return take_waiting(name);
}

std::vector<std::string> Ledger::take_waiting(std::string_view volume) {
  auto const at = waiting_.find(volume);
  if (at == waiting_.end()) return {};
  std::vector<std::string> freed(at->second.begin(), at->second.end());
  waiting_.erase(at);
  return freed;
}

void Ledger::place(k8s::Volume const& volume) {
  for (std::size_t i = 0; i < exports_.size(); ++i) {
    auto path = directory_on(exports_[i], volume);
    if (!path) {
      occupancies_[i].erase(volume.meta.name);
      continue;
    }
    auto const claim = volume.claim_ref.value_or(k8s::ObjectReference{});
    auto const* uid = k8s::find(volume.meta.annotations, names::namespace_uid);
    occupancies_[i].put(std::move(*path),
                        Occupant{.volume = volume.meta.name,
                                 .claim_uid = claim.uid,
                                 .claim_namespace = claim.name_space,
                                 .claim_name = claim.name,
                                 .deletes = volume.reclaim_policy == "Delete" && provisioned_by(volume, provisioner_),
                                 .leaves = leaving_.contains(volume.meta.name) || goes_by_itself(volume),
                                 .namespace_uid = uid == nullptr ? std::string() : *uid,
                                 .kept_for = kept_for(volume)});
  }
}

void Ledger::drop(std::string_view volume) {
  if (auto const at = leaving_.find(volume); at != leaving_.end()) leaving_.erase(at);
  for (auto& occupancy : occupancies_) occupancy.erase(volume);
}

}  // namespace nfs
