#include "provisioner/app/reconciler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>
#include <utility>

#include "provisioner/core/naming.hpp"
#include "provisioner/core/path_pattern.hpp"
#include "provisioner/core/unread_volume.hpp"
#include "provisioner/core/volume_body.hpp"

namespace nfs {
namespace {

// Being overtaken again and again means that somebody else is at work on the object: let them finish.
constexpr int most_rounds = 5;

// The permission without which an action is left out by the next decision. Null: there is no doing without it.
bool Permissions::*permission_of(Action const& action) {
  if (std::holds_alternative<MarkVolumeBound>(action)) return &Permissions::patch_volume_status;
  if (std::holds_alternative<MarkVolumeReleased>(action)) return &Permissions::patch_volume_status;
  if (std::holds_alternative<BindClaim>(action)) return &Permissions::patch_claims;
  if (std::holds_alternative<MarkClaimBound>(action)) return &Permissions::patch_claim_status;
  if (std::holds_alternative<ResizeClaim>(action)) return &Permissions::patch_claim_status;
  if (std::holds_alternative<AddFinalizer>(action)) return &Permissions::patch_volumes;
  if (std::holds_alternative<ResizeVolume>(action)) return &Permissions::patch_volumes;
  return nullptr;
}

Decided::Volume presence_of(VolumePointer const& volume) {
  if (!volume) return Decided::Volume::none;
  return volume->meta.deleting() ? Decided::Volume::deleting : Decided::Volume::there;
}

std::chrono::milliseconds time_until(Instant then, k8s::SteadyTime now) {
  auto const left = then - Instant(now.time_since_epoch());
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(left), std::chrono::milliseconds{0});
}

// Nobody knows why, and nobody asked us to wait.
bool may_pass_at_once(k8s::Error const& error) {
  bool const failed = error.is(k8s::ErrorKind::transport) || (error.is(k8s::ErrorKind::api) && error.code >= 500);
  return failed && !error.retry_after;
}

// A read that failed is asked once more at once. Where a good part of all requests fails, a claim needs several in a
// row to succeed: each back-off saved is one less that doubles.
template <class Read>
std::invoke_result_t<Read> read_again_if_failed(Read read) {
  auto result = read();
  return result.has_value() || !may_pass_at_once(result.error()) ? std::move(result) : read();
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
      executor_(client_, site_, home, shop.ledger, shop.view, shop.tell, shop.program_version, shop.clock, shop.log,
                shop.observer) {}

k8s::Result<Subject> Reconciler::read_anew(std::string const& name, Subject const& subject, std::stop_token stop) {
  Subject fresh;
  if (subject.claim) {
    auto claim = client_.get<k8s::Claim>({subject.claim->meta.name_space, subject.claim->meta.name}, stop);
    if (claim.has_error() && !claim.error().not_found()) return claim.error();
    if (claim.has_value() && claim->meta.uid == subject.claim->meta.uid) {
      shop_.view.wrote(*claim);
      fresh.claim = std::make_shared<k8s::Claim const>(std::move(*claim));
      fresh.claim_is_whole = true;
    }
  }
  auto volume = client_.get<k8s::Volume>({{}, name}, stop);
  if (volume.has_error() && !volume.error().not_found()) return volume.error();
  if (volume.has_error()) {
    shop_.view.volume_gone(name);
    return fresh;
  }
  shop_.view.wrote(*volume);
  fresh.volume = std::make_shared<k8s::Volume const>(std::move(*volume));
  return fresh;
}

std::optional<Verdict> Reconciler::refused(std::string const& name, Subject const& subject, Action const& action,
                                           std::string const& answer, std::stop_token const& stop) {
  auto const permission = permission_of(action);
  auto const ruling =
      permission == nullptr ? Ruling::about_object : shop_.permissions.ask_about(permission, client_, stop);
  if (ruling == Ruling::missing) return std::nullopt;
  shop_.log.warning("refused by the API server; to be tried again", {{"volume", name}, {"answer", answer}});
  // Whether it is this object's alone is not known yet, but will be when it is tried again.
  if (ruling == Ruling::unknown) return TryAgain{};
  tell_failure(subject, answer);
  count_failure(subject, "the API server refused a request");
  return TryAgain{};
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

Verdict Reconciler::settled_or_unseen(std::string const& name) {
  // No watch has shown the volume, so no watch will show its end: those who wait for its directory would wait for ever.
  if (holds_unseen(shop_.ledger.life(name)) || shop_.view.only_written(name)) return TryAgain{};
  return Settled{};
}

// What was begun may have been done although the answer was lost, and a watch may lag: it is not begun differently, nor
// undone, before the API server has said what is there. Nor is a volume released twice, nor a claim that is called Lost
// set Bound again and again to a volume that only our watch still shows.
bool Reconciler::must_read(std::string const& name, Subject const& subject) const {
  if (subject.claim && subject.volume && subject.claim->phase == "Lost") return true;
  auto const life = shop_.ledger.life(name);
  if (life.phase == Phase::released) return subject.volume && !subject.volume->meta.deleting();
  return !subject.volume && (life.intent || holds_unseen(life));
}

Verdict Reconciler::reconcile(std::string const& name, std::stop_token stop) {
  // Looked at again when it can be read, or has gone. What was taken for it stays taken.
  if (shop_.view.is_unreadable(name)) {
    shop_.log.debug("left alone: the claim or the volume cannot be read", {{"volume", name}});
    return Settled{};
  }
  Subject subject{shop_.view.claim_of(name), shop_.view.volume(name), false};
  bool fresh = must_read(name, subject);
  for (int round = 0; round < most_rounds; ++round) {
    if (fresh) {
      auto read = read_again_if_failed([&] { return read_anew(name, subject, stop); });
      if (read.has_error()) return later(read.error());
      subject = std::move(*read);
    }
    auto const premises = read_again_if_failed([&] { return premises_of(subject, shop_, client_, stop); });
    if (premises.has_error()) return cannot_look_up(name, premises.error());
    fresh = true;
    if (!*premises) continue;
    if ((*premises)->whole_claim) {
      subject.claim = (*premises)->whole_claim;
      subject.claim_is_whole = true;
    }
    auto const decision = decide(name, subject, **premises);
    auto const* act = std::get_if<Act>(&decision);
    if (act == nullptr) return leave_as_is(name, subject, decision);
    auto const outcome = executor_.run(act->actions, subject.claim, subject.volume, stop);
    fresh = !std::holds_alternative<Done>(outcome);
    if (auto const verdict = judge(name, subject, *act, outcome, stop)) return *verdict;
  }
  return TryAgain{};
}

Verdict Reconciler::cannot_look_up(std::string const& name, k8s::Error const& error) {
  if (!error.is(k8s::ErrorKind::cancelled))
    shop_.log.warning("cannot look up what is to be done now", {{"volume", name}, {"error", error.message}});
  return later(error);
}

Decision Reconciler::decide(std::string const& name, Subject const& subject, Premises const& premises) {
  auto const settings = shop_.settings.current();
  std::vector<std::string> ids;
  for (auto const& site : shop_.sites) ids.push_back(site->id());
  ClaimExists const exists = [this](std::string_view uid) { return shop_.view.claim_exists(uid); };
  // Before the ledger is locked, for all others wait then. Only what changed in between is looked up once more: a
  // directory that is free by now may be an archive by now.
  auto archives = archives_for(subject, premises);
  auto const decide_now = [&](Ledger::View const& view) {
    std::vector<ExportView> exports;
    for (std::size_t i = 0; i < shop_.sites.size(); ++i) {
      exports.push_back({shop_.sites[i]->where(), ids[i], view.occupancies[i]});
    }
    if (archives.version != site_.archives_version()) archives = archives_for(subject, premises);
    auto const asked = question(name, subject, premises, view.life, archives);
    auto decision = nfs::decide(asked, {exports, home_, settings, exists});
    return spare_unread(std::move(decision), view.occupancies[home_], subject.volume.get());
  };
  auto outcome = shop_.ledger.decide(name, home_, presence_of(subject.volume), decide_now);
  wake(outcome.woken);
  return std::move(outcome.decision);
}

KnownArchives Reconciler::archives_for(Subject const& subject, Premises const& premises) const {
  if (!subject.claim || subject.volume || !premises.class_of_claim) return {};
  return site_.archives_of(*subject.claim, shared_directory_of(*subject.claim, *premises.class_of_claim));
}

Question Reconciler::question(std::string const& name, Subject const& subject, Premises const& premises,
                              Life const& life, KnownArchives const& archives) const {
  Question asked{.name = name,
                 .claim = subject.claim.get(),
                 .volume = subject.volume.get(),
                 .class_of_claim = premises.class_of_claim.get(),
                 .class_of_volume = premises.class_of_volume.get(),
                 .class_of_claim_unreadable = premises.class_of_claim_unreadable,
                 .class_of_volume_unreadable = premises.class_of_volume_unreadable,
                 .choosable_volume = premises.choosable_volume,
                 .claim_is_gone = premises.claim_is_gone,
                 .namespace_uid = premises.namespace_uid,
                 .archives = archives.records,
                 .archives_known = archives.known};
  if (life.intent && life.intent->export_index == home_) asked.intent = life.intent->path;
  if (life.doubtful_until) asked.in_doubt = time_until(*life.doubtful_until, shop_.clock.steady());
  return asked;
}

void Reconciler::wake(Ledger::Names const& names) {
  for (auto const& name : names) site_.queue().add(name, shop_.view.namespace_of(name));
}

Verdict Reconciler::leave_as_is(std::string const& name, Subject const& subject, Decision const& decision) {
  if (auto const* leave = std::get_if<LeaveAlone>(&decision)) {
    shop_.log.debug("left alone", {{"volume", name}, {"why", why(*leave)}});
    return settled_or_unseen(name);
  }
  if (auto const* wait = std::get_if<Wait>(&decision)) {
    shop_.log.info("waiting", {{"volume", name}, {"why", why(*wait)}});
    if (wait->event) shop_.tell(*wait->event);
    if (wait->again_after.count() > 0) return TryAgain{wait->again_after};
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

Verdict Reconciler::done(std::string const& name, Act const& act, Subject const& subject) {
  auto const noted = shop_.ledger.acted(name, {act.purpose, subject.volume != nullptr});
  wake(noted.woken);
  if (noted.look) return TryAgain{};
  return settled_or_unseen(name);
}

std::optional<Verdict> Reconciler::judge(std::string const& name, Subject const& subject, Act const& act,
                                         Outcome const& outcome, std::stop_token const& stop) {
  // If it was not stopped by our end, the term had run out, and may be renewed yet.
  if (std::holds_alternative<Cancelled>(outcome)) return stop.stop_requested() ? Verdict{Settled{}} : TryAgain{};
  if (std::holds_alternative<NotYet>(outcome)) return TryAgain{};
  if (std::holds_alternative<Done>(outcome)) {
    auto const verdict = done(name, act, subject);
    bool const gave_back = act.purpose == Purpose::undo || act.purpose == Purpose::settle;
    // Its claim may want another directory now.
    if (gave_back && subject.claim && !subject.volume) return std::nullopt;
    return verdict;
  }
  if (auto const* failed = std::get_if<Failed>(&outcome)) {
    shop_.log.warning("failed; to be tried again", {{"volume", name}, {"error", failed->message}});
    if (failed->worth_an_event) tell_failure(subject, failed->message);
    count_failure(subject, failed->cause);
    return TryAgain{failed->retry_after};
  }
  if (auto const* forbidden = std::get_if<Forbidden>(&outcome)) {
    auto const verdict = refused(name, subject, act.actions[forbidden->action], forbidden->message, stop);
    if (verdict) return *verdict;
  }
  shop_.log.debug("overtaken; reading anew", {{"volume", name}});
  return std::nullopt;
}

}  // namespace nfs
