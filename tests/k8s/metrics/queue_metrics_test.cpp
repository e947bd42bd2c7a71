#include "k8s/metrics/queue_metrics.hpp"

#include <prometheus/text_serializer.h>

#include "k8s/runtime/work_queue.hpp"
#include "tests/support/catch.hpp"

using namespace k8s;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

class ManualClock final : public Clock {
 public:
  [[nodiscard]] SteadyTime steady() const override { return now; }
  [[nodiscard]] WallTime wall() const override { return {}; }
  SteadyTime now{1h};
};

struct Counted {
  ManualClock clock;
  prometheus::Registry registry;
  QueueMetrics metrics{registry, "volumes"};
  WorkQueue queue{clock, {.first = 10s, .most = 10s, .jitter = 0}};
  Counted() { queue.observe(metrics); }

  [[nodiscard]] std::string text() {
    metrics.show(queue.state());
    return prometheus::TextSerializer().Serialize(registry.Collect());
  }
};

}  // namespace

TEST_CASE("a queue's metrics are there at 0 before anything is in it") {
  Counted counted;
  auto const text = counted.text();
  for (auto const* const name : {"workqueue_depth", "workqueue_adds_total", "workqueue_queue_duration_seconds_count",
                                 "workqueue_work_duration_seconds_count", "workqueue_unfinished_work_seconds",
                                 "workqueue_longest_running_processor_seconds", "workqueue_retries_total"})
    CHECK_THAT(text, Contains("\n" + std::string(name) + "{name=\"volumes\"} 0\n"));
}

TEST_CASE("a key counts as added once until it is taken, and while it is worked on once more") {
  Counted counted;
  counted.queue.add("a");
  counted.queue.add("a");
  counted.queue.add("b");
  CHECK_THAT(counted.text(), Contains("workqueue_adds_total{name=\"volumes\"} 2\n"));
  CHECK_THAT(counted.text(), Contains("workqueue_depth{name=\"volumes\"} 2\n"));
  CHECK(counted.queue.take({}) == "a");
  counted.queue.add("a");
  counted.queue.add("a");
  CHECK_THAT(counted.text(), Contains("workqueue_adds_total{name=\"volumes\"} 3\n"));
  CHECK_THAT(counted.text(), Contains("workqueue_depth{name=\"volumes\"} 1\n"));
}

TEST_CASE("how long a key waited and was worked on is observed, also of one that is still at it") {
  Counted counted;
  counted.queue.add("a");
  counted.clock.now += 2s;
  CHECK(counted.queue.take({}) == "a");
  counted.queue.add("b");
  CHECK(counted.queue.take({}) == "b");
  counted.clock.now += 3s;
  CHECK_THAT(counted.text(), Contains("workqueue_queue_duration_seconds_sum{name=\"volumes\"} 2\n"));
  CHECK_THAT(counted.text(), Contains("workqueue_unfinished_work_seconds{name=\"volumes\"} 6\n"));
  CHECK_THAT(counted.text(), Contains("workqueue_longest_running_processor_seconds{name=\"volumes\"} 3\n"));
  counted.queue.done("a");
  counted.queue.retry("b");
  CHECK_THAT(counted.text(), Contains("workqueue_work_duration_seconds_sum{name=\"volumes\"} 6\n"));
  CHECK_THAT(counted.text(), Contains("workqueue_unfinished_work_seconds{name=\"volumes\"} 0\n"));
}

TEST_CASE("a key that waits for its back-off is a retry and not yet due") {
  Counted counted;
  counted.queue.add("a");
  CHECK(counted.queue.take({}) == "a");
  counted.queue.retry("a");
  CHECK_THAT(counted.text(), Contains("workqueue_retries_total{name=\"volumes\"} 1\n"));
  CHECK_THAT(counted.text(), Contains("workqueue_adds_total{name=\"volumes\"} 2\n"));
  CHECK_THAT(counted.text(), Contains("workqueue_depth{name=\"volumes\"} 0\n"));
  counted.clock.now += 10s;
  CHECK_THAT(counted.text(), Contains("workqueue_depth{name=\"volumes\"} 1\n"));
}
