#include "provisioner/controller/reconciler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>
#include <utility>

#include "provisioner/controller/export_queues.hpp"
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

// A read that failed is asked again at once, twice at most. Where a good part of all requests fails, a claim needs
// several in a row to succeed: each back-off saved is one less that doubles.
template <class Read>
std::invoke_result_t<Read> read_again_if_failed(Read read) {
  constexpr int most_reads = 3;
  auto result = read();
  for (int reads = 1; reads < most_reads && result.has_error() && may_pass_at_once(result.error()); ++reads)
    result = read();
  return result;
}

Verdict later(k8s::Error const& error) {
  return TryAgain{error.retry_after.value_or(std::chrono::milliseconds{0})};
}

}  // namespace

Reconciler::Reconciler(ReconcilerParts& parts, std::size_t export_index, std::unique_ptr<k8s::Connection> connection)
    : parts_(parts),
      export_index_(export_index),
      site_(*parts.sites[export_index]),
      client_(std::move(connection)),
      executor_(client_, site_, export_index, parts.ledger, parts.view, parts.tell, parts.program_version, parts.clock,
                parts.log, parts.observer) {}

k8s::Result<Subject> Reconciler::read_anew(std::string const& name, Subject const& subject, std::stop_token stop) {
  Subject fresh;
  if (subject.claim) {
    auto claim = client_.get<k8s::Claim>({subject.claim->meta.name_space, subject.claim->meta.name}, stop);
    if (claim.has_error() && !claim.error().not_found()) return claim.error();
    if (claim.has_value() && claim->meta.uid == subject.claim->meta.uid) {
      parts_.view.wrote(*claim);
      fresh.claim = std::make_shared<k8s::Claim const>(std::move(*claim));
      fresh.claim_is_whole = true;
    }
  }
  auto volume = client_.get<k8s::Volume>({{}, name}, stop);
  if (volume.has_error() && !volume.error().not_found()) return volume.error();
  if (volume.has_error()) {
    parts_.view.volume_gone(name);
    return fresh;
  }
  parts_.view.wrote(*volume);
  fresh.volume = std::make_shared<k8s::Volume const>(std::move(*volume));
  fresh.holder = holder_of(fresh);
  if (!fresh.holder || fresh.holder == fresh.claim) return fresh;
  auto holder = client_.get<k8s::Claim>({fresh.holder->meta.name_space, fresh.holder->meta.name}, stop);
  if (holder.has_error() && !holder.error().not_found()) return holder.error();
  bool const there = holder.has_value() && holder->meta.uid == fresh.holder->meta.uid;
  if (there) parts_.view.wrote(*holder);
  fresh.holder = there ? std::make_shared<k8s::Claim const>(std::move(*holder)) : nullptr;
  return fresh;
}

ClaimPointer Reconciler::holder_of(Subject const& subject) const {
  if (!subject.volume || !subject.volume->claim_ref || subject.volume->claim_ref->uid.empty()) return nullptr;
  auto const& uid = subject.volume->claim_ref->uid;
  if (subject.claim && subject.claim->meta.uid == uid) return subject.claim;
  return parts_.view.claim_by_uid(uid);
}

std::optional<Verdict> Reconciler::refused(std::string const& name, Subject const& subject, Action const& action,
                                           std::string const& answer, std::stop_token const& stop) {
  auto const permission = permission_of(action);
  auto const ruling =
      permission == nullptr ? Ruling::about_object : parts_.permissions.ask_about(permission, client_, stop);
  if (ruling == Ruling::missing) return std::nullopt;
  parts_.log.warning("refused by the API server; to be tried again", {{"volume", name}, {"answer", answer}});
  // Whether it is this object's alone is not known yet, but will be when it is tried again.
  if (ruling == Ruling::unknown) return TryAgain{};
  tell_failure(subject, answer);
  count_failure(subject, "the API server refused a request");
  return TryAgain{};
}

ClaimPointer const& Reconciler::concerned(Subject const& subject) {
  return subject.holder ? subject.holder : subject.claim;
}

void Reconciler::tell_failure(Subject const& subject, std::string const& message) {
  if (auto const& claim = concerned(subject); claim && !(subject.volume && subject.volume->phase == "Released"))
    parts_.tell({reference_to(*claim), k8s::EventType::warning, std::string(names::provisioning_failed), message});
  else if (subject.volume)
    parts_.tell(
        {reference_to(*subject.volume), k8s::EventType::warning, std::string(names::volume_failed_delete), message});
}

void Reconciler::count_failure(Subject const& subject, std::string const& cause) {
  if (parts_.observer == nullptr) return;
  if (auto const& claim = concerned(subject); claim && !(subject.volume && subject.volume->phase == "Released"))
    parts_.observer->provision_failed(*claim, cause);
  else if (subject.volume)
    parts_.observer->delete_failed(*subject.volume, cause);
}

Verdict Reconciler::settled_or_unseen(std::string const& name) {
  // No watch has shown the volume, so no watch will show its end: those who wait for its directory would wait for ever.
  if (holds_unseen(parts_.ledger.life(name)) || parts_.view.only_written(name)) return TryAgain{};
  return Settled{};
}

// What was begun may have been done although the answer was lost, and a watch may lag: it is not begun differently, nor
// undone, before the API server has said what is there. Nor is a volume released twice, or on the word of a watch
// alone, nor a claim that is called Lost set Bound again and again to a volume that only our watch still shows.
bool Reconciler::must_read(std::string const& name, Subject const& subject) const {
  if (subject.claim && subject.volume && subject.claim->phase == "Lost") return true;
  auto const life = parts_.ledger.life(name);
  if (life.phase == Phase::released) return subject.volume && !subject.volume->meta.deleting();
  if (subject.volume && rests_on_phase(*subject.volume, parts_.settings.current())) return true;
  return !subject.volume && (life.intent || holds_unseen(life));
}

// The key was put into this queue before it was known where the volume lies: it was not seen yet, or that export was
// not identified.
bool Reconciler::belongs_elsewhere(std::string const& name, Subject const& subject) {
  auto place = subject.volume ? export_of(*subject.volume, parts_.sites) : std::nullopt;
  if (!subject.volume) {
    auto const life = parts_.ledger.life(name);
    if (life.phase == Phase::lost) place = life.lost->directory.export_index;
  }
  if (!place || *place == export_index_) return false;
  parts_.log.debug("passed on to the export that the volume lies on", {{"volume", name}});
  parts_.sites[*place]->queue().add(name, parts_.view.namespace_of(name));
  return true;
}

Verdict Reconciler::reconcile(std::string const& name, std::stop_token stop) {
  // Looked at again when it can be read, or has gone. What was taken for it stays taken.
  if (parts_.view.is_unreadable(name)) {
    parts_.log.debug("left alone: the claim or the volume cannot be read", {{"volume", name}});
    return Settled{};
  }
  Subject subject{parts_.view.claim_of(name), parts_.view.volume(name), nullptr, false};
  subject.holder = holder_of(subject);
  bool fresh = must_read(name, subject);
  for (int round = 0; round < most_rounds; ++round) {
    if (fresh) {
      auto read = read_again_if_failed([&] { return read_anew(name, subject, stop); });
      if (read.has_error()) return cannot_look_up(name, read.error());
      subject = std::move(*read);
    }
    if (belongs_elsewhere(name, subject)) return Settled{};
    auto const lookup = read_again_if_failed([&] { return look_up(subject, parts_, client_, stop); });
    if (lookup.has_error()) return cannot_look_up(name, lookup.error());
    fresh = true;
    if (!*lookup) continue;
    if ((*lookup)->whole_claim) {
      if (subject.holder == subject.claim) subject.holder = (*lookup)->whole_claim;
      subject.claim = (*lookup)->whole_claim;
      subject.claim_is_whole = true;
    }
    auto const decision = decide(name, subject, **lookup);
    auto const* act = std::get_if<Act>(&decision);
    if (act == nullptr) return leave_as_is(name, subject, decision);
    // What grows is the claim that is bound; all else that is done to a claim is done to the one of this name.
    auto const& claim = act->purpose == Purpose::grow ? subject.holder : subject.claim;
    auto const outcome = executor_.run(act->actions, claim, subject.volume, stop);
    fresh = !std::holds_alternative<Done>(outcome);
    if (auto const verdict = judge(name, subject, *act, outcome, stop)) return *verdict;
  }
  return TryAgain{};
}

Verdict Reconciler::cannot_look_up(std::string const& name, k8s::Error const& error) {
  if (!error.is(k8s::ErrorKind::cancelled))
    parts_.log.warning("cannot look up what is to be done now", {{"volume", name}, {"error", error.message}});
  return later(error);
}

Decision Reconciler::decide(std::string const& name, Subject const& subject, Lookup const& lookup) {
  auto const settings = parts_.settings.current();
  std::vector<std::string> ids;
  std::vector<std::shared_ptr<Neighbours const>> neighbours;
  for (auto const& site : parts_.sites) {
    ids.push_back(site->id());
    neighbours.push_back(site->store().neighbours().last());
  }
  ClaimExists const exists = [this](std::string_view uid) { return parts_.view.claim_exists(uid); };
  // Before the ledger is locked, for all others wait then. Only what changed in between is looked up once more: a
  // directory that is free by now may be an archive by now.
  auto archives = archives_for(subject, lookup);
  auto const decide_now = [&](Ledger::View const& view) {
    std::vector<ExportView> exports;
    for (std::size_t i = 0; i < parts_.sites.size(); ++i) {
      exports.push_back(
          {parts_.sites[i]->where(), ids[i], view.occupancies[i], neighbours[i].get(), parts_.clock.wall()});
    }
    if (archives.version != site_.archives_version()) archives = archives_for(subject, lookup);
    auto const asked = question(name, subject, lookup, view.life, archives);
    auto decision = nfs::decide(asked, {exports, export_index_, settings, exists});
    return spare_unread(std::move(decision), view.occupancies[export_index_], subject.volume.get());
  };
  auto outcome = parts_.ledger.decide(name, export_index_, presence_of(subject.volume), decide_now);
  wake(outcome.woken);
  return std::move(outcome.decision);
}

KnownArchives Reconciler::archives_for(Subject const& subject, Lookup const& lookup) const {
  if (!subject.claim || subject.volume || !lookup.class_of_claim) return {};
  auto const wanted =
      wanted_place(*subject.claim, *lookup.class_of_claim, directory_name(parts_.settings.current().cluster),
                   lookup.namespace_uid, lookup.namespace_made_at);
  return site_.archives_of(*subject.claim, wanted);
}

Question Reconciler::question(std::string const& name, Subject const& subject, Lookup const& lookup, Life const& life,
                              KnownArchives const& archives) const {
  Question asked{.name = name,
                 .claim = subject.claim.get(),
                 .volume = subject.volume.get(),
                 .holder = subject.holder.get(),
                 .class_of_claim = lookup.class_of_claim.get(),
                 .class_of_volume = lookup.class_of_volume.get(),
                 .class_of_claim_unreadable = lookup.class_of_claim_unreadable,
                 .class_of_volume_unreadable = lookup.class_of_volume_unreadable,
                 .choosable_volume = lookup.choosable_volume,
                 .claim_is_gone = lookup.claim_is_gone,
                 .namespace_uid = lookup.namespace_uid,
                 .archives = archives.records,
                 .archives_known = archives.known,
                 .records_here = archives.here,
                 .namespace_made_at = lookup.namespace_made_at,
                 .has_taken_over = site_.store().take_overs().any()};
  if (life.intent && life.intent->export_index == export_index_) asked.intent = life.intent->path;
  if (!subject.volume && life.lost && life.lost->directory.export_index == export_index_) asked.lost = life.lost.get();
  if (life.doubtful_until) asked.in_doubt = time_until(*life.doubtful_until, parts_.clock.steady());
  return asked;
}

void Reconciler::wake(Ledger::Names const& names) {
  for (auto const& name : names) site_.queue().add(name, parts_.view.namespace_of(name));
}

Verdict Reconciler::leave_as_is(std::string const& name, Subject const& subject, Decision const& decision) {
  if (auto const* leave = std::get_if<LeaveAlone>(&decision)) {
    parts_.log.debug("left alone", {{"volume", name}, {"why", why(*leave)}});
    return settled_or_unseen(name);
  }
  if (auto const* wait = std::get_if<Wait>(&decision)) {
    parts_.log.info("waiting", {{"volume", name}, {"why", why(*wait)}});
    if (wait->event) parts_.tell(*wait->event);
    if (wait->again_after.count() > 0) return TryAgain{wait->again_after};
    return settled_or_unseen(name);
  }
  auto const& refuse = std::get<Refuse>(decision);
  parts_.log.warning("refused", {{"object", refuse.event.about.name_space + "/" + refuse.event.about.name},
                                 {"volume", name},
                                 {"why", refuse.event.message}});
  parts_.tell(refuse.event);
  count_failure(subject, "refused; its Events say why");
  return Settled{};
}

Verdict Reconciler::done(std::string const& name, Act const& act, Subject const& subject) {
  auto const noted = parts_.ledger.acted(name, {act.purpose, subject.volume != nullptr});
  wake(noted.woken);
  if (noted.look) return TryAgain{};
  return settled_or_unseen(name);
}

std::optional<Verdict> Reconciler::judge(std::string const& name, Subject const& subject, Act const& act,
                                         ActionResult const& outcome, std::stop_token const& stop) {
  // If it was not stopped by our end, the term had run out, and may be renewed yet.
  if (std::holds_alternative<Cancelled>(outcome)) return stop.stop_requested() ? Verdict{Settled{}} : TryAgain{};
  if (std::holds_alternative<NotYet>(outcome)) return TryAgain{};
  if (std::holds_alternative<Done>(outcome)) {
    auto const verdict = done(name, act, subject);
    bool const gave_back = act.purpose == Purpose::undo || act.purpose == Purpose::settle ||
                           act.purpose == Purpose::release || act.purpose == Purpose::leave;
    // Its claim may want another directory now, or is yet to be told why it waits.
    if (gave_back && subject.claim && !subject.volume) return std::nullopt;
    return verdict;
  }
  if (auto const* failed = std::get_if<Failed>(&outcome)) {
    parts_.log.warning("failed; to be tried again", {{"volume", name}, {"error", failed->message}});
    if (failed->worth_an_event) tell_failure(subject, failed->message);
    count_failure(subject, failed->cause);
    return TryAgain{failed->retry_after};
  }
  if (auto const* forbidden = std::get_if<Forbidden>(&outcome)) {
    auto const verdict = refused(name, subject, act.actions[forbidden->action], forbidden->message, stop);
    if (verdict) return *verdict;
  }
  parts_.log.debug("overtaken; reading anew", {{"volume", name}});
  return std::nullopt;
}

}  // namespace nfs
