#pragma once

#include <chrono>

#include "k8s/base/clock.hpp"
#include "tests/simulation/fiber.hpp"

namespace nfs::simulation {

/// Goes on only when it is told to; a fiber that waits by it is resumed when it was. The wall's clock can be set, as
/// people and NTP do.
class VirtualClock final : public k8s::Clock {
 public:
  [[nodiscard]] k8s::SteadyTime steady() const override { return steady_; }
  [[nodiscard]] k8s::WallTime wall() const override { return wall_; }
  bool wait_until(k8s::SteadyTime time, std::stop_token stop) const override {
    Fiber::wait_until(time, [&stop] { return stop.stop_requested(); });
    return !stop.stop_requested();
  }
  /// Steady, without the leaps: an election knows differences only, and needs not be played while nothing else happens.
  [[nodiscard]] k8s::SteadyTime lively() const { return lively_; }

  void advance(std::chrono::milliseconds by) {
    leap(by);
    lively_ += by;
  }
  /// Over a time in which leaders went on to lead, and those who wait went on to wait.
  void leap(std::chrono::milliseconds by) {
    steady_ += by;
    wall_ += by;
  }
  void set_wall_by(std::chrono::milliseconds by) { wall_ += by; }

 private:
  k8s::SteadyTime steady_{std::chrono::hours(1)};
  k8s::SteadyTime lively_{std::chrono::hours(1)};
  k8s::WallTime wall_{std::chrono::seconds(1'767'225'600)};  // 2026-01-01T00:00:00Z
};

}  // namespace nfs::simulation
