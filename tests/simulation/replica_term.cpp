#include <fmt/format.h>

#include <algorithm>

#include "k8s/leader/choose_lock.hpp"
#include "tests/simulation/replica.hpp"

namespace nfs::simulation {

using namespace std::chrono_literals;

void Replica::stand_for_election() {
  k8s::ElectorOptions const options{.name_space = "kube-system",
                                    .name = k8s::lock_name(our_name),
                                    .identity = name_,
                                    .times = {},
                                    .seed = scene_.dice.bits()};
  elector_ = std::make_unique<k8s::Elector>(wire_, options, mandate_.term(), mandate_.election_clock(), log_);
  start("elector", [this] {
    elector_->run({.elected = [this](auto const&) { elected(); }, .lost = [] {}}, {});
    lost();
  });
  tasks_.back().weight = 3;
}

/// As the service begins: with all that there is.
void Replica::elected() {
  mandate_.begin();
  scene_.tell(name_, fmt::format("leads (term {})", scene_.terms));
  begin();
  router_.route_all();
}

/// From now on it acts.
void Replica::begin() {
  queues_.open();
  watch_.lead();
}

/// The program ends, soon.
void Replica::lost() {
  scene_.tell(name_, "leads no more");
  // For longer than a term lasts, by the slowest clock, nothing kept it from renewing.
  if (scene_.clock.lively() - scene_.disturbed_at > 20s)
    scene_.broken("who leads undisturbed goes on to lead", name_ + " has lost its lock");
  for (auto turns = scene_.dice.below(10); turns > 0; --turns) Fiber::yield();
  die(false);
}

std::optional<k8s::SteadyTime> Replica::next_election_timer() const {
  if (stopped()) return fate_.stopped_until;
  auto next = mandate_.clock().wakes_at();
  if (scene_.clock.lively() < fate_.cut_off_until)
    next = std::min(next.value_or(fate_.cut_off_until), fate_.cut_off_until);
  return next;
}

bool Replica::leads_undisturbed() const {
  return leads() && !stopped() && scene_.clock.lively() >= fate_.cut_off_until;
}

}  // namespace nfs::simulation
