#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "k8s/runtime/work_queue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/manual_clock.hpp"

using k8s::WorkQueue;
using namespace std::chrono_literals;

namespace {

/// Tells when it is asked: take() does so under the queue's lock before it waits, so that whoever adds afterwards finds
/// a worker that waits.
class CountingClock : public k8s::Clock {
 public:
  [[nodiscard]] k8s::SteadyTime steady() const override {
    ++asked_;
    asked_.notify_all();
    return k8s::system_clock().steady();
  }
  [[nodiscard]] k8s::WallTime wall() const override { return k8s::system_clock().wall(); }
  bool wait_until(k8s::SteadyTime time, std::stop_token stop) const override {
    return k8s::system_clock().wait_until(time, std::move(stop));
  }
  void wait_until_asked() const { asked_.wait(0); }

 private:
  mutable std::atomic<int> asked_ = 0;
};

}  // namespace

TEST_CASE("a worker that waits for a later key, or for any, is woken by one that is due") {
  auto const with_later = GENERATE(true, false);
  CountingClock clock;
  WorkQueue queue(clock);
  std::optional<std::string> taken;
  std::jthread worker([&](std::stop_token stop) { taken = queue.take(stop); });
  clock.wait_until_asked();
  if (with_later) queue.add_after("later", 1h);
  queue.add("now");
  worker.join();
  CHECK(taken == "now");
}

TEST_CASE("a worker waits until a key is due") {
  WorkQueue queue(k8s::system_clock());
  std::optional<std::string> taken;
  std::jthread worker([&](std::stop_token stop) { taken = queue.take(stop); });
  queue.add_after("later", 1h);
  queue.add_after("soon", 5ms);
  worker.join();
  CHECK(taken == "soon");
  CHECK(queue.size() == 1);
}

TEST_CASE("stop ends the waiting of all workers") {
  WorkQueue queue(k8s::system_clock());
  std::stop_source stop;
  std::atomic<int> ended = 0;
  std::vector<std::jthread> workers;
  for (int i = 0; i < 4; ++i) {
    workers.emplace_back([&] {
      if (!queue.take(stop.get_token())) ++ended;
    });
  }
  queue.add_after("much later", 1h);
  stop.request_stop();
  workers.clear();
  CHECK(ended == 4);
}

TEST_CASE("many workers and writers: every key is worked on, none by two at once, none after its last change is lost") {
  constexpr int keys = 50;
  constexpr int rounds = 40;
  WorkQueue queue(k8s::system_clock(), {.first = 1ms, .most = 2ms}, 1);
  std::array<std::atomic<int>, keys> wanted{};
  std::array<std::atomic<int>, keys> seen{};
  std::array<std::atomic<bool>, keys> busy{};
  std::atomic<int> collisions = 0;

  auto const work = [&](std::stop_token stop) {
    while (auto const key = queue.take(stop)) {
      auto const at = static_cast<std::size_t>(std::stoi(*key));
      if (busy[at].exchange(true)) ++collisions;
      auto const target = wanted[at].load();
      auto const before = seen[at].exchange(target);
      busy[at] = false;
      if (target % 3 == 1 && before != target) {
        (void)queue.retry(*key);
        continue;
      }
      queue.done(*key);
    }
  };
  std::vector<std::jthread> workers;
  for (int i = 0; i < 4; ++i) workers.emplace_back(work);
  static_assert(rounds % 3 == 1, "the last round goes through a retry as well");
  for (int round = 1; round <= rounds; ++round) {
    for (std::size_t key = 0; key < keys; ++key) {
      wanted[key] = round;
      queue.add(std::to_string(key));
    }
  }
  auto const deadline = std::chrono::steady_clock::now() + 20s;
  auto const current = [&] {
    return std::all_of(seen.begin(), seen.end(), [](auto const& each) { return each == rounds; });
  };
  while (!current() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  workers.clear();
  CHECK(current());
  CHECK(collisions == 0);
}

TEST_CASE("who may not wait takes what is due, and is told when more may be") {
  test::ManualClock clock;
  WorkQueue queue(clock, {.first = 10s, .most = 300s, .jitter = 0}, 1);
  CHECK_FALSE(queue.try_take());
  CHECK_FALSE(queue.next_due());
  queue.add("now");
  CHECK(queue.next_due() <= clock.steady());
  CHECK(queue.try_take() == "now");
  CHECK_FALSE(queue.try_take());
  queue.retry("now");
  CHECK_FALSE(queue.try_take());
  CHECK(queue.next_due() == clock.steady() + 10s);
  clock.advance(10s);
  CHECK(queue.try_take() == "now");
  queue.done("now");
  CHECK(queue.size() == 0);
}
