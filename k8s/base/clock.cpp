#include "k8s/base/clock.hpp"

#include <time.h>

#include <algorithm>

#include "k8s/base/mutex.hpp"

namespace k8s {
namespace {

// The kernel's timed waits count CLOCK_MONOTONIC, which stands still while the machine is suspended: a wait looks at
// the clock that does not after so long at the most.
constexpr std::chrono::seconds longest_sleep{5};

class SystemClock final : public Clock {
 public:
  SteadyTime steady() const override { return BootClock::now(); }
  WallTime wall() const override { return std::chrono::system_clock::now(); }

  bool wait_until(SteadyTime time, std::stop_token stop) const override {
    Mutex mutex;
    Condition never;
    MutexLock const lock(mutex);
    while (!stop.stop_requested()) {
      auto const left = time - BootClock::now();
      if (left.count() <= 0) return true;
      never.wait_for(mutex, stop, std::min<SteadyTime::duration>(left, longest_sleep), [] { return false; });
    }
    return false;
  }
};

}  // namespace

BootClock::time_point BootClock::now() noexcept {
  timespec now{};
  // Every kernel that runs this program has CLOCK_BOOTTIME; a sandbox may refuse it.
  if (::clock_gettime(CLOCK_BOOTTIME, &now) != 0) ::clock_gettime(CLOCK_MONOTONIC, &now);
  return time_point(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

Clock const& system_clock() {
  static SystemClock const clock;
  return clock;
}

}  // namespace k8s
