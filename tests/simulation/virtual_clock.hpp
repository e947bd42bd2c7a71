#pragma once

#include <chrono>

#include "k8s/base/clock.hpp"
#include "tests/simulation/fiber.hpp"

namespace nfs::simulation {

/// Goes on only when it is told to; a fiber that waits by it is resumed when it was. The wall's clock can be set, as
/// people and NTP do. Where there are several, each goes at its own rate.
class VirtualClock final : public k8s::Clock {
 public:
  /// `permille`: how far it goes while the world's time goes on by 1,000.
  explicit VirtualClock(int permille = 1000) : permille_(permille) {}

  [[nodiscard]] k8s::SteadyTime steady() const override { return steady_; }
  [[nodiscard]] k8s::WallTime wall() const override { return wall_; }
  bool wait_until(k8s::SteadyTime time, std::stop_token stop) const override {
    Fiber::wait_until(time, [&stop] { return stop.stop_requested(); });
    return !stop.stop_requested();
  }
  /// Steady, without the leaps: an election knows differences only, and needs not be played while nothing else happens.
  [[nodiscard]] k8s::SteadyTime lively() const { return lively_; }

  /// By so much of the world's time.
  void advance(std::chrono::milliseconds by) {
    leap(by);
    lively_ += own(by);
  }
  /// Over a time in which leaders went on to lead, and those who wait went on to wait.
  void leap(std::chrono::milliseconds by) {
    steady_ += own(by);
    wall_ += own(by);
  }
  /// When so much of this clock's time has passed, so much of the world's has.
  [[nodiscard]] std::chrono::nanoseconds in_the_world(std::chrono::nanoseconds own) const {
    constexpr std::chrono::nanoseconds most = std::chrono::hours(24 * 365);
    if (permille_ == 1000 || own > most) return own;
    return (own * 1000 + std::chrono::nanoseconds(permille_ - 1)) / permille_;
  }
  void set_wall_by(std::chrono::milliseconds by) { wall_ += by; }

 private:
  [[nodiscard]] std::chrono::nanoseconds own(std::chrono::nanoseconds by) const { return by * permille_ / 1000; }

  int permille_;
  k8s::SteadyTime steady_{std::chrono::hours(1)};
  k8s::SteadyTime lively_{std::chrono::hours(1)};
  k8s::WallTime wall_{std::chrono::seconds(1'767'225'600)};  // 2026-01-01T00:00:00Z
};

}  // namespace nfs::simulation
