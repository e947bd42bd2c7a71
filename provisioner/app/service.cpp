#include "provisioner/app/service.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "k8s/base/backoff.hpp"
#include "k8s/watch/reflector.hpp"
#include "provisioner/app/export_status.hpp"
#include "provisioner/app/fenced_file_system.hpp"
#include "provisioner/app/hang.hpp"
#include "provisioner/app/host.hpp"
#include "provisioner/app/resume_intents.hpp"
#include "provisioner/app/version.hpp"
#include "provisioner/core/cached.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/volume_body.hpp"
#include "provisioner/storage/remedy.hpp"

namespace nfs {
namespace {

using namespace std::chrono_literals;

constexpr auto prune_every = 10s;
constexpr k8s::BackoffPolicy start_backoff{.first = 1s, .most = 30s, .jitter = 0.2};

std::vector<std::unique_ptr<ExportSite>> make_sites(std::vector<Export> const& exports, k8s::Term const& term,
                                                    k8s::Clock const& clock, k8s::Log const& log) {
  std::vector<std::unique_ptr<ExportSite>> sites;
  for (auto const& where : exports)
    sites.push_back(std::make_unique<ExportSite>(where, open_fenced_file_system(where.mount, term), clock, log));
  return sites;
}

// Eager binding needs a server that is new enough, which is not known yet.
Settings settings_at_start(Options const& options) {
  auto const binding = options.binding == Binding::eager ? Binding::direct : options.binding;
  return {options.provisioner, binding, permissions_until_answered(), options.directories};
}

template <class T>
void prune(T& object) {
  keep_what_is_needed(object);
}

// Says a message once until it changes.
class SayOnce {
 public:
  [[nodiscard]] bool changed(std::string const& message) { return std::exchange(last_, message) != message; }

 private:
  std::string last_;
};

}  // namespace

Service::Service(Options options, k8s::Transport& transport, k8s::Term const& term, k8s::Clock const& clock,
                 k8s::Log const& log, Metrics& metrics)
    : options_(std::move(options)),
      transport_(transport),
      term_(term),
      acting_(transport, term),
      clock_(clock),
      log_(log),
      metrics_(metrics),
      started_(clock.wall()),
      sites_(make_sites(options_.exports, term, clock, log)),
      health_(sites_.size()),
      view_(clock),
      claims_health_(clock),
      volumes_health_(clock),
      classes_health_(clock),
      ledger_(options_.exports, options_.provisioner),
      settings_(settings_at_start(options_)),
      permissions_(options_.binding, settings_, clock, log),
      namespace_uids_(view_),
      recorder_(std::make_unique<k8s::EventRecorder>(
          acting_, k8s::RecorderOptions{.component = options_.provisioner, .host = host_name()}, clock, log)),
      shop_{sites_,
            view_,
            ledger_,
            settings_,
            permissions_,
            namespace_uids_,
            [this](EmitEvent const& event) { tell(event); },
            program_version(),
            clock,
            log,
            &metrics},
      waiting_(*sites_.front(), view_, settings_, shop_.tell, clock) {
  for (std::size_t home = 0; home < sites_.size(); ++home) sites_[home]->queue().observe(metrics_.queue(home));
  route_changes();
  route_unreadable();
}

Service::~Service() = default;

void Service::tell(EmitEvent const& event) {
  recorder_->record(event.about, event.type, event.reason, event.message);
}

// A standby's queue would never be emptied: it begins with all that there is when its time comes.
void Service::enqueue(std::string const& volume_name, std::string const& name_space) {
  if (!elected_) return;
  std::size_t home = 0;
  if (auto const volume = view_.volume(volume_name))
    for (std::size_t i = 0; i < sites_.size(); ++i)
      if (directory_on(sites_[i]->where(), *volume)) home = i;
  sites_[home]->queue().add(volume_name, name_space);
}

void Service::route_changes() {
  view_.claims().on_change([this](k8s::Change<k8s::Claim> const& change) {
    auto const& claim = change.after ? *change.after : *change.before;
    enqueue(volume_name(claim), claim.meta.name_space);
  });
  view_.volumes().on_change([this](k8s::Change<k8s::Volume> const& change) {
    auto const noted = ledger_.note(change);
    for (auto const& name : noted.woken) enqueue(name, view_.namespace_of(name));
    auto const& volume = change.after ? *change.after : *change.before;
    if (noted.look) enqueue(volume.meta.name, claim_namespace(volume));
  });
  view_.classes().on_change([this](k8s::Change<k8s::StorageClass> const& change) {
    if (change.after && change.after->provisioner == options_.provisioner) metrics_.know_class(change.after->meta.name);
    auto const& name = (change.after ? change.after : change.before)->meta.name;
    for (auto const& claim : view_.unbound_claims(name)) enqueue(volume_name(*claim), claim->meta.name_space);
  });
}

void Service::start() {
  crew_.start([this](std::stop_token stop) {
    k8s::run_reflector<k8s::StorageClass>(
        transport_, view_.classes(), watched_by(classes_health_), clock_, log_, stop,
        [this](k8s::StorageClass& storage_class) { keep_what_is_needed(storage_class, options_.provisioner); });
  });
  crew_.start([this](std::stop_token stop) { watch_volumes(stop); });
  crew_.start([this](std::stop_token stop) {
    k8s::run_reflector<k8s::Claim>(transport_, view_.claims(), watched_by(claims_health_), clock_, log_, stop,
                                   prune<k8s::Claim>);
  });
  crew_.start([this](std::stop_token stop) { ask_what_is_allowed(stop); });
  crew_.start([this](std::stop_token stop) { tell_waiting_claims(stop); });
  for (std::size_t home = 0; home < sites_.size(); ++home)
    crew_.start([this, home](std::stop_token stop) { open(home, stop); });
  for (std::size_t home = 0; home < sites_.size(); ++home)
    crew_.start([this, home](std::stop_token stop) { watch_health(home, stop); });
}

// Our forerunner's last writes may not have reached a standby's watch: a volume that it made, and that we do not know,
// would be a directory that looks free. So what stands is listed anew by whoever begins to lead.
void Service::watch_volumes(std::stop_token stop) {
  {
    std::stop_callback const ends(stop, [this] { standing_by_.request_stop(); });
    k8s::run_reflector<k8s::Volume>(transport_, view_.volumes(), watched_by(volumes_health_), clock_, log_,
                                    standing_by_.get_token(), prune<k8s::Volume>);
  }
  if (stop.stop_requested()) return;
  auto options = watched_by(volumes_health_);
  options.on_list = [this] { volumes_listed_ = true; };
  k8s::run_reflector<k8s::Volume>(transport_, view_.volumes(), options, clock_, log_, stop, prune<k8s::Volume>);
}

void Service::lead(std::optional<k8s::ObjectReference> const& lock, std::string const& identity) {
  elected_ = true;
  standing_by_.request_stop();
  crew_.start([this](std::stop_token) { enqueue_all(); });
  if (lock) recorder_->record(*lock, k8s::EventType::normal, "LeaderElection", identity + " became leader");
}

void Service::enqueue_all() {
  tell_unreadable();
  for (auto const& claim : view_.claims().all()) enqueue(volume_name(*claim), claim->meta.name_space);
  for (auto const& volume : view_.volumes().all()) enqueue(volume->meta.name, claim_namespace(*volume));
}

bool Service::may_begin() const {
  return elected_ && volumes_listed_ && view_.synced() && permissions_.may_serve();
}

bool Service::stop(std::chrono::milliseconds most) {
  crew_.stop();
  if (!crew_.wait(most)) return false;
  recorder_.reset();
  return true;
}

void Service::ask_what_is_allowed(std::stop_token stop) {
  k8s::Client client(transport_.connect());
  permissions_.run(client, stop, [this] { enqueue_all(); });
}

std::vector<std::string> Service::known_ids(Export const& where) {
  std::vector<std::string> ids;
  for (auto const& volume : view_.volumes().all()) {
    if (!provisioned_by(*volume, options_.provisioner) || !directory_on(where, *volume)) continue;
    if (auto const* id = k8s::find(volume->meta.annotations, names::export_id)) ids.push_back(*id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

void Service::open(std::size_t home, std::stop_token stop) {
  auto& site = *sites_[home];
  while (!may_begin())
    if (!clock_.wait_for(10ms, stop)) return;
  SayOnce once;
  for (std::uint32_t failures = 1;; ++failures) {
    auto id = site.store().identify(known_ids(site.where()));
    auto intents = id ? site.store().intents() : StorageResult<std::vector<Intent>>(id.error());
    if (intents) {
      for (auto const& volume : resume_intents(*intents, home, ledger_)) {
        enqueue(volume, view_.namespace_of(volume));
      }
      site.identified(*id);
      if (home == 0) waiting_.opened();
      look_at(site, leading());
      break;
    }
    site.health().ill(intents.error().message);
    if (home == 0) waiting_.cannot_open(intents.error());
    if (once.changed(intents.error().message))
      log_.error("the export cannot be used; retrying",
                 {{"export", site.where().mount}, {"error", with_remedy(intents.error())}});
    if (!clock_.wait_for(start_backoff.delay(failures, 0.5), stop)) return;
  }
  log_.info("serving", {{"export", site.where().server + ":" + site.where().path},
                        {"mounted", site.where().mount},
                        {"id", site.id()},
                        {"provisioner", options_.provisioner}});
  for (int i = 0; i < options_.workers; ++i) crew_.start([this, home](std::stop_token s) { work(home, s); });
  crew_.start([this, home](std::stop_token s) {
    survey_archives(home, s);
    prune_archives(home, s);
  });
  site.purger().run(stop);
}

// Claims that need no archive are served meanwhile.
void Service::survey_archives(std::size_t home, std::stop_token stop) {
  auto& site = *sites_[home];
  SayOnce once;
  for (std::uint32_t failures = 1;; ++failures) {
    auto survey = site.store().survey_archives({.readers = readers_over_nfs, .stop = stop});
    if (stop.stop_requested()) return;
    if (survey) {
      note_archives(site, std::move(*survey));
      return enqueue_waiting_for_archives();
    }
    if (site.cannot_survey(survey.error())) enqueue_waiting_for_archives();
    if (once.changed(survey.error().message))
      log_.error("the archives cannot be read: claims that want data back wait; retrying",
                 {{"export", site.where().mount}, {"error", survey.error().message}});
    if (!clock_.wait_for(start_backoff.delay(failures, 0.5), stop)) return;
  }
}

// Also to be told of another reason to wait.
void Service::enqueue_waiting_for_archives() {
  for (auto const& each : view_.classes().all()) {
    if (each->provisioner != options_.provisioner) continue;
    for (auto const& claim : view_.unbound_claims(each->meta.name)) {
      enqueue(volume_name(*claim), claim->meta.name_space);
    }
  }
}

void Service::note_archives(ExportSite& site, ArchiveSurvey survey) {
  for (auto const& name : survey.unreadable)
    log_.warning("a record cannot be read; it and its archive are kept as they are",
                 {{"export", site.where().mount}, {"record", name}});
  for (auto const& volume : survey.dangling)
    log_.warning("an archive is gone, its record is still there", {{"export", site.where().mount}, {"volume", volume}});
  site.found_unrecorded(std::move(survey.unrecorded));
  log_.info("all archives are known",
            {{"export", site.where().mount}, {"archives", std::to_string(site.archive_count())}});
}

void Service::prune_archives(std::size_t home, std::stop_token stop) {
  auto& site = *sites_[home];
  SayOnce once;
  while (clock_.wait_for(prune_every, stop)) {
    for (auto const& record : site.store().catalog().ended(clock_.wall())) {
      if (stop.stop_requested()) return;
      auto const pruned = site.store().prune(record);
      if (pruned && *pruned) {
        log_.info("the retention of an archive has ended; moved to the trash",
                  {{"archive", record.archived_path}, {"archived", record.time}, {"retention", record.retention}});
        site.purger().put(record.volume);
      }
      if (!pruned && once.changed(pruned.error().message))
        log_.warning("cannot prune an archive; retrying", {{"error", pruned.error().message}});
    }
  }
}

void Service::work(std::size_t home, std::stop_token stop) {
  Reconciler reconciler(shop_, home, acting_.connect());
  auto& queue = sites_[home]->queue();
  while (auto const name = queue.take(stop)) {
    auto const verdict = reconciler.reconcile(*name, stop);
    if (auto const* again = std::get_if<TryAgain>(&verdict))
      queue.retry(*name, again->at_least);
    else
      queue.done(*name);
  }
}

void Service::look_at_exports() {
  for (std::size_t i = 0; i < sites_.size(); ++i) {
    auto const call = sites_[i]->files().oldest_call();
    bool const hung = call && clock_.steady() - call->since > hang_after;
    if (hung == health_[i].hung) continue;
    health_[i].hung = hung;
    auto const& where = sites_[i]->where();
    if (!hung) {
      log_.info("the export answers again", {{"export", where.mount}});
      continue;
    }
    auto const message = fmt::format("export {}:{} has not answered for {} s (\"{}\"); waiting for it", where.server,
                                     where.path, hang_after.count(), call->what);
    log_.error(message);
    if (!options_.pod_namespace.empty())
      recorder_->record({.api_version = "v1",
                         .kind = "Pod",
                         .name_space = options_.pod_namespace,
                         .name = host_name(),
                         .uid = {},
                         .resource_version = {}},
                        k8s::EventType::warning, "ExportNotResponding", message);
  }
}

}  // namespace nfs
