#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "k8s/leader/election.hpp"
#include "k8s/leader/limited_transport.hpp"
#include "k8s/leader/lock.hpp"
#include "tests/simulation/mandate.hpp"

namespace nfs::simulation {

/// Takes part in the election as its machine says: what the elector's thread does, on a fiber and by the process's own
/// clock.
class Candidate {
 public:
  struct Callbacks {
    std::function<void()> elected;
    std::function<void()> lost;
  };

  Candidate(Scene& scene, k8s::Transport& transport, std::string identity, Mandate& mandate, Callbacks callbacks);

  /// Until it has lost.
  void run();
  /// When it goes on by itself, by VirtualClock::lively().
  [[nodiscard]] std::optional<k8s::SteadyTime> wakes_at() const { return wakes_at_; }

 private:
  bool take_step();
  void look();
  void take(k8s::LeaderRecord const& record);
  void pause(k8s::SteadyTime until);

  Scene& scene_;
  Mandate& mandate_;
  k8s::ElectionTimes times_;
  k8s::LimitedTransport transport_;
  Callbacks callbacks_;
  k8s::Election election_;
  std::unique_ptr<k8s::Lock> lock_;
  std::optional<k8s::SteadyTime> wakes_at_;
};

}  // namespace nfs::simulation
