#pragma once

#include <optional>
#include <utility>

#include "tests/simulation/dice.hpp"
#include "tests/simulation/virtual_clock.hpp"

namespace nfs::simulation {

/// The clocks of one machine: begun at another time, up to a tenth faster or slower than others', the wall's wrong by
/// hours.
class LocalClock final : public k8s::Clock {
 public:
  LocalClock(VirtualClock const& clock, Dice& dice)
      : clock_(clock),
        permille_(900 + static_cast<int>(dice.below(201))),
        ahead_(std::chrono::seconds(dice.below(100'000))),
        wall_ahead_(std::chrono::seconds(dice.below(20'000)) - std::chrono::seconds(10'000)) {}

  [[nodiscard]] k8s::SteadyTime steady() const override {
    return k8s::SteadyTime(clock_.lively().time_since_epoch() * permille_ / 1000 + ahead_);
  }
  [[nodiscard]] k8s::WallTime wall() const override { return clock_.wall() + wall_ahead_; }

  bool wait_until(k8s::SteadyTime time, std::stop_token stop) const override {
    wait_until(time, Fiber::Ready([&stop] { return stop.stop_requested(); }));
    return !stop.stop_requested();
  }
  /// Until `early` says so, too. The same moment for who waits by VirtualClock::steady() may be another one: time leaps
  /// there while an election rests.
  void wait_until(k8s::SteadyTime time, Fiber::Ready early) const {
    auto const lively = lively_at(time);
    wakes_at_ = lively;
    Fiber::wait([this, lively, &early] { return clock_.lively() >= lively || early(); });
    wakes_at_.reset();
  }
  /// Who waits by this clock goes on then, by VirtualClock::lively(). One at a time waits: the elector.
  [[nodiscard]] std::optional<k8s::SteadyTime> wakes_at() const { return wakes_at_; }

 private:
  /// What everybody's clock says when this one says `local`.
  [[nodiscard]] k8s::SteadyTime lively_at(k8s::SteadyTime local) const {
    auto const since = (local.time_since_epoch() - ahead_) * 1000 / permille_;
    return k8s::SteadyTime(since + std::chrono::milliseconds(1));
  }

  VirtualClock const& clock_;
  int permille_;
  std::chrono::seconds ahead_;
  std::chrono::seconds wall_ahead_;
  mutable std::optional<k8s::SteadyTime> wakes_at_;
};

}  // namespace nfs::simulation
