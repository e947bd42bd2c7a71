#include "provisioner/app/reconciler.hpp"

#include <fmt/format.h>

#include "provisioner/core/naming.hpp"
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

// Whether what was begun for a volume that is not there is given up.
bool gives_up(Act const& act) {
  return std::holds_alternative<UndoDirectory>(act.actions.front()) ||
         std::holds_alternative<SettleIntent>(act.actions.front());
}

Verdict later(k8s::Error const& error) {
  return TryAgain{error.retry_after.value_or(std::chrono::milliseconds{0})};
}

}  // namespace

Reconciler::Reconciler(Workshop& shop, std::size_t home, std::unique_ptr<k8s::Connection> connection)
    : shop_(shop),
      home_(home),
      site_(*shop.sites[home]),
      client_(std::move(connection)),
      executor_(client_, site_, shop.view, shop.tell, shop.program_version, shop.clock, shop.log, shop.observer) {}

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
  bool anew = !subject.volume && (site_.intents().contains(name) || shop_.ledger.holds_unseen(name));
  for (int round = 0; round < most_rounds; ++round) {
    if (anew) {
      auto fresh = read_anew(name, subject, stop);
      if (!fresh) return later(fresh.error());
      subject = std::move(*fresh);
    }
    auto const premises = premises_of(subject, shop_, client_, stop);
    if (!premises) return cannot_look_up(name, premises.error());
    anew = true;
    if (!*premises) continue;
    auto const decision = decide(name, subject, **premises);
    auto const* act = std::get_if<Act>(&decision);
    if (act == nullptr) return rest(name, subject, decision);
    auto const next = carry_out(name, subject, *act, stop);
    if (auto const* verdict = std::get_if<Verdict>(&next)) return *verdict;
    anew = std::holds_alternative<OnFreshObjects>(next);
  }
  return TryAgain{};
}

Verdict Reconciler::cannot_look_up(std::string const& name, k8s::Error const& error) {
  if (!error.is(k8s::ErrorKind::cancelled))
    shop_.log.warning("cannot look up what is to be done now", {{"volume", name}, {"error", error.message}});
  return later(error);
}

Verdict Reconciler::rest(std::string const& name, Subject const& subject, Decision const& decision) {
  if (auto const* leave = std::get_if<LeaveAlone>(&decision)) {
    shop_.log.debug("left alone", {{"volume", name}, {"why", leave->why}});
    return until_gone(name);
  }
  if (auto const* wait = std::get_if<Wait>(&decision)) {
    shop_.log.info("waiting", {{"volume", name}, {"why", wait->why}});
    if (wait->event) shop_.tell(*wait->event);
    return Settled{};
  }
  auto const& refuse = std::get<Refuse>(decision);
  shop_.log.warning("refused", {{"object", refuse.event.about.name_space + "/" + refuse.event.about.name},
                                {"volume", name},
                                {"why", refuse.event.message}});
  shop_.tell(refuse.event);
  count_failure(subject, "refused; its Events say why");
  return Settled{};
}

Reconciler::Next Reconciler::carry_out(std::string const& name, Subject const& subject, Act const& act,
                                       std::stop_token const& stop) {
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
    // What was undone has given up its directory only when there is nothing left to do, and its claim may want another.
    bool const undone = std::holds_alternative<UndoDirectory>(act.actions.back()) || (!subject.volume && gives_up(act));
    if (!undone && (subject.claim || subject.volume)) return until_gone(name);
    return OnTheSame{};
  }
  if (auto const* failed = std::get_if<Failed>(&outcome)) {
    shop_.log.warning("failed; to be tried again", {{"volume", name}, {"error", failed->message}});
    if (failed->worth_an_event) tell_failure(subject, failed->message);
    count_failure(subject, failed->cause);
    return TryAgain{failed->retry_after};
  }
  auto const* forbidden = std::get_if<Forbidden>(&outcome);
  if (forbidden != nullptr && !give_up_feature(act.actions[forbidden->action], forbidden->message)) {
    shop_.log.error("permission is missing; to be tried again", {{"volume", name}, {"answer", forbidden->message}});
    tell_failure(subject, forbidden->message);
    count_failure(subject, "a permission is missing");
    return TryAgain{};
  }
  shop_.log.debug("overtaken; reading anew", {{"volume", name}});
  return OnFreshObjects{};
}

}  // namespace nfs
