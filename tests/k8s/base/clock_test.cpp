#include "k8s/base/clock.hpp"

#include <thread>
#include <type_traits>

#include "tests/support/catch.hpp"
#include "tests/support/manual_clock.hpp"

using namespace std::chrono_literals;
using k8s::SteadyTime;

// To mix the two clocks does not compile.
static_assert(!std::is_convertible_v<std::chrono::steady_clock::time_point, SteadyTime>);
static_assert(!std::is_assignable_v<SteadyTime&, std::chrono::steady_clock::time_point>);

TEST_CASE("a wait ends when its time has come, one for the past at once") {
  auto const& clock = k8s::system_clock();
  auto const time = clock.steady() + 20ms;
  CHECK(clock.wait_until(time, {}));
  CHECK(clock.steady() >= time);
  CHECK(clock.wait_until(time, {}));
  CHECK(clock.wait_for(0ms, {}));
}

TEST_CASE("a wait ends early when it is told to stop, also one for ever") {
  auto const& clock = k8s::system_clock();
  std::stop_source source;
  std::jthread const other([&] { source.request_stop(); });
  CHECK_FALSE(clock.wait_until(SteadyTime::max(), source.get_token()));
  CHECK_FALSE(clock.wait_for(0ms, source.get_token()));
}

TEST_CASE("who waits by a clock that is set by hand goes on when it is set, or told to stop") {
  test::ManualClock clock;
  {
    bool came = false;
    std::jthread waiter([&](std::stop_token stop) { came = clock.wait_for(1h, stop); });
    REQUIRE(clock.await_waiter());
    clock.advance(1h);
    waiter.join();
    CHECK(came);
  }
  bool came = true;
  std::jthread waiter([&](std::stop_token stop) { came = clock.wait_for(1h, stop); });
  REQUIRE(clock.await_waiter());
  waiter.request_stop();
  waiter.join();
  CHECK_FALSE(came);
}

TEST_CASE("the system's steady clock does not go back") {
  auto const first = k8s::system_clock().steady();
  CHECK(k8s::system_clock().steady() >= first);
}
