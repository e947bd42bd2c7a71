#include <fmt/format.h>

#include <algorithm>

#include "provisioner/core/naming.hpp"
#include "tests/simulation/replica.hpp"

namespace nfs::simulation {

void Replica::stand_for_election() {
  candidate_ =
      std::make_unique<Candidate>(scene_, wire_, name_, mandate_,
                                  Candidate::Callbacks{.elected = [this] { elected(); }, .lost = [this] { lost(); }});
  start("candidate", [this] { candidate_->run(); });
  tasks_.back().weight = 3;
}

/// As the service begins: with all that there is.
void Replica::elected() {
  scene_.tell(name_, fmt::format("leads (term {})", scene_.terms));
  elected_ = true;
  std::vector<std::string> keys;
  for (auto const& claim : view_.claims().all()) keys.push_back(volume_name(*claim));
  for (auto const& volume : view_.volumes().all()) keys.push_back(volume->meta.name);
  std::sort(keys.begin(), keys.end());
  for (auto const& key : keys) enqueue(key);
}

/// The program ends, soon.
void Replica::lost() {
  scene_.tell(name_, "leads no more");
  for (auto turns = scene_.dice.below(10); turns > 0; --turns) Fiber::yield();
  die(false);
}

/// Its forerunner's last writes may not have reached its watch.
void Replica::list_anew() {
  listing_anew_ = true;
  for (auto& task : tasks_) {
    if (task.name != "watch volumes") continue;
    task.fiber->kill();
    view_.volumes().abandon_replace();
    task.fiber = std::make_unique<Fiber>(watch_volumes_);
  }
}

void Replica::enqueue(std::string const& key) {
  if (elected_) queue_.add(key, scene_.clock.steady(), view_.namespace_of(key));
}

std::optional<k8s::SteadyTime> Replica::next_election_timer() const {
  if (stopped()) return fate_.stopped_until;
  auto next = candidate_ ? candidate_->wakes_at() : std::nullopt;
  if (scene_.clock.lively() < fate_.cut_off_until)
    next = std::min(next.value_or(fate_.cut_off_until), fate_.cut_off_until);
  return next;
}

bool Replica::leads_undisturbed() const {
  return leads() && !stopped() && scene_.clock.lively() >= fate_.cut_off_until;
}

}  // namespace nfs::simulation
