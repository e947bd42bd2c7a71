#include "provisioner/controller/ledger.hpp"

#include <algorithm>
#include <utility>

namespace nfs {
namespace {

std::string awaited(Decision const& decision) {
  if (auto const* wait = std::get_if<Wait>(&decision)) return wait->for_volume;
  if (auto const* refuse = std::get_if<Refuse>(&decision)) return refuse->for_volume;
  return {};
}

// A directory that is free goes to one of those who wait for it. Of thousands, most would be looked at in vain.
constexpr std::size_t most_woken = 16;

bool takes(Decision const& decision) {
  auto const* act = std::get_if<Act>(&decision);
  return act != nullptr && act->takes.has_value();
}

}  // namespace

Ledger::Ledger(std::vector<Export> const& exports, std::string provisioner)
    : exports_(exports), provisioner_(std::move(provisioner)), ids_(exports.size()), occupancies_(exports.size()) {}

Ledger::Answer Ledger::decide(std::string const& name, std::size_t export_index, Decided::Volume volume,
                              Decide const& decide) {
  k8s::MutexLock const lock(mutex_);
  auto const life = life_of(name);
  Answer answer{decide({occupancies_, life}), {}};
  wait_for(name, awaited(answer.decision));
  bool const passed_on = relays_.erase(name) != 0 && !takes(answer.decision);
  bool const wake = happen(name, Decided{answer.decision, volume, export_index}).wake;
  if (wake || passed_on) answer.woken = take_waiting(name);
  return answer;
}

Ledger::Noted Ledger::acted(std::string const& name, Acted const& acted) {
  k8s::MutexLock const lock(mutex_);
  auto const changed = happen(name, acted);
  return {changed.wake ? take_waiting(name) : Names{}, changed.look};
}

Ledger::Noted Ledger::note(k8s::Change<k8s::Volume> const& change) {
  auto const& name = (change.after ? change.after : change.before)->meta.name;
  k8s::MutexLock const lock(mutex_);
  auto const changed = change.after ? happen(name, Seen{change.after}) : happen(name, Gone{});
  return {changed.wake ? take_waiting(name) : Names{}, changed.look};
}

void Ledger::set_aside(std::string const& volume) {
  k8s::MutexLock const lock(mutex_);
  happen(volume, SetAside{});
}

Ledger::Noted Ledger::unread_gone(std::string const& volume) {
  k8s::MutexLock const lock(mutex_);
  auto const life = life_of(volume);
  if (is_blank(life) || life.seen) return {};
  auto const changed = happen(volume, Gone{});
  return {changed.wake ? take_waiting(volume) : Names{}, changed.look};
}

void Ledger::intent_written(std::string const& name, Directory directory) {
  k8s::MutexLock const lock(mutex_);
  happen(name, IntentWritten{std::move(directory)});
}

void Ledger::intent_resumed(std::string const& name, Directory directory, k8s::ObjectReference const& claim) {
  k8s::MutexLock const lock(mutex_);
  happen(name, IntentResumed{std::move(directory), claim});
}

void Ledger::intent_gone(std::string const& name) {
  k8s::MutexLock const lock(mutex_);
  happen(name, IntentGone{});
}

bool Ledger::found_lost(std::string const& name, LostVolume const& volume) {
  k8s::MutexLock const lock(mutex_);
  return happen(name, Lost{volume}).look;
}

void Ledger::doubt(std::string const& name, k8s::SteadyTime until) {
  k8s::MutexLock const lock(mutex_);
  happen(name, Doubted{until.time_since_epoch()});
}

OrRefusal<Ledger::Names> Ledger::identified(std::size_t export_index, std::string const& id,
                                            EachVolume const& each_volume) {
  k8s::MutexLock const lock(mutex_);
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    if (i != export_index && ids_[i] == id) return one_and_the_same(exports_[i], exports_[export_index], id);
  }
  ids_[export_index] = id;
  Names placed;
  each_volume([&](k8s::Volume const& volume) REQUIRES(mutex_) {
    auto const& name = volume.meta.name;
    auto const before = life_of(name);
    if (!before.seen) return;  // note() will tell of it
    auto const after = shown_anew(before, volume, {exports_, ids_, provisioner_});
    keep(name, before, after);
    if (holding(after) && !holding(before)) placed.push_back(name);
  });
  std::ranges::sort(placed);
  return placed;
}

std::vector<std::string> Ledger::export_ids() const {
  k8s::MutexLock const lock(mutex_);
  return ids_;
}

Life Ledger::life(std::string_view name) const {
  k8s::MutexLock const lock(mutex_);
  return life_of(name);
}

std::set<std::string, std::less<>> Ledger::under_way() const {
  k8s::MutexLock const lock(mutex_);
  std::set<std::string, std::less<>> names;
  for (auto const& [name, life] : lives_) names.insert(name);
  return names;
}

Life Ledger::life_of(std::string_view name) const {
  if (auto const at = lives_.find(name); at != lives_.end()) return at->second;
  Life plain;
  plain.seen = placeless_.contains(name);
  for (std::size_t i = 0; i < occupancies_.size() && !plain.seen; ++i) {
    for (auto& [path, occupant] : occupancies_[i].of_volume(name)) {
      plain.seen = true;
      plain.shown = std::make_shared<Holding const>(Holding{{i, std::move(path)}, std::move(occupant)});
    }
  }
  return plain;
}

void Ledger::keep(std::string const& name, Life const& before, Life const& after) {
  hold(name, holding(before), holding(after));
  bool const plain = is_plain(after);
  if (plain && !after.shown) {
    placeless_.insert(name);
  } else {
    placeless_.erase(name);
  }
  if (plain || is_blank(after)) {
    lives_.erase(name);
  } else {
    lives_.insert_or_assign(name, after);
  }
}

LifeChange Ledger::happen(std::string const& name, LifeEvent const& event) {
  auto const before = life_of(name);
  auto change = next(name, before, event, {exports_, ids_, provisioner_});
  if (may_be_anywhere(before)) {
    for (auto& occupancy : occupancies_) occupancy.erase(name);
  }
  keep(name, before, change.life);
  if (may_be_anywhere(change.life)) {
    for (auto& occupancy : occupancies_) occupancy.put_unread(name);
  }
  return change;
}

void Ledger::hold(std::string const& name, std::optional<Holding> const& before, std::optional<Holding> const& after) {
  if (before == after) return;
  if (before) {
    occupancies_[before->directory.export_index].erase(name);
    if (before->also) occupancies_[before->also->export_index].erase(name);
  }
  if (!after) return;
  occupancies_[after->directory.export_index].put(after->directory.path, after->occupant);
  if (after->also) occupancies_[after->also->export_index].put_also(after->also->path, after->occupant);
}

void Ledger::wait_for(std::string const& name, std::string const& blocker) {
  if (auto const at = waits_for_.find(name); at != waits_for_.end()) {
    if (at->second == blocker) return;
    auto const others = waiting_.find(at->second);
    others->second.erase(name);
    if (others->second.empty()) waiting_.erase(others);
    waits_for_.erase(at);
  }
  if (blocker.empty()) return;
  waiting_[blocker].insert(name);
  waits_for_.emplace(name, blocker);
}

Ledger::Names Ledger::take_waiting(std::string_view blocker) {
  auto const at = waiting_.find(blocker);
  if (at == waiting_.end()) return {};
  auto waiters = std::move(at->second);
  waiting_.erase(at);
  Names woken;
  while (!waiters.empty() && woken.size() < most_woken) {
    woken.push_back(std::move(waiters.extract(waiters.begin()).value()));
    waits_for_.erase(woken.back());
  }
  if (waiters.empty()) return woken;
  for (auto const& name : waiters) waits_for_[name] = woken.front();
  relays_.insert(woken.front());
  waiting_[woken.front()].merge(waiters);
  return woken;
}

}  // namespace nfs
