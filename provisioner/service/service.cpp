#include "provisioner/service/service.hpp"

#include "k8s/leader/choose_lock.hpp"
#include "provisioner/base/host.hpp"
#include "provisioner/base/spare_memory.hpp"
#include "provisioner/base/version.hpp"
#include "provisioner/controller/reconciler.hpp"
#include "provisioner/controller/starting_settings.hpp"
#include "provisioner/controller/worker.hpp"
#include "provisioner/exports/export_status.hpp"
#include "provisioner/exports/fenced_file_system.hpp"
#include "provisioner/service/archive_pruner.hpp"
#include "provisioner/service/archive_watch.hpp"
#include "provisioner/service/claim_reminder.hpp"
#include "provisioner/service/class_status.hpp"
#include "provisioner/service/cluster_heartbeat.hpp"
#include "provisioner/service/cluster_taker.hpp"
#include "provisioner/service/lost_volume_finder.hpp"
#include "provisioner/service/trash_keeper.hpp"

namespace nfs {
namespace {

using namespace std::chrono_literals;

constexpr auto look_for_start_every = 10ms;
constexpr auto start_is_over_after = 5s;
constexpr auto return_memory_every = 10min;
constexpr auto slow = 1s;  // docs/behaviour.md#events

std::vector<std::unique_ptr<ExportSite>> make_sites(std::vector<Export> const& exports, k8s::Term const& term,
                                                    k8s::Clock const& clock, k8s::Log const& log) {
  std::vector<std::unique_ptr<ExportSite>> sites;
  for (auto const& where : exports)
    sites.push_back(std::make_unique<ExportSite>(where, open_fenced_file_system(where.mount, term), clock, log));
  return sites;
}

std::optional<k8s::ObjectReference> own_pod(Options const& options) {
  if (options.pod_namespace.empty()) return std::nullopt;
  return k8s::ObjectReference{.api_version = "v1",
                              .kind = "Pod",
                              .name_space = options.pod_namespace,
                              .name = host_name(),
                              .uid = {},
                              .resource_version = {}};
}

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
      view_(clock),
      watch_(transport, view_, options_.provisioner, clock, log, {.on_list_afresh = [this] { router_.route_all(); }}),
      ledger_(options_.exports, options_.provisioner),
      settings_(starting_settings(options_.provisioner, options_.binding, options_.directories,
                                  options_.trash_retention, options_.take_over)),
      permissions_(options_.binding, settings_, clock, log),
      namespace_uids_(view_),
      class_answers_(view_),
      recorder_(std::make_unique<k8s::EventRecorder>(
          acting_, k8s::RecorderOptions{.component = options_.provisioner, .host = host_name()}, clock, log)),
      parts_{sites_,
             view_,
             ledger_,
             settings_,
             permissions_,
             namespace_uids_,
             class_answers_,
             [this](EmitEvent const& event) { tell(event); },
             program_version(),
             clock,
             log,
             &metrics},
      queues_(sites_, view_),
      keys_(view_, ledger_, options_.provisioner),
      notices_(view_, parts_.tell, log),
      router_(view_, keys_, queues_, notices_),
      waiting_(*sites_.front(), view_, settings_, parts_.tell, clock),
      opener_(view_, ledger_, queues_, settings_, clock, log),
      archives_(keys_, queues_, readers_over_nfs, clock, log),
      watchdog_(sites_, own_pod(options_), parts_.tell, clock, log) {
  for (std::size_t export_index = 0; export_index < sites_.size(); ++export_index)
    sites_[export_index]->queue().observe(metrics_.queue(export_index));
  view_.classes().on_change([this](k8s::Change<k8s::StorageClass> const& change) {
    if (change.after && change.after->provisioner == options_.provisioner) metrics_.know_class(change.after->meta.name);
  });
}

Service::~Service() = default;

void Service::tell(EmitEvent const& event) {
  if (event.if_slow) {
    recorder_->record_later(slow, event.about, event.type, event.reason, event.message);
  } else {
    recorder_->record(event.about, event.type, event.reason, event.message);
  }
}

void Service::start() {
  threads_.start([this](std::stop_token stop) { watch_.watch_classes(std::move(stop)); });
  threads_.start([this](std::stop_token stop) { watch_.watch_volumes(std::move(stop)); });
  threads_.start([this](std::stop_token stop) { watch_.watch_claims(std::move(stop)); });
  threads_.start([this](std::stop_token stop) { ask_what_is_allowed(std::move(stop)); });
  threads_.start([this](std::stop_token stop) { ask_who_we_are(std::move(stop)); });
  threads_.start(
      [this](std::stop_token stop) { waiting_.run([this] { return leading() && may_serve(); }, std::move(stop)); });
  for (std::size_t export_index = 0; export_index < sites_.size(); ++export_index)
    threads_.start([this, export_index](std::stop_token stop) { serve(export_index, std::move(stop)); });
  threads_.start([this](std::stop_token stop) { return_memory(std::move(stop)); });
  threads_.start([this](std::stop_token stop) {
    ClaimReminder([this] { queues_.add(keys_.unbound()); }, clock_).run(std::move(stop));
  });
  for (auto const& site : sites_)
    threads_.start([this, &site = *site](std::stop_token stop) {
      watchdog_.watch(
          site, [this] { return leading(); }, std::move(stop));
    });
}

void Service::lead(std::optional<k8s::ObjectReference> const& lock, std::string const& identity) {
  watch_.lead();
  threads_.start([this](std::stop_token stop) { begin_with_all(std::move(stop)); });
  if (lock) recorder_->record(*lock, k8s::EventType::normal, "LeaderElection", identity + " became leader");
}

// Not before all that there is has been seen: it is looked at once then, and most of it is at rest.
void Service::begin_with_all(std::stop_token stop) {
  while (!watch_.complete())
    if (!clock_.wait_for(look_for_start_every, stop)) return;
  queues_.open();
  router_.route_all();
}

// A standby has what its start needed, too. Later on a list that was read anew leaves freed memory behind.
void Service::return_memory(std::stop_token stop) {
  while (!view_.synced())
    if (!clock_.wait_for(look_for_start_every, stop)) return;
  for (auto wait = std::chrono::milliseconds(start_is_over_after); clock_.wait_for(wait, stop);
       wait = return_memory_every)
    return_spare_memory();
}

bool Service::stop(std::chrono::milliseconds most) {
  threads_.stop();
  if (!threads_.wait(most)) return false;
  recorder_.reset();
  return true;
}

void Service::ask_what_is_allowed(std::stop_token stop) {
  k8s::Client client(transport_.connect());
  permissions_.run(client, std::move(stop), [this] { router_.route_all(); });
}

void Service::ask_who_we_are(std::stop_token stop) {
  k8s::Client client(transport_.connect());
  settings_.set(identify_cluster(options_.cluster, permissions_, client, clock_, log_, std::move(stop)));
}

bool Service::may_serve() const {
  return queues_.opened() && watch_.complete() && permissions_.may_serve() && !settings_.current().cluster.id.empty();
}

void Service::serve(std::size_t export_index, std::stop_token stop) {
  auto& site = *sites_[export_index];
  while (!may_serve())
    if (!clock_.wait_for(look_for_start_every, stop)) return;
  ExportOpener::Told told;
  if (export_index == 0)
    told = {[this](auto const& error) { waiting_.cannot_open(error); }, [this] { waiting_.opened(); }};
  if (!opener_.open(site, export_index, told, stop)) return;
  for (int i = 0; i < options_.workers; ++i)
    threads_.start([this, export_index](std::stop_token s) { work(export_index, std::move(s)); });
  threads_.start([this, &site](std::stop_token s) { look_after_archives(site, s); });
  threads_.start([this, &site](std::stop_token s) { look_after_trash(site, s); });
  threads_.start(
      [this, &site, export_index](std::stop_token s) { look_for_lost_volumes(site, export_index, std::move(s)); });
  threads_.start(
      [this, &site](std::stop_token s) { ClusterHeartbeat(site, settings_, clock_, log_).run(std::move(s)); });
  site.purger().run(stop);
}

void Service::work(std::size_t export_index, std::stop_token stop) {
  Reconciler reconciler(parts_, export_index, acting_.connect());
  auto const reconcile = [&](std::string const& key, std::stop_token s) {
    return reconciler.reconcile(key, std::move(s));
  };
  Worker(sites_[export_index]->queue(), reconcile).run(std::move(stop));
}

void Service::look_after_archives(ExportSite& site, std::stop_token const& stop) {
  if (!archives_.read(site, stop)) return;
  threads_.start([this, &site](std::stop_token s) {
    ClusterTaker(site, settings_, keys_, queues_, clock_, log_).run(std::move(s));
  });
  threads_.start([this, &site](std::stop_token s) { ArchiveWatch(site, clock_, log_).run(std::move(s)); });
  k8s::Client client(transport_.connect());
  ArchivePruner(site, view_, client, options_.trash_retention, clock_, log_).run(stop);
}

void Service::look_after_trash(ExportSite& site, std::stop_token const& stop) {
  auto const setting = parse_trash_retention(options_.trash_retention).value_or(std::chrono::hours(1));
  TrashKeeper(site, setting, clock_, log_).run(stop);
}

void Service::look_for_lost_volumes(ExportSite& site, std::size_t export_index, std::stop_token stop) {
  if (!looks_for_lost_volumes(options_.cluster.id)) return;
  LostVolumeFinder(site, export_index, ledger_, queues_, clock_, log_).run(std::move(stop));
}

StatusReport Service::status() {
  StatusReport report{.version = program_version(),
                      .commit = program_commit(),
                      .provisioner = options_.provisioner,
                      .lease = k8s::lock_name(options_.provisioner),
                      .leading = leading(),
                      .caches_synced = view_.synced(),
                      .started = started_,
                      .now = clock_.wall(),
                      .watches = watch_.status(),
                      .exports = {},
                      .classes = class_status(view_, options_.provisioner),
                      .recent_errors = metrics_.recent_errors().last()};
  for (auto const& site : sites_) report.exports.push_back(status_of(*site, clock_.steady()));
  for (std::size_t export_index = 0; export_index < sites_.size(); ++export_index)
    metrics_.queue(export_index).show(sites_[export_index]->queue().state());
  return report;
}

}  // namespace nfs
