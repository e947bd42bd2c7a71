#include "tests/simulation/world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace nfs::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_steps = 60'000;
constexpr std::size_t most_reconciles = 60;  ///< of one key, after the last fault
constexpr auto resync_every = 15s;           ///< kube-controller-manager's
constexpr auto election_goes_on = 60s;       ///< after the last fault
constexpr auto longest_rest = 3h;            ///< virtual, until everything has come to its end

Binding pick_binding(Dice& dice) {
  auto const chosen = dice.below(10);
  return chosen < 7 ? Binding::direct : chosen < 9 ? Binding::eager : Binding::controller;
}

}  // namespace

World::World(Script const& script, Setting const& setting)
    : script_(script),
      scene_(script.seed),
      oracle_(scene_),
      controllers_(scene_),
      people_(scene_, controllers_, oracle_),
      volume_people_(scene_, oracle_) {
  scene_.sabotage = setting.sabotage;
  scene_.trace = [this, trace = setting.trace](std::string line) {
    trace(fmt::format("{:6} {} {}", steps_, k8s::to_rfc3339(scene_.clock.wall()), line));
  };
  if (!setting.trace) scene_.trace = nullptr;
  scene_.api_changed = [this] { oracle_.api_changed(); };
  scene_.files_moved = [this] { oracle_.files_moved(); };
  scene_.elections = script.elections;
  if (script.hands) scene_.server.date_by([this] { return scene_.api_time(); });
  binding_ = pick_binding(scene_.dice);
  scene_.unmarked = script.unmarked && binding_ != Binding::controller;
  scene_.initial_events = scene_.dice.chance(50);
  scene_.lag_is_bounded = scene_.dice.chance(40);
  scene_.future_is_refused = scene_.dice.chance(50);
  oracle_.plant("lost+found");
  oracle_.plant("archived-team-a-web-pvc-of-upstream");
  oracle_.plant("backup/weekly");
  people_.set_up();
  start_replica();
}

World::~World() = default;

bool World::volumes_stand() const {
  auto const& volumes = oracle_.truth().volumes();
  return std::any_of(volumes.begin(), volumes.end(),
                     [](auto const& each) { return each.second.exists && !each.second.last.meta.deleting(); });
}

void World::start_replica() {
  if (!volumes_stand()) end_unmounts();
  replicas_.push_back(std::make_unique<Replica>(scene_, fmt::format("life {}", ++lives_), binding_));
  replicas_.back()->fate().unmounted = unmounted_;
  replicas_.back()->fate().cut_off_until = api_away_until_;
  scene_.tell("world", fmt::format("life {} begins", lives_));
}

Replica& World::some_replica(Dice& dice) {
  auto at = replicas_.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(dice.below(replicas_.size())));
  return **at;
}

void World::bury_the_dead() {
  bool const machine = std::any_of(replicas_.begin(), replicas_.end(), [](auto const& r) { return r->machine_died(); });
  auto const buried = std::erase_if(replicas_, [&](auto const& replica) { return replica->dead() || machine; });
  if (buried == 0) return;
  if (machine) {
    scene_.files.crash(scene_.dice.bits());
    scene_.files_moved();
  }
  if (replicas_.empty()) start_replica();
}

std::optional<Violation> World::play() {
  for (auto const& op : script_.ops) {
    next_op_at_ = steps_ + op.gap;
    while (steps_ < next_op_at_ && !scene_.violation) {
      if (step()) continue;
      // Nobody has anything to do: sometimes time goes on, sometimes somebody acts just then.
      if (scene_.dice.chance(60) || !wait(true)) break;
    }
    if (scene_.violation) return scene_.violation;
    perform(op);
  }
  make_peace();
  settle();
  return scene_.violation;
}

bool World::step() {
  ++steps_;
  scene_.clock.advance(std::chrono::milliseconds(1 + scene_.dice.below(elections_rest() ? 20 : 300)));
  check_leaders();
  if (steps_ >= readable_again_at_) mend_claim();
  if (steps_ >= mounted_again_at_ || (unmounted_ && !volumes_stand())) end_unmounts();
  struct Turn {
    Replica* replica;
    Replica::Task* task;
  };
  std::vector<Turn> turns;
  for (auto const& replica : replicas_)
    for (auto* task : replica->ready()) turns.push_back({replica.get(), task});
  bool const controllers = controllers_.has_work();
  bool const people = people_.has_work();
  bool const errands = volume_people_.has_work();
  if (land_something()) return true;
  if (turns.empty() && !controllers && !people && !errands) return false;
  if (!at_peace_ && scene_.dice.chance(8)) people_.use_something(oracle_);
  auto const choice = scene_.dice.below(turns.size() + (controllers ? 4 : 0) + (people ? 1 : 0) + (errands ? 1 : 0));
  if (choice < turns.size()) {
    turns[choice].replica->resume(*turns[choice].task);
    bury_the_dead();
  } else if (controllers && choice < turns.size() + 4) {
    controllers_.step();
  } else if (people && choice < turns.size() + (controllers ? 5 : 1)) {
    people_.step(oracle_);
  } else {
    volume_people_.step();
  }
  return true;
}

bool World::wait(bool background) {
  std::optional<k8s::SteadyTime::duration> next;
  auto const consider = [&](std::optional<k8s::SteadyTime> time, k8s::SteadyTime now) {
    if (time && (!next || *time - now < *next)) next = *time - now;
  };
  for (auto const& replica : replicas_) consider(replica->next_timer(background), scene_.clock.steady());
  if (!elections_rest()) {
    for (auto const& replica : replicas_) consider(replica->next_election_timer(), scene_.clock.lively());
    for (auto const& late : scene_.late) consider(late.lands_at, scene_.clock.lively());
  }
  if (!next) return false;
  auto const by = std::chrono::ceil<std::chrono::milliseconds>(*next);
  if (by.count() > 0) pass(by);
  return true;
}

/// Something is under way that time could overtake, or somebody is kept from taking part.
bool World::elections_disturbed() const {
  return !scene_.late.empty() || std::any_of(replicas_.begin(), replicas_.end(), [&](auto const& replica) {
    return replica->stopped() || scene_.clock.lively() < replica->fate().cut_off_until;
  });
}

/// Somebody leads and will go on to, or nobody needs to.
bool World::elections_rest() const {
  if (elections_disturbed()) return false;
  return !scene_.elections ||
         std::any_of(replicas_.begin(), replicas_.end(), [](auto const& each) { return each->leads(); });
}

void World::check_leaders() {
  if (!scene_.elections) return;
  if (elections_disturbed()) scene_.disturbed_at = scene_.clock.lively();
  auto const leaders =
      std::count_if(replicas_.begin(), replicas_.end(), [](auto const& each) { return each->leads(); });
  if (leaders > 1) scene_.broken("one leads at a time", fmt::format("{} lead", leaders));
}

void World::pass(std::chrono::milliseconds by) {
  if (elections_rest()) return scene_.clock.leap(by);
  scene_.clock.advance(by);
  scene_.disturbed_at = scene_.clock.lively();  // nobody had a turn meanwhile
}

/// What its sender has given up reaches the API server all the same.
bool World::land_something() {
  auto const due = std::find_if(scene_.late.begin(), scene_.late.end(),
                                [&](auto const& late) { return scene_.clock.lively() >= late.lands_at; });
  if (due == scene_.late.end()) return false;
  auto const late = *due;
  scene_.late.erase(due);
  auto const answer = scene_.server.connect()->send(late.request, {});
  scene_.tell(late.who, fmt::format("(late) {} {} -> {}", k8s::to_string(late.request.method), late.request.target,
                                    answer->status));
  if (late.renews()) return true;
  // Whoever sent it has gone on as if it were not done, be it the same one.
  if (answer->status < 300) scene_.landed_late = true;
  scene_.api_changed();
  return true;
}

void World::perform(Op const& op) {
  scene_.tell("op", to_string(op.kind));
  backups_.push_back(scene_.server.back_up());
  if (people_.act(op) || volume_people_.act(op)) return;
  Dice dice(op.dice);
  perform_fault(op, dice);
  bury_the_dead();
}

void World::make_peace() {
  scene_.tell("world", "no more faults");
  at_peace_ = true;
  end_unmounts();
  mend_claim();
  for (auto const& replica : replicas_) {
    replica->fate().relent();
    replica->grant();
    (void)replica->take_counts();
  }
  controllers_.lag(0);
}

void World::settle() {
  auto until = scene_.clock.steady() + longest_rest;
  auto last_step = steps_ + most_steps;
  int quiet = 0;
  bool begun_anew = false;
  auto resync_at = scene_.clock.steady() + resync_every;
  while (!scene_.violation) {
    if (steps_ > last_step) return scene_.broken("everything comes to its end", "there is always something to do");
    bool const over = scene_.clock.steady() > until;  // what is left is tried again now and then
    if (!over && step()) continue;
    if (!over && wait(false)) {
      if (scene_.clock.steady() < resync_at) continue;
      resync_at = scene_.clock.steady() + resync_every;
      controllers_.resync();
      continue;
    }
    if (!over && quiet++ < 2) {
      controllers_.resync();
      continue;
    }
    // What landed late is seen by the next that begins.
    if (!scene_.landed_late || std::exchange(begun_anew, true)) break;
    replicas_.clear();
    start_replica();
    quiet = 0;
    until = scene_.clock.steady() + longest_rest;
    last_step = steps_ + most_steps;
  }
  check_spinning();
  if (!scene_.violation && scene_.elections) play_election();
  auto const leader = std::find_if(replicas_.begin(), replicas_.end(), [](auto const& each) { return each->leads(); });
  if (!scene_.violation) oracle_.at_rest((leader == replicas_.end() ? replicas_.front() : *leader)->told());
}

/// While an election rests its time stands still, mostly. Here it goes on, for some terms, and nothing else happens.
void World::play_election() {
  auto const until = scene_.clock.lively() + election_goes_on;
  while (!scene_.violation && scene_.clock.lively() < until) {
    if (step()) continue;
    auto next = until;
    for (auto const& replica : replicas_) next = std::min(next, replica->next_election_timer().value_or(until));
    auto const by = std::chrono::ceil<std::chrono::milliseconds>(next - scene_.clock.lively());
    scene_.clock.advance(std::max(by, 1ms));
  }
}

void World::check_spinning() {
  for (auto const& replica : replicas_)
    for (auto const& [key, count] : replica->take_counts())
      if (count > most_reconciles)
        scene_.broken("no key spins", fmt::format("{} was looked at {} times after the last fault", key, count));
}

}  // namespace nfs::simulation
