#include "tests/simulation/replica.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "provisioner/app/fenced_file_system.hpp"
#include "provisioner/core/cached.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/volume_body.hpp"
#include "tests/simulation/disk.hpp"

namespace nfs::simulation {
namespace {

using namespace std::chrono_literals;

constexpr k8s::BackoffPolicy no_backoff{.first = 1ms, .most = 1ms, .jitter = 0};

Settings settings_for(Binding binding) {
  Settings settings;
  settings.provisioner = our_name;
  settings.binding = binding;
  return settings;
}

// The class decides at deletion, as upstream has it.
void take_policy_of_class(Scene const& scene, k8s::Volume& volume) {
  auto const storage_class = scene.server.find<k8s::StorageClass>({{}, volume.storage_class_name});
  if (!storage_class) return;
  auto const* policy = k8s::find(storage_class->parameters, "onDelete");
  if (policy != nullptr) volume.meta.annotations[std::string(names::on_delete)] = *policy;
}

k8s::Change<k8s::Volume> without_claim_name(k8s::Change<k8s::Volume> change) {
  if (!change.after || !change.after->claim_ref) return change;
  auto nameless = *change.after;
  nameless.claim_ref->name.clear();
  change.after = std::make_shared<k8s::Volume const>(std::move(nameless));
  return change;
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
      ledger_(exports_, std::string(our_name)),
      settings_(settings_for(binding)),
      permissions_(binding, settings_, scene.clock, log_, 1),
      namespace_uids_(view_),
      shop_{sites_,
            view_,
            ledger_,
            settings_,
            permissions_,
            namespace_uids_,
            [this](EmitEvent const& event) { told_[event.about.uid] = event.message; },
            "test",
            scene.clock,
            log_},
      releases_(exports_, std::string(our_name)),
      releasing_shop_{sites_,
                      view_,
                      releases_,
                      settings_,
                      permissions_,
                      namespace_uids_,
                      [this](EmitEvent const& event) { told_[event.about.uid] = event.message; },
                      "test",
                      scene.clock,
                      log_},
      queue_(scene.sabotaged(Sabotage::no_backoff) ? no_backoff : k8s::BackoffPolicy{}, scene.dice.bits()),
      elected_(!scene.elections) {
  auto disk = std::make_unique<Disk>(scene, fate_, mandate_, name_, [this](bool machine) { die(machine); });
  auto fenced = std::make_unique<FencedFileSystem>(std::move(disk), mandate_.fence());
  sites_.push_back(std::make_unique<ExportSite>(exports_.front(), std::move(fenced), scene.clock, log_));
  route_changes();
  if (!scene.elections) standing_by_.request_stop();
  start("watch classes", [this, seed = scene.dice.bits()] {
    auto const edit = [this](k8s::StorageClass& storage_class) {
      keep_what_is_needed(storage_class, settings_.current().provisioner);
    };
    k8s::run_reflector<k8s::StorageClass>(wire_, view_.classes(), reflector_options(seed), scene_.clock, log_, {},
                                          edit);
  });
  start("watch volumes", [this, seed = scene.dice.bits()] { watch_volumes(seed); });
  start("watch claims", [this, seed = scene.dice.bits()] {
    auto const edit = [](k8s::Claim& claim) { keep_what_is_needed(claim); };
    k8s::run_reflector<k8s::Claim>(wire_, view_.claims(), reflector_options(seed), scene_.clock, log_, {}, edit);
  });
  for (auto& task : tasks_) task.weight = 1 + scene.dice.below(4);
  start("open", [this] { open(); });
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

void Replica::route_changes() {
  view_.claims().on_change([this](k8s::Change<k8s::Claim> const& change) {
    enqueue(volume_name(change.after ? *change.after : *change.before));
  });
  view_.volumes().on_change([this](k8s::Change<k8s::Volume> const& change) {
    if (note(change)) enqueue((change.after ? change.after : change.before)->meta.name);
  });
  // As the service does: who waits for such an object is looked at again when it can be read, or is gone.
  view_.claims().on_set_aside(
      [this](k8s::Unreadable const& object, k8s::Aside) { enqueue("pvc-" + object.identity.uid); });
  view_.volumes().on_set_aside([this](k8s::Unreadable const& object, k8s::Aside now) {
    auto const& volume = object.identity.name;
    if (now == k8s::Aside::began) ledger_.set_aside(volume);
    if (now == k8s::Aside::gone) {
      for (auto const& name : ledger_.unread_gone(volume).woken) enqueue(name);
    }
    enqueue(volume);
  });
  view_.classes().on_change([this](k8s::Change<k8s::StorageClass> const& change) {
    // Sorted: the order in an index is that of addresses.
    std::vector<std::string> keys;
    for (auto const& claim : view_.unbound_claims((change.after ? change.after : change.before)->meta.name))
      keys.push_back(volume_name(*claim));
    std::sort(keys.begin(), keys.end());
    for (auto const& key : keys) enqueue(key);
  });
}

bool Replica::note(k8s::Change<k8s::Volume> const& change) {
  bool const released = change.after && change.after->phase == "Released";
  bool const apart = released && scene_.sabotaged(Sabotage::release_not_awaited);
  if (apart) (void)releases_.note(change);
  auto const known = scene_.sabotaged(Sabotage::earlier_claim_forgotten) ? without_claim_name(change) : change;
  auto const noted = ledger_.note(apart ? k8s::Change<k8s::Volume>{change.after, nullptr} : known);
  for (auto const& name : noted.woken) enqueue(name);
  return noted.look || apart;
}

k8s::ReflectorOptions Replica::reflector_options(std::uint64_t seed) const {
  return {.page_size = 1 + static_cast<int>(seed % 5), .seed = seed};
}

/// As the service does: our forerunner's last writes may not have reached a standby's watch, so what stands is listed
/// anew by whoever begins to lead.
void Replica::watch_volumes(std::uint64_t seed) {
  std::function<void(k8s::Volume&)> sabotage;
  if (scene_.sabotaged(Sabotage::policy_of_class))
    sabotage = [this](k8s::Volume& volume) { take_policy_of_class(scene_, volume); };
  if (scene_.sabotaged(Sabotage::claim_before_volume)) sabotage = take_for_bound;
  auto const edit = [sabotage](k8s::Volume& volume) {
    keep_what_is_needed(volume);
    if (sabotage) sabotage(volume);
  };
  auto options = reflector_options(seed);
  k8s::run_reflector<k8s::Volume>(wire_, view_.volumes(), options, scene_.clock, log_, standing_by_.get_token(), edit);
  options.on_list = [this] { volumes_listed_ = true; };
  k8s::run_reflector<k8s::Volume>(wire_, view_.volumes(), options, scene_.clock, log_, {}, edit);
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
    if (background || !task.background) consider(task.fiber->wakes_at());
    working = working || task.name.starts_with("worker");
  }
  if (working) consider(queue_.next_due());
  return next;
}

void Replica::lag(std::size_t watch, std::size_t turns) {
  std::size_t at = 0;
  for (auto& task : tasks_)
    if (at++ == watch) task.asleep = turns;
}

}  // namespace nfs::simulation
