#include <algorithm>
#include <utility>

#include "provisioner/app/reconciler.hpp"
#include "provisioner/core/path_pattern.hpp"

namespace nfs {
namespace {

// What was begun for a claim that is gone. Where another volume stands by now (it adopted what was kept), nothing of
// the directory is ours to undo any more.
Decision undo(std::string const& name, RelativePath const& path, Occupancy const& occupancy) {
  for (auto const& [where, who] : occupancy.overlapping(path))
    if (who.volume != name && path.contains(where)) return Act{{SettleIntent{name}}};
  return Act{{UndoDirectory{name, path}}};
}

// Whether others use the directory that was begun, which happens once its volume was there: it is theirs by now.
bool has_sharers(std::string const& name, RelativePath const& path, Occupancy const& occupancy,
                 ClaimExists const& exists) {
  return std::ranges::any_of(occupancy.overlapping(path), [&](Occupancy::Entry const& each) {
    auto const& who = each.occupant;
    return who.volume != name && each.path == path && (who.claim_uid.empty() || exists(who.claim_uid));
  });
}

// Whether the directory that was begun at `begun` is now to be made at another place.
bool makes_elsewhere(Decision const& decision, RelativePath const& begun) {
  auto const* act = std::get_if<Act>(&decision);
  return act != nullptr && std::ranges::any_of(act->actions, [&](auto const& each) {
           auto const* make = std::get_if<MakeDirectory>(&each);
           return make != nullptr && make->path.text() != begun.text();
         });
}

// Whether what was begun at `begun` is to be given back before anything else: it is held against others, also against
// the release that this claim waits for.
bool gives_back(Decision const& decision, RelativePath const& begun) {
  return std::holds_alternative<Wait>(decision) || std::holds_alternative<Refuse>(decision) ||
         makes_elsewhere(decision, begun);
}

}  // namespace

Ledger::Standing Reconciler::standing_of(std::string const& name, Subject const& subject) const {
  if (subject.volume && !subject.volume->meta.deleting()) return Ledger::Standing::volume;
  bool const something = subject.volume != nullptr || site_.intents().contains(name);
  return something ? Ledger::Standing::going : Ledger::Standing::nothing;
}

Decision Reconciler::decide(std::string const& name, Subject const& subject, Premises const& premises) {
  auto const settings = shop_.settings.current();
  std::vector<std::string> ids;
  for (auto const& site : shop_.sites) ids.push_back(site->id());
  ClaimExists const exists = [this](std::string_view uid) { return shop_.view.claim_exists(uid); };
  auto const decide_now = [&](std::vector<Occupancy> const& occupancies) {
    std::vector<ExportView> places;
    for (std::size_t i = 0; i < shop_.sites.size(); ++i)
      places.push_back({shop_.sites[i]->where(), ids[i], occupancies[i]});
    return decide(name, subject, premises, {places, settings, exists});
  };
  auto decided = shop_.ledger.decide(name, home_, standing_of(name, subject), decide_now);
  for (auto const& freed : decided.freed) site_.queue().add(freed);
  return std::move(decided.decision);
}

Decision Reconciler::decide(std::string const& name, Subject const& subject, Premises const& premises,
                            Sight const& sight) {
  if (subject.claim) {
    auto decision = decide_on_claim(name, subject, premises, sight);
    if (!std::holds_alternative<LeaveAlone>(decision) || !subject.volume) return decision;
  }
  if (subject.volume) return decide_on_volume(name, subject, premises, sight);
  if (auto const path = site_.intents().path_of(name)) return undo(name, *path, sight.places[home_].occupancy);
  return LeaveAlone{"neither claim nor volume is there any more"};
}

Decision Reconciler::decide_on_claim(std::string const& name, Subject const& subject, Premises const& premises,
                                     Sight const& sight) {
  auto const& place = sight.places[home_];
  auto const begun = subject.volume ? std::nullopt : site_.intents().path_of(name);
  if (begun && has_sharers(name, *begun, place.occupancy, sight.exists)) return Act{{SettleIntent{name}}};
  auto const* its_class = subject.volume ? nullptr : premises.class_of_claim.get();
  auto const shared = its_class == nullptr ? std::nullopt : shared_directory_of(*subject.claim, *its_class);
  ClaimView const claim{.claim = *subject.claim,
                        .storage_class = premises.class_of_claim.get(),
                        .volume = subject.volume.get(),
                        .choosable_volume = premises.choosable_volume,
                        .intent_pending = site_.intents().contains(name),
                        .namespace_uid = premises.namespace_uid,
                        .archives = site_.archives_of(*subject.claim, shared)};
  auto decision = nfs::decide(claim, place, sight.settings, sight.exists);
  if (begun && gives_back(decision, *begun)) return undo(name, *begun, place.occupancy);
  return decision;
}

Decision Reconciler::decide_on_volume(std::string const& name, Subject const& subject, Premises const& premises,
                                      Sight const& sight) {
  auto const& volume = *subject.volume;
  bool const elsewhere = subject.claim && !subject.claim->volume_name.empty() && subject.claim->volume_name != name;
  auto decision = nfs::decide(VolumeView{volume, premises.class_of_volume.get(), elsewhere}, sight.places,
                              sight.settings, sight.exists);
  // Never used, and kept all the same: its directory is people's, and of the claim that adopts it.
  bool const kept = volume.phase == "Released" && volume.reclaim_policy != "Delete";
  if (kept && site_.intents().contains(name) && std::holds_alternative<LeaveAlone>(decision))
    return Act{{SettleIntent{name}}};
  return decision;
}

}  // namespace nfs
