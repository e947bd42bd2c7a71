#include "provisioner/app/reconciler.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "provisioner/core/naming.hpp"
#include "provisioner/core/path_pattern.hpp"
#include "provisioner/core/volume_body.hpp"

namespace nfs {
namespace {

// Being overtaken again and again means that somebody else is at work on the object: let them finish.
constexpr int most_rounds = 5;

// The permission without which an action is left out by the next decision, and what is lost with it.
struct Feature {
  bool Permissions::*permission;
  std::string_view lost;
};

std::optional<Feature> feature_of(Action const& action) {
  constexpr std::string_view binding = "claims are left to kube-controller-manager to bind, as with binding=controller";
  if (std::holds_alternative<MarkVolumeBound>(action)) return Feature{&Permissions::patch_volume_status, binding};
  if (std::holds_alternative<BindClaim>(action)) return Feature{&Permissions::patch_claims, binding};
  if (std::holds_alternative<MarkClaimBound>(action)) return Feature{&Permissions::patch_claim_status, binding};
  if (std::holds_alternative<AddFinalizer>(action) || std::holds_alternative<ResizeVolume>(action))
    return Feature{&Permissions::patch_volumes, "volumes are made without our finalizer, and do not grow"};
  if (std::holds_alternative<ResizeClaim>(action))
    return Feature{&Permissions::patch_claim_status,
                   "claims do not grow, and are left to kube-controller-manager to bind, as with binding=controller"};
  return std::nullopt;
}

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

// Whether what was begun for a volume that is not there is given up.
bool gives_up(Act const& act) {
  return std::holds_alternative<UndoDirectory>(act.actions.front()) ||
         std::holds_alternative<SettleIntent>(act.actions.front());
}

}  // namespace

Reconciler::Reconciler(Workshop& shop, std::size_t home, std::unique_ptr<k8s::Connection> connection)
    : shop_(shop),
      home_(home),
      site_(*shop.sites[home]),
      client_(std::move(connection)),
      executor_(client_, site_, shop.view, shop.tell, shop.program_version, shop.clock, shop.log, shop.observer) {}

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
  auto decided =
      shop_.ledger.decide(name, home_, standing_of(name, subject), [&](std::vector<Occupancy> const& occupancies) {
        std::vector<ExportView> places;
        for (std::size_t i = 0; i < shop_.sites.size(); ++i)
          places.push_back({shop_.sites[i]->where(), ids[i], occupancies[i]});
        if (subject.claim) {
          auto const* its_class = subject.volume ? nullptr : premises.class_of_claim.get();
          auto const shared = its_class == nullptr ? std::nullopt : shared_directory_of(*subject.claim, *its_class);
          ClaimView const claim{.claim = *subject.claim,
                                .storage_class = premises.class_of_claim.get(),
                                .volume = subject.volume.get(),
                                .choosable_volume = premises.choosable_volume,
                                .intent_pending = site_.intents().contains(name),
                                .namespace_uid = premises.namespace_uid,
                                .archives = site_.archives_of(*subject.claim, shared)};
          auto const begun = subject.volume ? std::nullopt : site_.intents().path_of(name);
          if (begun && has_sharers(name, *begun, occupancies[home_], exists))
            return Decision{Act{{SettleIntent{name}}}};
          auto decision = nfs::decide(claim, places[home_], settings, exists);
          if (begun && gives_back(decision, *begun)) return undo(name, *begun, occupancies[home_]);
          if (!std::holds_alternative<LeaveAlone>(decision) || !subject.volume) return decision;
        }
        if (subject.volume) {
          bool const elsewhere =
              subject.claim && !subject.claim->volume_name.empty() && subject.claim->volume_name != name;
          auto decision = nfs::decide(VolumeView{*subject.volume, premises.class_of_volume.get(), elsewhere}, places,
                                      settings, exists);
          // Never used, and kept all the same: its directory is people's, and of the claim that adopts it.
          bool const kept = subject.volume->phase == "Released" && subject.volume->reclaim_policy != "Delete";
          if (kept && site_.intents().contains(name) && std::holds_alternative<LeaveAlone>(decision))
            return Decision{Act{{SettleIntent{name}}}};
          return decision;
        }
        if (auto const path = site_.intents().path_of(name)) return undo(name, *path, occupancies[home_]);
        return Decision{LeaveAlone{"neither claim nor volume is there any more"}};
      });
  for (auto const& freed : decided.freed) site_.queue().add(freed);
  return std::move(decided.decision);
}

k8s::Result<Subject> Reconciler::read_anew(std::string const& name, Subject const& subject, std::stop_token stop) {
  Subject fresh;
  if (subject.claim) {
    auto claim = client_.get<k8s::Claim>({subject.claim->meta.name_space, subject.claim->meta.name}, stop);
    if (!claim && !claim.error().not_found()) return claim.error();
    if (claim && claim->meta.uid == subject.claim->meta.uid) {
      shop_.view.wrote(*claim);
      fresh.claim = std::make_shared<k8s::Claim const>(std::move(*claim));
    }
  }
  auto volume = client_.get<k8s::Volume>({{}, name}, stop);
  if (!volume && !volume.error().not_found()) return volume.error();
  if (!volume) {
    shop_.view.volume_gone(name);
    return fresh;
  }
  shop_.view.wrote(*volume);
  fresh.volume = std::make_shared<k8s::Volume const>(std::move(*volume));
  return fresh;
}

bool Reconciler::give_up_feature(Action const& action, std::string const& message) {
  auto const feature = feature_of(action);
  if (!feature) return false;
  if (shop_.settings.withdraw(feature->permission))
    shop_.log.warning(fmt::format("permission is missing: {}", feature->lost), {{"answer", message}});
  return true;
}

void Reconciler::tell_failure(Subject const& subject, std::string const& message) {
  if (subject.claim && !(subject.volume && subject.volume->phase == "Released"))
    shop_.tell(
        {reference_to(*subject.claim), k8s::EventType::warning, std::string(names::provisioning_failed), message});
  else if (subject.volume)
    shop_.tell(
        {reference_to(*subject.volume), k8s::EventType::warning, std::string(names::volume_failed_delete), message});
}

void Reconciler::count_failure(Subject const& subject, std::string const& cause) {
  if (shop_.observer == nullptr) return;
  if (subject.claim && !(subject.volume && subject.volume->phase == "Released"))
    shop_.observer->provision_failed(*subject.claim, cause);
  else if (subject.volume)
    shop_.observer->delete_failed(*subject.volume, cause);
}

Verdict Reconciler::until_gone(std::string const& name) {
  // A volume that no watch has shown ends without a word: who waits for its directory would wait for ever.
  if (shop_.ledger.holds_unseen(name) || shop_.view.only_written(name)) return TryAgain{};
  return Settled{};
}

Verdict Reconciler::reconcile(std::string const& name, std::stop_token stop) {
  Subject subject{shop_.view.claim_of(name), shop_.view.volume(name)};
  // The volume may have been made, though the answer was lost: what was begun is not begun differently, nor undone.
  // The same where a watch lags so far behind that what we wrote counts no more: another claim would get the directory.
  if (!subject.volume && (site_.intents().contains(name) || shop_.ledger.holds_unseen(name))) {
    auto fresh = read_anew(name, subject, stop);
    if (!fresh) return TryAgain{fresh.error().retry_after.value_or(std::chrono::milliseconds{0})};
    subject = std::move(*fresh);
  }
  for (int round = 0; round < most_rounds; ++round) {
    auto const premises = premises_of(subject, shop_, client_, stop);
    if (!premises) {
      if (!premises.error().is(k8s::ErrorKind::cancelled))
        shop_.log.warning("cannot look up what is to be done now",
                          {{"volume", name}, {"error", premises.error().message}});
      return TryAgain{premises.error().retry_after.value_or(std::chrono::milliseconds{0})};
    }
    if (!*premises) {
      auto fresh = read_anew(name, subject, stop);
      if (!fresh) return TryAgain{fresh.error().retry_after.value_or(std::chrono::milliseconds{0})};
      subject = std::move(*fresh);
      continue;
    }
    auto const decision = decide(name, subject, **premises);
    if (auto const* leave = std::get_if<LeaveAlone>(&decision)) {
      shop_.log.debug("left alone", {{"volume", name}, {"why", leave->why}});
      return until_gone(name);
    }
    if (auto const* wait = std::get_if<Wait>(&decision)) {
      shop_.log.info("waiting", {{"volume", name}, {"why", wait->why}});
      if (wait->event) shop_.tell(*wait->event);
      return Settled{};
    }
    if (auto const* refuse = std::get_if<Refuse>(&decision)) {
      shop_.log.warning("refused", {{"object", refuse->event.about.name_space + "/" + refuse->event.about.name},
                                    {"volume", name},
                                    {"why", refuse->event.message}});
      shop_.tell(refuse->event);
      count_failure(subject, "refused; its Events say why");
      return Settled{};
    }
    auto const& act = std::get<Act>(decision);
    auto const doubt = site_.intents().doubtful_for(name, shop_.clock.steady());
    if (!subject.volume && gives_up(act) && doubt.count() > 0) {
      shop_.log.info("waiting: the volume may come to be yet, its request was not answered", {{"volume", name}});
      return TryAgain{doubt};
    }
    auto const outcome = executor_.run(act.actions, subject.claim, subject.volume, stop);
    // Not by our end: the term had run out, and may be renewed yet.
    if (std::holds_alternative<Cancelled>(outcome)) return stop.stop_requested() ? Verdict{Settled{}} : TryAgain{};
    if (std::holds_alternative<NotYet>(outcome)) return TryAgain{};
    if (std::holds_alternative<Done>(outcome)) {
      // What was undone has given up its directory only when there is nothing left to do, and its claim may want
      // another.
      bool const undone =
          std::holds_alternative<UndoDirectory>(act.actions.back()) || (!subject.volume && gives_up(act));
      if (!undone && (subject.claim || subject.volume)) return until_gone(name);
      continue;
    }
    if (auto const* failed = std::get_if<Failed>(&outcome)) {
      shop_.log.warning("failed; to be tried again", {{"volume", name}, {"error", failed->message}});
      if (failed->worth_an_event) tell_failure(subject, failed->message);
      count_failure(subject, failed->cause);
      return TryAgain{failed->retry_after};
    }
    if (auto const* forbidden = std::get_if<Forbidden>(&outcome)) {
      if (!give_up_feature(act.actions[forbidden->action], forbidden->message)) {
        shop_.log.error("permission is missing; to be tried again", {{"volume", name}, {"answer", forbidden->message}});
        tell_failure(subject, forbidden->message);
        count_failure(subject, "a permission is missing");
        return TryAgain{};
      }
    }
    shop_.log.debug("overtaken; reading anew", {{"volume", name}});
    auto fresh = read_anew(name, subject, stop);
    if (!fresh) return TryAgain{fresh.error().retry_after.value_or(std::chrono::milliseconds{0})};
    subject = std::move(*fresh);
  }
  return TryAgain{};
}

}  // namespace nfs
