#include "tests/simulation/world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace nfs::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_steps = 60'000;
constexpr auto resync_every = 15s;      ///< kube-controller-manager's
constexpr auto election_goes_on = 60s;  ///< after the last fault
constexpr auto longest_rest = 3h;       ///< virtual, until everything has come to its end
constexpr auto watch_time = 60s;        ///< after that the server ends a watch, and nobody suspects anything

}  // namespace

World::World(Script const& script, Setting const& setting) : script_(script), ground_(script.seed) {
  ground_.sabotage = setting.sabotage;
  if (setting.trace)
    ground_.trace = [this, trace = setting.trace](std::string line) {
      trace(fmt::format("{:6} {} {}", steps_, k8s::to_rfc3339(ground_.clock.wall()), line));
    };
  add_realm({.shares = script.neighbour}, ground_.clock);
  auto& first = realms_.front();
  first.oracle().plant("lost+found");
  first.oracle().plant("archived-team-a-web-pvc-of-upstream");
  first.oracle().plant("backup/weekly");
  first.set_up(nullptr);
  if (script.neighbour) add_neighbour();
}

World::~World() = default;

void World::add_realm(Identity who, VirtualClock& clock) {
  auto& realm = realms_.emplace_back(ground_, std::move(who), clock, script_);
  realm.scene().files_moved = [this, &realm] { files_moved(&realm); };
}

/// Another cluster on the export, with a clock of its own. Of two ids one sorts first.
void World::add_neighbour() {
  neighbours_clock_.emplace(900 + static_cast<int>(ground_.dice.below(201)));
  neighbours_clock_->set_wall_by(std::chrono::seconds(ground_.dice.below(600)) - 300s);
  add_realm(
      {.id = ground_.dice.chance(50) ? "cluster-b" : "a-cluster", .label = "b: ", .uids = "b-uid-", .shares = true},
      *neighbours_clock_);
  auto& one = realms_.front();
  auto& other = realms_.back();
  one.oracle().share_with(other.oracle());
  other.oracle().share_with(one.oracle());
  other.set_up(&one);
}

/// By a process of that cluster; null: by nobody's.
void World::files_moved(Realm const* by) {
  for (auto& realm : realms_) realm.oracle().files_moved(by != nullptr && by != &realm);
}

std::optional<Violation> World::play() {
  for (auto const& op : script_.ops) {
    next_op_at_ = steps_ + op.gap;
    while (steps_ < next_op_at_ && !ground_.violation) {
      if (step()) continue;
      // Nobody has anything to do: sometimes time goes on, sometimes somebody acts just then.
      if (ground_.dice.chance(60) || !wait(true)) break;
    }
    if (ground_.violation) return ground_.violation;
    perform(op);
  }
  make_peace();
  settle();
  return ground_.violation;
}

bool World::elections_rest() const {
  return std::all_of(realms_.begin(), realms_.end(), [](auto const& each) { return each.elections_rest(); });
}

bool World::step() {
  ++steps_;
  bool const rest = elections_rest();
  auto const by = std::chrono::milliseconds(1 + ground_.dice.below(rest ? 20 : 300));
  for (auto& realm : realms_) {
    auto& scene = realm.scene();
    scene.clock.advance(by);
    // Where one cluster holds an election, time goes fast for the processes of both, and they have their turns less
    // often.
    if (!rest && realms_.size() > 1) scene.disturbed_at = scene.clock.lively();
  }
  for (auto& realm : realms_) realm.begin_step(steps_);
  return give_turn();
}

bool World::give_turn() {
  struct Turn {
    Replica* replica;
    Replica::Task* task;
  };
  std::vector<Turn> turns;
  std::vector<Realm*> controllers, people, errands;
  for (auto& realm : realms_) {
    for (auto const& replica : realm.replicas())
      for (auto* task : replica->ready()) turns.push_back({replica.get(), task});
    if (realm.controllers().has_work()) controllers.push_back(&realm);
    if (realm.people().has_work()) people.push_back(&realm);
    if (realm.volume_people().has_work()) errands.push_back(&realm);
  }
  for (auto& realm : realms_)
    if (realm.land_something()) return true;
  if (turns.empty() && controllers.empty() && people.empty() && errands.empty()) return false;
  if (!at_peace_ && ground_.dice.chance(8)) {
    auto& realm = realms_.size() > 1 && ground_.dice.chance(50) ? realms_.back() : realms_.front();
    realm.people().use_something(realm.oracle());
  }
  auto const often = 4 * controllers.size();
  auto const choice = ground_.dice.below(turns.size() + often + people.size() + errands.size());
  if (choice < turns.size()) {
    turns[choice].replica->resume(*turns[choice].task);
    bury_the_dead();
  } else if (choice < turns.size() + often) {
    controllers[(choice - turns.size()) / 4]->controllers().step();
  } else if (choice < turns.size() + often + people.size()) {
    auto& realm = *people[choice - turns.size() - often];
    realm.people().step(realm.oracle());
  } else {
    errands[choice - turns.size() - often - people.size()]->volume_people().step();
  }
  return true;
}

/// Where the file server dies, all processes that use it do.
void World::bury_the_dead() {
  bool const machine =
      std::any_of(realms_.begin(), realms_.end(), [](auto const& each) { return each.machine_died(); });
  bool buried = false;
  for (auto& realm : realms_) buried = realm.bury(machine) || buried;
  if (!buried) return;
  if (machine) {
    ground_.files.crash(ground_.dice.bits());
    files_moved(nullptr);
  }
  for (auto& realm : realms_) realm.start_if_none_lives();
}

bool World::wait(bool background) {
  std::optional<k8s::SteadyTime::duration> next;
  bool const rest = elections_rest();
  for (auto const& realm : realms_)
    if (auto const of_realm = realm.next_timer(background, rest); of_realm && (!next || *of_realm < *next))
      next = of_realm;
  if (!next) return false;
  auto const by = std::chrono::ceil<std::chrono::milliseconds>(*next);
  if (by.count() > 0) pass(by);
  return true;
}

void World::pass(std::chrono::milliseconds by) {
  bool const rest = elections_rest();
  for (auto& realm : realms_) {
    auto& clock = realm.scene().clock;
    if (rest) {
      clock.leap(by);
      continue;
    }
    clock.advance(by);
    realm.scene().disturbed_at = clock.lively();  // nobody had a turn meanwhile
  }
}

/// Time passes, and nobody has a turn.
void World::stand_still(std::chrono::milliseconds by) {
  ground_.note_standstill(by);
  pass(by);
}

void World::perform(Op const& op) {
  auto& realm = op.neighbours ? realms_.back() : realms_.front();
  realm.scene().tell("op", to_string(op.kind));
  for (auto& each : realms_) each.back_up();
  if (realm.people().act(op) || realm.volume_people().act(op)) return;
  Dice dice(op.dice);
  switch (op.kind) {
    case OpKind::pass_time:
      stand_still(std::chrono::seconds(1 + dice.below(dice.chance(30) ? 10'000 : 120)));
      break;
    case OpKind::set_wall_clock:
      set_wall_clock(realm, std::chrono::seconds(dice.below(20'000)) - 10'000s);
      break;
    case OpKind::drop_watches:
    case OpKind::compact:
      if (dice.chance(50)) stand_still(watch_time);
      [[fallthrough]];
    default:
      realm.perform_fault(op, dice);
  }
  bury_the_dead();
}

void World::set_wall_clock(Realm& realm, std::chrono::seconds by) {
  auto& clock = realm.scene().clock;
  auto const before = clock.wall();
  clock.set_wall_by(by);
  realm.oracle().wall_clock_set(before);
  if (&clock == &ground_.clock) ground_.note_clock_set(before);
}

void World::make_peace() {
  at_peace_ = true;
  for (auto& realm : realms_) realm.make_peace();
}

void World::resync() {
  for (auto& realm : realms_) realm.controllers().resync();
}

void World::settle() {
  bool const rested = has_come_to_rest();
  // What landed late is seen by the next that begins.
  bool begun_anew = false;
  for (auto& realm : realms_) {
    if (!rested || !realm.scene().landed_late) continue;
    realm.begin_anew();
    begun_anew = true;
  }
  if (begun_anew && !has_come_to_rest()) return;
  if (!rested) return;
  for (auto& realm : realms_) realm.check_spinning();
  if (!ground_.violation && script_.elections) play_election();
  for (auto& realm : realms_)
    if (!ground_.violation) realm.look_at_rest();
}

/// Lately, so that a claim of another cluster may not know yet: it hears of that, and tries again, every five minutes.
bool World::path_came_free() {
  return realms_.size() > 1 && std::ranges::any_of(realms_, [](Realm& each) {
           return each.scene().clock.steady() - each.oracle().archive_went_at() < 20min;
         });
}

/// Until nobody has anything to do; false: a promise was broken.
bool World::has_come_to_rest() {
  auto const until = ground_.clock.steady() + longest_rest;
  auto const last_step = steps_ + most_steps * realms_.size();
  int quiet = 0;
  auto resync_at = ground_.clock.steady() + resync_every;
  while (!ground_.violation) {
    if (steps_ > last_step) {
      realms_.front().scene().broken("everything comes to its end", "there is always something to do");
      break;
    }
    bool const over = ground_.clock.steady() > until && !path_came_free();  // the rest is tried again now and then
    if (!over && step()) continue;
    if (!over && wait(false)) {
      if (ground_.clock.steady() < resync_at) continue;
      resync_at = ground_.clock.steady() + resync_every;
      resync();
      continue;
    }
    if (over || quiet++ >= 2) break;
    resync();
  }
  return !ground_.violation;
}

/// While an election rests its time stands still, mostly. Here it goes on, for some terms, and nothing else happens.
void World::play_election() {
  auto const until = ground_.clock.lively() + election_goes_on;
  while (!ground_.violation && ground_.clock.lively() < until) {
    if (step()) continue;
    auto next = until - ground_.clock.lively();
    for (auto const& realm : realms_) next = std::min(next, realm.next_election_timer().value_or(next));
    auto const by = std::max(std::chrono::ceil<std::chrono::milliseconds>(next), 1ms);
    for (auto& realm : realms_) realm.scene().clock.advance(by);
  }
}

}  // namespace nfs::simulation
