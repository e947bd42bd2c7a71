#pragma once

#include "tests/simulation/local_clock.hpp"

namespace nfs::simulation {

/// Sabotage: the clock that an elector goes by, wrong where its process's own is right.
class SabotagedClock final : public k8s::Clock {
 public:
  struct Faults {
    std::chrono::seconds ahead{0};       ///< of what the term goes by
    std::chrono::seconds oversleeps{0};  ///< each wait is so much longer than asked for
  };

  SabotagedClock(LocalClock const& clock, Faults faults) : clock_(clock), faults_(faults) {}

  [[nodiscard]] k8s::SteadyTime steady() const override { return clock_.steady() + faults_.ahead; }
  [[nodiscard]] k8s::WallTime wall() const override { return clock_.wall(); }
  bool wait_until(k8s::SteadyTime time, std::stop_token stop) const override {
    return clock_.wait_until(time - faults_.ahead + faults_.oversleeps, std::move(stop));
  }

 private:
  LocalClock const& clock_;
  Faults faults_;
};

}  // namespace nfs::simulation
