#include "tests/simulation/replica.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "k8s/model/resource_version.hpp"
#include "provisioner/controller/starting_settings.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/exports/fenced_file_system.hpp"
#include "tests/simulation/disk.hpp"
#include "tests/simulation/sabotaged_volume.hpp"

namespace nfs::simulation {
namespace {

using namespace std::chrono_literals;

constexpr k8s::BackoffPolicy no_backoff{.first = 1ms, .most = 1ms, .jitter = 0};
constexpr std::chrono::hours many_years = 24h * 365 * 100;

// A store that believes in resourceVersions: the same one means the same contents, and a lower one is out of date.
template <class T>
void take_newer_only(k8s::Store<T> const& store, T& object) {
  auto const known = store.get(k8s::object_key(object.meta));
  if (!known || known->meta.uid != object.meta.uid) return;
  if (k8s::version_number(known->meta.resource_version) >= k8s::version_number(object.meta.resource_version))
    object = *known;
}

void take_for_bound(k8s::Volume& volume) {
  if (volume.phase == "Pending") volume.phase = "Bound";
}

}  // namespace

Replica::Replica(Scene& scene, std::string name, Binding binding)
    : scene_(scene),
      name_(std::move(name)),
      mandate_(scene),
      log_(
          scene.trace ? k8s::LogLevel::debug : k8s::LogLevel::error, k8s::LogFormat::text,
          [this](std::string_view line) {
            if (scene_.trace) scene_.tell(name_, line.substr(0, line.size() - 1));
          },
          scene.clock),
      wire_(scene, fate_, mandate_, name_, [this](bool machine) { die(machine); }),
      acting_(wire_, mandate_.fence()),
      exports_{{"default", std::string(server_name), std::string(server_path), "/persistentvolumes"}},
      view_(scene.clock),
      watch_(wire_, view_, std::string(our_name), scene.clock, log_, watch_options()),
      ledger_(exports_, std::string(our_name)),
      settings_(starting_settings(std::string(our_name), binding, {}, std::string(default_trash_retention),
                                  scene.identity.shares ? TakeOver::never : TakeOver::ask)),
      permissions_(binding, settings_, scene.clock, log_, scene.dice.bits()),
      namespace_uids_(view_),
      class_answers_(view_),
      parts_{sites_,
             view_,
             ledger_,
             settings_,
             permissions_,
             namespace_uids_,
             class_answers_,
             [this](EmitEvent const& event) { told_[event.about.uid] = event.message; },
             "test",
             scene.clock,
             log_},
      releases_(exports_, std::string(our_name)),
      releasing_parts_{sites_,
                       view_,
                       releases_,
                       settings_,
                       permissions_,
                       namespace_uids_,
                       class_answers_,
                       [this](EmitEvent const& event) { told_[event.about.uid] = event.message; },
                       "test",
                       scene.clock,
                       log_},
      queues_(sites_, view_),
      keys_(scene, view_, ledger_, releases_),
      notices_(view_, parts_.tell, log_),
      router_(view_, keys_, queues_, notices_),
      opener_(view_, ledger_, queues_, settings_, scene.clock, log_),
      archives_(keys_, queues_, 1, scene.clock, log_),
      pruning_clock_(scene.clock, scene.sabotaged(Sabotage::retention_ignores_time) ? many_years : 0h) {
  auto disk = std::make_unique<Disk>(scene, fate_, mandate_, name_, [this](bool machine) { die(machine); });
  auto fenced = std::make_unique<FencedFileSystem>(std::move(disk), mandate_.fence());
  auto const retry = scene.sabotaged(Sabotage::no_backoff) ? no_backoff : k8s::BackoffPolicy{};
  sites_.push_back(
      std::make_unique<ExportSite>(exports_.front(), std::move(fenced), scene.clock, log_, retry, scene.dice.bits()));
  settings_.set(Cluster{scene.identity.id});
  if (!scene.elections) begin();
  start("watch classes", [this] { watch_.watch_classes({}); });
  start("watch volumes", [this] { watch_.watch_volumes({}); });
  start("watch claims", [this] { watch_.watch_claims({}); });
  for (auto& task : tasks_) task.weight = 1 + scene.dice.below(4);
  start("serve", [this] { serve(); });
  start(
      "permissions", [this] { ask_what_is_allowed(); }, true);
  if (scene.elections) stand_for_election();
}

Replica::~Replica() {
  for (auto& task : tasks_) task.fiber->kill();
}

void Replica::start(std::string name, std::function<void()> const& body, bool background) {
  tasks_.push_back({.name = std::move(name), .background = background, .fiber = std::make_unique<Fiber>(body)});
}

void Replica::die(bool machine) {
  scene_.tell(name_, machine ? "DIES, and the file server with it" : "DIES");
  dead_ = true;
  machine_died_ = machine;
  throw Killed{};
}

ClusterWatchOptions Replica::watch_options() {
  ClusterWatchOptions options;
  options.seed = scene_.dice.bits();
  options.page_size = 1 + static_cast<int>(*options.seed % 5);
  options.on_list_afresh = [this] { router_.route_all(); };
  options.prune_claim = [this, prune = options.prune_claim](k8s::Claim& claim) {
    prune(claim);
    if (scene_.sabotaged(Sabotage::no_way_back)) take_newer_only(view_.claims(), claim);
  };
  options.prune_volume = [this, prune = options.prune_volume](k8s::Volume& volume) {
    prune(volume);
    if (scene_.sabotaged(Sabotage::no_way_back)) take_newer_only(view_.volumes(), volume);
    if (scene_.sabotaged(Sabotage::policy_of_class)) take_policy_of_class(scene_, volume);
    if (scene_.sabotaged(Sabotage::claim_before_volume)) take_for_bound(volume);
  };
  return options;
}

std::vector<Replica::Task*> Replica::ready() {
  std::vector<Task*> found;
  if (stopped()) return found;
  for (auto& task : tasks_)
    if (task.fiber->ready(scene_.clock.steady()))
      for (std::size_t i = 0; i < task.weight; ++i) found.push_back(&task);
  return found;
}

void Replica::resume(Task& task) {
  if (task.asleep > 0) {
    --task.asleep;
    return;
  }
  task.fiber->resume();
}

std::optional<k8s::SteadyTime> Replica::next_timer(bool background) const {
  std::optional<k8s::SteadyTime> next;
  if (stopped()) return next;
  auto const consider = [&](std::optional<k8s::SteadyTime> time) {
    if (time && (!next || *time < *next)) next = time;
  };
  bool working = false;
  for (auto const& task : tasks_) {
    // Until it may serve it waits for answers.
    bool const waits = task.name == "permissions" && !permissions_.may_serve();
    if (background || !task.background || waits) consider(task.fiber->wakes_at());
    working = working || task.name.starts_with("worker");
  }
  if (working) consider(queue().next_due());
  return next;
}

void Replica::lag(std::size_t watch, std::size_t turns) {
  std::size_t at = 0;
  for (auto& task : tasks_)
    if (at++ == watch) task.asleep = turns;
}

}  // namespace nfs::simulation
