#include "k8s/metrics/queue_metrics.hpp"

#include <prometheus/text_serializer.h>

#include "k8s/runtime/work_queue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/manual_clock.hpp"

using namespace k8s;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

struct Counted {
  test::ManualClock clock;
  prometheus::Registry registry;
  QueueMetrics metrics{registry, "volumes"};
  WorkQueue queue{clock, {.first = 10s, .most = 10s, .jitter = 0}};
  Counted() { queue.observe(metrics); }

  [[nodiscard]] std::string text() {
    metrics.show(queue.state());
    return prometheus::TextSerializer().Serialize(registry.Collect());
  }
  /// Of the metric workqueue_`name`, as it is written.
  [[nodiscard]] std::string value(std::string const& name) {
    auto const all = text();
    auto const line = "\nworkqueue_" + name + "{name=\"volumes\"} ";
    auto const at = all.find(line);
    if (at == std::string::npos) return "absent";
    auto const begin = at + line.size();
    return all.substr(begin, all.find('\n', begin) - begin);
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
  CHECK(counted.value("adds_total") == "2");
  CHECK(counted.value("depth") == "2");
  CHECK(counted.queue.take({}) == "a");
  counted.queue.add("a");
  counted.queue.add("a");
  CHECK(counted.value("adds_total") == "3");
  CHECK(counted.value("depth") == "1");
}

TEST_CASE("how long a key waited and was worked on is observed, also of one that is still at it") {
  Counted counted;
  counted.queue.add("a");
  counted.clock.advance(2s);
  CHECK(counted.queue.take({}) == "a");
  counted.queue.add("b");
  CHECK(counted.queue.take({}) == "b");
  counted.clock.advance(3s);
  CHECK(counted.value("queue_duration_seconds_sum") == "2");
  CHECK(counted.value("unfinished_work_seconds") == "6");
  CHECK(counted.value("longest_running_processor_seconds") == "3");
  counted.queue.done("a");
  counted.queue.retry("b");
  CHECK(counted.value("work_duration_seconds_sum") == "6");
  CHECK(counted.value("unfinished_work_seconds") == "0");
}

TEST_CASE("a key that waits for its back-off is a retry and not yet due") {
  Counted counted;
  counted.queue.add("a");
  CHECK(counted.queue.take({}) == "a");
  counted.queue.retry("a");
  CHECK(counted.value("retries_total") == "1");
  CHECK(counted.value("adds_total") == "2");
  CHECK(counted.value("depth") == "0");
  counted.clock.advance(10s);
  CHECK(counted.value("depth") == "1");
}
