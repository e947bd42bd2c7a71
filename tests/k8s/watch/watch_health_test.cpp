#include "k8s/watch/watch_health.hpp"

#include "tests/support/catch.hpp"

using namespace std::chrono_literals;

namespace {

class HandClock final : public k8s::Clock {
 public:
  [[nodiscard]] k8s::SteadyTime steady() const override { return k8s::SteadyTime{} + now; }
  [[nodiscard]] k8s::WallTime wall() const override { return {}; }
  std::chrono::milliseconds now{0};
};

}  // namespace

TEST_CASE("a copy that has heard nothing for two minutes is not to be relied on, and says why") {
  HandClock clock;
  k8s::WatchHealth health(clock);
  clock.now = 119s;
  CHECK(health.read().trouble().empty());
  clock.now = 120s;
  CHECK(health.read().trouble() == "nothing has come for 120 s");
  health.failed("watch things: forbidden");
  CHECK(health.read().trouble() == "nothing has come for 120 s: watch things: forbidden");
  CHECK(health.read().age == 120s);
}

TEST_CASE("whatever comes makes it good again, and a failure alone does not make it bad") {
  HandClock clock;
  k8s::WatchHealth health(clock);
  clock.now = 200s;
  health.failed("reset");
  health.heard();
  clock.now = 210s;
  health.failed("reset");
  CHECK(health.read().trouble().empty());
  CHECK(health.read().age == 10s);
}
