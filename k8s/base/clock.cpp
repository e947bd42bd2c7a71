#include "k8s/base/clock.hpp"

#include <time.h>

namespace k8s {
namespace {

class SystemClock final : public Clock {
 public:
  // With the time that the machine slept: others counted it, too, and so a lease has run out meanwhile.
  SteadyTime steady() const override {
    timespec now{};
    if (::clock_gettime(CLOCK_BOOTTIME, &now) != 0) return std::chrono::steady_clock::now();
    return SteadyTime(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
  }
  WallTime wall() const override { return std::chrono::system_clock::now(); }
};

}  // namespace

Clock const& system_clock() {
  static SystemClock const clock;
  return clock;
}

}  // namespace k8s
