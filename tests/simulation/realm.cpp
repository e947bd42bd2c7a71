#include "tests/simulation/realm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace nfs::simulation {
namespace {

constexpr std::size_t most_reconciles = 60;  ///< of one key, after the last fault
constexpr std::size_t most_looks_at_others =
    250;  ///< more, where two share: who waits for the other one looks once a minute

Binding pick_binding(Dice& dice) {
  auto const chosen = dice.below(10);
  return chosen < 7 ? Binding::direct : chosen < 9 ? Binding::eager : Binding::controller;
}

}  // namespace

Realm::Realm(Ground& ground, Identity who, VirtualClock& clock, Script const& script)
    : scene_(ground, std::move(who), clock),
      oracle_(scene_),
      controllers_(scene_),
      people_(scene_, controllers_, oracle_),
      volume_people_(scene_, oracle_) {
  scene_.api_changed = [this] { oracle_.api_changed(); };
  scene_.elections = script.elections;
  if (script.hands) scene_.server.date_by([this] { return scene_.api_time(); });
  binding_ = pick_binding(scene_.dice);
  scene_.unmarked = script.unmarked && binding_ != Binding::controller;
  scene_.initial_events = scene_.dice.chance(50);
  scene_.lag_is_bounded = scene_.dice.chance(40);
  scene_.future_is_refused = scene_.dice.chance(50);
}

void Realm::set_up(Realm const* twin) {
  if (twin == nullptr)
    people_.set_up();
  else
    people_.set_up_as(twin->people_);
  start_replica();
}

bool Realm::volumes_stand() const {
  auto const& volumes = oracle_.truth().volumes();
  return std::any_of(volumes.begin(), volumes.end(),
                     [](auto const& each) { return each.second.exists && !each.second.last.meta.deleting(); });
}

void Realm::start_replica() {
  if (!volumes_stand()) end_unmounts();
  replicas_.push_back(std::make_unique<Replica>(scene_, fmt::format("life {}", ++lives_), binding_));
  replicas_.back()->fate().unmounted = unmounted_;
  replicas_.back()->fate().cut_off_until = api_away_until_;
  scene_.tell("world", fmt::format("life {} begins", lives_));
}

void Realm::start_if_none_lives() {
  if (replicas_.empty()) start_replica();
}

Replica& Realm::some_replica(Dice& dice) {
  auto at = replicas_.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(dice.below(replicas_.size())));
  return **at;
}

bool Realm::machine_died() const {
  return std::any_of(replicas_.begin(), replicas_.end(), [](auto const& r) { return r->machine_died(); });
}

bool Realm::bury(bool all) {
  return std::erase_if(replicas_, [&](auto const& replica) { return replica->dead() || all; }) > 0;
}

void Realm::begin_step(std::size_t step) {
  step_ = step;
  check_leaders();
  if (step_ >= readable_again_at_) mend_claim();
  if (step_ >= mounted_again_at_ || (unmounted_ && !volumes_stand())) end_unmounts();
}

std::optional<k8s::SteadyTime::duration> Realm::next_timer(bool background, bool rest) const {
  std::optional<k8s::SteadyTime::duration> next;
  auto const consider = [&](std::optional<k8s::SteadyTime> time, k8s::SteadyTime now) {
    if (time && (!next || *time - now < *next)) next = *time - now;
  };
  for (auto const& replica : replicas_) consider(replica->next_timer(background), scene_.clock.steady());
  if (!rest) {
    for (auto const& replica : replicas_) consider(replica->next_election_timer(), scene_.clock.lively());
    for (auto const& late : scene_.late) consider(late.lands_at, scene_.clock.lively());
  }
  if (next) next = scene_.clock.in_the_world(*next);
  return next;
}

std::optional<k8s::SteadyTime::duration> Realm::next_election_timer() const {
  std::optional<k8s::SteadyTime::duration> next;
  for (auto const& replica : replicas_) {
    auto const time = replica->next_election_timer();
    if (time && (!next || *time - scene_.clock.lively() < *next)) next = *time - scene_.clock.lively();
  }
  if (next) next = scene_.clock.in_the_world(*next);
  return next;
}

/// Something is under way that time could overtake, or somebody is kept from taking part.
bool Realm::elections_disturbed() const {
  return !scene_.late.empty() || std::any_of(replicas_.begin(), replicas_.end(), [&](auto const& replica) {
    return replica->stopped() || scene_.clock.lively() < replica->fate().cut_off_until;
  });
}

/// Somebody leads and will go on to, or nobody needs to.
bool Realm::elections_rest() const {
  if (elections_disturbed()) return false;
  return !scene_.elections ||
         std::any_of(replicas_.begin(), replicas_.end(), [](auto const& each) { return each->leads(); });
}

void Realm::check_leaders() {
  if (!scene_.elections) return;
  if (elections_disturbed()) scene_.disturbed_at = scene_.clock.lively();
  auto const leaders =
      std::count_if(replicas_.begin(), replicas_.end(), [](auto const& each) { return each->leads(); });
  if (leaders > 1) scene_.broken("one leads at a time", fmt::format("{} lead", leaders));
}

bool Realm::land_something() {
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

void Realm::make_peace() {
  scene_.tell("world", "no more faults");
  end_unmounts();
  mend_claim();
  for (auto const& replica : replicas_) {
    replica->fate().relent();
    replica->grant();
    (void)replica->take_counts();
  }
  controllers_.lag(0);
}

void Realm::begin_anew() {
  replicas_.clear();
  start_replica();
}

void Realm::check_spinning() {
  for (auto const& replica : replicas_)
    for (auto const& [key, count] : replica->take_counts())
      if (count > most_reconciles + (scene_.identity.shares ? most_looks_at_others : 0))
        scene_.broken("no key spins", fmt::format("{} was looked at {} times after the last fault", key, count));
}

void Realm::look_at_rest() {
  auto const leader = std::find_if(replicas_.begin(), replicas_.end(), [](auto const& each) { return each->leads(); });
  oracle_.at_rest((leader == replicas_.end() ? replicas_.front() : *leader)->told());
}

}  // namespace nfs::simulation
