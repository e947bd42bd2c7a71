#include "provisioner/app/ledger.hpp"

#include "provisioner/core/volume_body.hpp"

namespace nfs {
namespace {

std::string awaited(Decision const& decision) {
  if (auto const* wait = std::get_if<Wait>(&decision)) return wait->for_volume;
  if (auto const* refuse = std::get_if<Refuse>(&decision)) return refuse->for_volume;
  return {};
}

MakeDirectory const* directory_made(Decision const& decision) {
  auto const* act = std::get_if<Act>(&decision);
  if (act == nullptr) return nullptr;
  for (auto const& action : act->actions)
    if (auto const* make = std::get_if<MakeDirectory>(&action)) return make;
  return nullptr;
}

}  // namespace

Ledger::Ledger(std::vector<Export> const& exports, std::string provisioner)
    : exports_(exports), provisioner_(std::move(provisioner)), occupancies_(exports.size()) {}

Ledger::Decided Ledger::decide(std::string const& name, std::size_t home, bool volume_exists, Decide const& decide) {
  auto const lock = std::scoped_lock(mutex_);
  Decided decided{decide(occupancies_), {}};
  if (auto const blocker = awaited(decided.decision); !blocker.empty()) waiting_[blocker].insert(name);
  if (auto const* make = directory_made(decided.decision)) {
    occupancies_[home].put(make->path, Occupant{.volume = name,
                                                .claim_uid = make->claim.uid,
                                                .claim_namespace = make->claim.name_space,
                                                .claim_name = make->claim.name,
                                                .deletes = true});
  } else if (!volume_exists && !std::holds_alternative<Act>(decided.decision)) {
    drop(name);
    decided.freed = take_waiting(name);
  }
  return decided;
}

std::vector<std::string> Ledger::note(k8s::Change<k8s::Volume> const& change) {
  auto const lock = std::scoped_lock(mutex_);
  auto const& name = (change.after ? change.after : change.before)->meta.name;
  if (change.after)
    place(*change.after);
  else
    drop(name);
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
    occupancies_[i].put(std::move(*path),
                        Occupant{.volume = volume.meta.name,
                                 .claim_uid = claim.uid,
                                 .claim_namespace = claim.name_space,
                                 .claim_name = claim.name,
                                 .deletes = volume.reclaim_policy == "Delete" && provisioned_by(volume, provisioner_)});
  }
}

void Ledger::drop(std::string_view volume) {
  for (auto& occupancy : occupancies_) occupancy.erase(volume);
}

}  // namespace nfs
