#include "k8s/base/clock.hpp"

namespace k8s {
namespace {

class SystemClock final : public Clock {
 public:
  SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
  WallTime wall() const override { return std::chrono::system_clock::now(); }
};

}  // namespace

Clock const& system_clock() {
  static SystemClock const clock;
  return clock;
}

}  // namespace k8s
