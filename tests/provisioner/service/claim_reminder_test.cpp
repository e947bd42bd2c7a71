#include "provisioner/service/claim_reminder.hpp"

#include <atomic>
#include <thread>

#include "tests/support/catch.hpp"
#include "tests/support/manual_clock.hpp"

TEST_CASE("claims that wait are looked at again before the API server forgets what they were told") {
  using namespace std::chrono_literals;
  test::ManualClock clock;
  std::atomic<int> looks = 0;
  nfs::ClaimReminder const reminder([&] { ++looks; }, clock);
  std::jthread const thread([&](std::stop_token stop) { reminder.run(std::move(stop)); });
  for (int hour = 1; hour <= 3; ++hour) {
    REQUIRE(clock.await_waiter());
    CHECK(looks == hour - 1);
    clock.advance(59min);
  }
  REQUIRE(clock.await_waiter());
  CHECK(looks == 3);
}
