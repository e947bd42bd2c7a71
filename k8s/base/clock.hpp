#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

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
using WallTime = std::chrono::system_clock::time_point;

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

/// metav1.Time: RFC 3339, UTC, whole seconds ("2026-01-31T23:59:59Z").
[[nodiscard]] std::string to_rfc3339(WallTime time);

/// metav1.MicroTime, as a Lease keeps it: RFC 3339, UTC, six digits of fraction ("2026-01-31T23:59:59.000001Z").
[[nodiscard]] std::string to_rfc3339_micros(WallTime time);

/// The same with three digits, for people.
[[nodiscard]] std::string to_rfc3339_millis(WallTime time);

/// Accepts fractions and offsets, as RFC 3339 does; finer than WallTime is cut off. nullopt when malformed, for a leap
/// second (as in Go), and when WallTime cannot hold it (before 1678, after 2261).
[[nodiscard]] std::optional<WallTime> from_rfc3339(std::string_view text);

}  // namespace k8s
