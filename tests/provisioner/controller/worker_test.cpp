#include "provisioner/controller/worker.hpp"

#include <atomic>
#include <thread>

#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

struct Work {
  FakeClock clock;
  k8s::WorkQueue queue{clock, {.first = 10s, .most = 300s, .jitter = 0}, 1};
  Verdict verdict = Settled{};
  std::vector<std::string> keys;
  Worker worker{queue, [this](std::string const& key, auto const&) {
                  keys.push_back(key);
                  return verdict;
                }};

  void work_on_next() { worker.work_on(queue.try_take().value(), {}); }
};

}  // namespace

TEST_CASE("a key that was settled leaves the queue, and comes again with the next change") {
  Work work;
  work.queue.add("pvc-1");
  work.work_on_next();
  CHECK(work.queue.size() == 0);
  work.queue.add("pvc-1");
  work.work_on_next();
  CHECK(work.keys == std::vector<std::string>{"pvc-1", "pvc-1"});
}

TEST_CASE("a key that was not settled comes again after back-off, or after the pause that the server wishes") {
  Work work;
  work.queue.add("pvc-1");
  work.verdict = TryAgain{};
  work.work_on_next();
  CHECK_FALSE(work.queue.try_take());
  work.clock.advance(10s);
  work.verdict = TryAgain{.at_least = 60s};
  work.work_on_next();
  work.clock.advance(59s);
  CHECK_FALSE(work.queue.try_take());
  work.clock.advance(1s);
  work.verdict = Settled{};
  work.work_on_next();
  CHECK(work.queue.size() == 0);
}

TEST_CASE("a worker waits for keys until it is stopped") {
  FakeClock clock;
  k8s::WorkQueue queue(clock);
  std::atomic<int> worked = 0;
  std::jthread thread([&](std::stop_token const& stop) {
    Worker(queue, [&](auto const&, auto const&) {
      ++worked;
      return Settled{};
    }).run(stop);
  });
  for (int i = 1; i <= 3; ++i) {
    queue.add("pvc-" + std::to_string(i));
    auto const deadline = std::chrono::steady_clock::now() + 20s;
    while (worked < i && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    CHECK(worked == i);
  }
  thread.request_stop();
  thread.join();
}
