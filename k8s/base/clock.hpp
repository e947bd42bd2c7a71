#pragma once

#include <chrono>
#include <stop_token>
#include <utility>

#include "k8s/text/rfc3339.hpp"

namespace k8s {

/// Time since the machine started, with the time that it was suspended (Linux' CLOCK_BOOTTIME). Its time points are of
/// a type of their own: std::chrono::steady_clock stands still over a suspend, and the compiler refuses to mix the two.
struct BootClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;
  [[nodiscard]] static time_point now() noexcept;
};

using SteadyTime = BootClock::time_point;

/// Where the time comes from, so that tests and simulation can own it. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Never goes back, and goes on while the machine or the process sleeps.
  [[nodiscard]] virtual SteadyTime steady() const = 0;
  [[nodiscard]] virtual WallTime wall() const = 0;

  /// Blocks until steady() has reached `time` (true), or `stop` was requested (false; also when both are so).
  /// The machine's clock: a stop ends the wait at once; when the machine was suspended past `time`, the wait ends up to
  /// 5 s after it has resumed, because no sleep in the kernel is asked to last longer than that.
  virtual bool wait_until(SteadyTime time, std::stop_token stop) const = 0;
  /// wait_until() of `delay` from now on.
  bool wait_for(std::chrono::milliseconds delay, std::stop_token stop) const {
    return wait_until(steady() + delay, std::move(stop));
  }
};

/// The machine's clocks; lives as long as the process.
[[nodiscard]] Clock const& system_clock();

}  // namespace k8s
