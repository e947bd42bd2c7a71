#include <atomic>
#include <thread>

#include "k8s/leader/elector.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_api_server.hpp"

using namespace std::chrono_literals;

TEST_CASE("an elector renews when the clock that it was given says so, and its term ends by that clock") {
  test::MemoryApiServer server;
  test::ManualClock clock;
  k8s::Log const log(k8s::LogLevel::error, k8s::LogFormat::text, [](std::string_view) {});
  k8s::Term term(clock);
  std::atomic<bool> lost = false;
  k8s::Elector elector(server, {.name_space = "team", .name = "disk", .identity = "one", .times = {}}, term, clock,
                       log);
  std::jthread taking_part(
      [&](std::stop_token stop) { elector.run({.elected = [](auto const&) {}, .lost = [&] { lost = true; }}, stop); });
  auto const renewed = [&] { return server.find<k8s::Lease>({"team", "disk"})->record.renew_time; };

  REQUIRE(clock.await_waiter());  // it leads, and waits for the time of its renewal
  CHECK(term.holds());
  auto const first = renewed();
  clock.advance(2s);
  REQUIRE(clock.await_waiter());
  CHECK(renewed() != first);

  // Its machine is suspended for as long as a term lasts.
  clock.advance(11s);
  CHECK_FALSE(term.holds());
  taking_part.join();
  CHECK(lost);
}
