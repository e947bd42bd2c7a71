#include "provisioner/app/crew.hpp"

#include <atomic>
#include <future>

#include "k8s/base/clock.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace std::chrono_literals;

TEST_CASE("a crew is told to stop and waited for") {
  Crew crew;
  std::atomic<int> ended = 0;
  for (int i = 0; i < 3; ++i) {
    crew.start([&](std::stop_token stop) {
      while (k8s::system_clock().wait_for(1h, stop)) {
      }
      ++ended;
    });
  }
  crew.stop();
  REQUIRE(crew.wait(20s));
  CHECK(ended == 3);
}

TEST_CASE("a thread of a crew that hangs is not waited for without end") {
  Crew crew;
  std::promise<void> answer;
  crew.start([hung = answer.get_future().share()](std::stop_token) { hung.wait(); });
  crew.stop();
  CHECK_FALSE(crew.wait(1ms));
  answer.set_value();
  CHECK(crew.wait(20s));
}

TEST_CASE("a crew without threads has ended") {
  Crew crew;
  CHECK(crew.wait(0ms));
}

TEST_CASE("nothing is started once a crew was told to stop") {
  Crew crew;
  crew.stop();
  std::atomic<bool> ran = false;
  crew.start([&](std::stop_token) { ran = true; });
  CHECK(crew.wait(20s));
  CHECK_FALSE(ran);
}

TEST_CASE("a thread of a crew may start another") {
  Crew crew;
  std::promise<void> second;
  crew.start([&](std::stop_token) { crew.start([&](std::stop_token) { second.set_value(); }); });
  CHECK(second.get_future().wait_for(20s) == std::future_status::ready);
  crew.stop();
  CHECK(crew.wait(20s));
}
