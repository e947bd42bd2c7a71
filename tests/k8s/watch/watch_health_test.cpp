#include "k8s/watch/watch_health.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/manual_clock.hpp"

using namespace std::chrono_literals;

TEST_CASE("a copy that has heard nothing for two minutes is not to be relied on, and says why") {
  test::ManualClock clock;
  k8s::WatchHealth health(clock);
  clock.advance(119s);
  CHECK(health.read().trouble().empty());
  clock.advance(1s);
  CHECK(health.read().trouble() == "nothing has come for 120 s");
  health.failed("watch things: forbidden");
  CHECK(health.read().trouble() == "nothing has come for 120 s: watch things: forbidden");
  CHECK(health.read().age == 120s);
}

TEST_CASE("whatever comes makes it good again, and a failure alone does not make it bad") {
  test::ManualClock clock;
  k8s::WatchHealth health(clock);
  clock.advance(200s);
  health.failed("reset");
  health.heard();
  clock.advance(10s);
  health.failed("reset");
  CHECK(health.read().trouble().empty());
  CHECK(health.read().age == 10s);
}
