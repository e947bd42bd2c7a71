#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>

#include "k8s/base/clock.hpp"

namespace k8s {

/// How long we may still act as leader, by our own clock: whoever is about to change something asks directly before it.
/// A process that stood still learns so that its time is over before it has done anything. Thread-safe.
class Term {
 public:
  explicit Term(Clock const& clock) : clock_(clock) {}

  [[nodiscard]] bool holds() const { return !ended_.load() && clock_.steady() < act_until_.load(); }
  /// Until others may lead: what was begun must be over, or given up, by then. 0: it is.
  [[nodiscard]] std::chrono::milliseconds left() const {
    auto const left = std::chrono::floor<std::chrono::milliseconds>(ends_.load() - clock_.steady());
    return std::max(left, std::chrono::milliseconds{0});
  }

  void extend(SteadyTime act_until, SteadyTime ends) {
    ends_ = ends;
    act_until_ = act_until;
  }
  /// For ever: nobody else acts.
  void hold() { extend(SteadyTime::max(), SteadyTime::max()); }
  /// Nothing extends it any more.
  void end() { ended_ = true; }

 private:
  Clock const& clock_;
  std::atomic<bool> ended_ = false;
  std::atomic<SteadyTime> act_until_{SteadyTime{}};
  std::atomic<SteadyTime> ends_{SteadyTime{}};
};

}  // namespace k8s
