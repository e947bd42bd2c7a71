#include "provisioner/service/thread_group.hpp"

#include <atomic>
#include <future>

#include "k8s/base/clock.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace std::chrono_literals;

TEST_CASE("a group is told to stop and waited for") {
  ThreadGroup group;
  std::atomic<int> ended = 0;
  for (int i = 0; i < 3; ++i) {
    group.start([&](std::stop_token stop) {
      while (k8s::system_clock().wait_for(1h, stop)) {
      }
      ++ended;
    });
  }
  group.stop();
  REQUIRE(group.wait(20s));
  CHECK(ended == 3);
}

TEST_CASE("a thread of a group that hangs is not waited for without end") {
  ThreadGroup group;
  std::promise<void> answer;
  group.start([hung = answer.get_future().share()](std::stop_token) { hung.wait(); });
  group.stop();
  CHECK_FALSE(group.wait(1ms));
  answer.set_value();
  CHECK(group.wait(20s));
}

TEST_CASE("a group without threads has ended") {
  ThreadGroup group;
  CHECK(group.wait(0ms));
}

TEST_CASE("nothing is started once a group was told to stop") {
  ThreadGroup group;
  group.stop();
  std::atomic<bool> ran = false;
  group.start([&](std::stop_token) { ran = true; });
  CHECK(group.wait(20s));
  CHECK_FALSE(ran);
}

TEST_CASE("a thread of a group may start another") {
  ThreadGroup group;
  std::promise<void> second;
  group.start([&](std::stop_token) { group.start([&](std::stop_token) { second.set_value(); }); });
  CHECK(second.get_future().wait_for(20s) == std::future_status::ready);
  group.stop();
  CHECK(group.wait(20s));
}
