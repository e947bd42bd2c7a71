#include "k8s/runtime/queue_machine.hpp"
#include "tests/support/catch.hpp"

using k8s::QueueMachine;
using k8s::SteadyTime;
using namespace std::chrono_literals;

namespace {

SteadyTime at(std::chrono::milliseconds time) {
  return SteadyTime{} + time;
}

QueueMachine machine() {
  return QueueMachine({.first = 1s, .most = 300s, .jitter = 0.0});
}

std::optional<std::string> take(QueueMachine& queue, SteadyTime now) {
  auto taken = queue.take(now);
  return taken ? std::optional(std::move(taken->key)) : std::nullopt;
}

}  // namespace

TEST_CASE("keys come out in the order in which they went in, each once") {
  auto queue = machine();
  for (auto const* key : {"c", "a", "b", "a"}) queue.add(key, at(0ms));
  CHECK(queue.size() == 3);
  CHECK(take(queue, at(0ms)) == "c");
  CHECK(take(queue, at(0ms)) == "a");
  CHECK(take(queue, at(0ms)) == "b");
  CHECK(take(queue, at(0ms)) == std::nullopt);
}

TEST_CASE("a key that is being worked on is not handed out again until it is done") {
  auto queue = machine();
  queue.add("a", at(0ms));
  REQUIRE(take(queue, at(0ms)) == "a");
  queue.add("a", at(1ms));
  CHECK(take(queue, at(1ms)) == std::nullopt);
  CHECK(queue.size() == 0);
  queue.done("a", at(2ms));
  CHECK(take(queue, at(2ms)) == "a");
  queue.done("a", at(3ms));
  CHECK(take(queue, at(3ms)) == std::nullopt);
}

TEST_CASE("a failure waits for its back-off, longer each time, until it works") {
  auto queue = machine();
  queue.add("a", at(0ms));
  REQUIRE(take(queue, at(0ms)));
  CHECK(queue.retry("a", at(0ms)) == 1s);
  CHECK(queue.next_due() == at(1s));
  CHECK(take(queue, at(999ms)) == std::nullopt);
  REQUIRE(take(queue, at(1s)) == "a");
  CHECK(queue.retry("a", at(1s)) == 2s);
  CHECK(queue.failures("a") == 2);
  REQUIRE(take(queue, at(3s)) == "a");
  queue.done("a", at(3s));
  CHECK(queue.failures("a") == 0);
  CHECK(queue.next_due() == std::nullopt);
}

TEST_CASE("the server's wish wins over a shorter back-off, not over a longer one") {
  auto queue = machine();
  queue.add("a", at(0ms));
  REQUIRE(take(queue, at(0ms)));
  CHECK(queue.retry("a", at(0ms), 10s) == 10s);
  REQUIRE(take(queue, at(10s)));
  CHECK(queue.retry("a", at(10s), 500ms) == 2s);
}

TEST_CASE("of the server's wish five minutes are obeyed") {
  auto queue = machine();
  queue.add("a", at(0ms));
  REQUIRE(take(queue, at(0ms)));
  CHECK(queue.retry("a", at(0ms), 24h) == 5min);
  CHECK(take(queue, at(5min - 1ms)) == std::nullopt);
  CHECK(take(queue, at(5min)) == "a");
}

TEST_CASE("a key that is taken says since when it was due") {
  auto queue = machine();
  queue.add("a", at(3ms));
  queue.add_at("b", at(5ms));
  CHECK(queue.take(at(9ms))->due == at(3ms));
  CHECK(queue.take(at(9ms))->due == at(5ms));
}

TEST_CASE("a change ends the waiting and forgets the failures") {
  auto queue = machine();
  queue.add("a", at(0ms));
  REQUIRE(take(queue, at(0ms)));
  (void)queue.retry("a", at(0ms));
  queue.add("a", at(10ms));
  CHECK(queue.failures("a") == 0);
  CHECK(queue.size() == 1);
  CHECK(take(queue, at(10ms)) == "a");
}

TEST_CASE("a change during the work that failed brings the key back at once") {
  auto queue = machine();
  queue.add("a", at(0ms));
  REQUIRE(take(queue, at(0ms)));
  queue.add("a", at(5ms));
  CHECK(queue.retry("a", at(10ms), 60s) == 0ms);
  CHECK(queue.failures("a") == 0);
  CHECK(take(queue, at(10ms)) == "a");
}

TEST_CASE("the earliest of several times counts, and failures are kept") {
  auto queue = machine();
  queue.add_at("a", at(50ms));
  queue.add_at("a", at(20ms));
  queue.add_at("a", at(90ms));
  CHECK(queue.next_due() == at(20ms));
  REQUIRE(take(queue, at(20ms)) == "a");
  CHECK(queue.retry("a", at(20ms)) == 1s);
  queue.add_at("a", at(30ms));
  CHECK(queue.failures("a") == 1);
  CHECK(take(queue, at(30ms)) == "a");
}

TEST_CASE("a time set during the work is kept for afterwards") {
  auto queue = machine();
  SECTION("after success") {
    queue.add("a", at(0ms));
    REQUIRE(take(queue, at(0ms)));
    queue.add_at("a", at(70ms));
    queue.done("a", at(10ms));
    CHECK(queue.next_due() == at(70ms));
  }
  SECTION("after a failure, if it is earlier than the back-off") {
    queue.add("a", at(0ms));
    REQUIRE(take(queue, at(0ms)));
    queue.add_at("a", at(70ms));
    CHECK(queue.retry("a", at(10ms)) == 60ms);
    CHECK(queue.failures("a") == 1);
  }
}

TEST_CASE("what is forgotten does not come back") {
  auto queue = machine();
  SECTION("while it waits") {
    queue.add_at("a", at(10ms));
    queue.forget("a");
    CHECK(queue.size() == 0);
    CHECK(take(queue, at(1h)) == std::nullopt);
  }
  SECTION("while it is worked on, though it was added again") {
    queue.add("a", at(0ms));
    REQUIRE(take(queue, at(0ms)));
    queue.add("a", at(1ms));
    queue.forget("a");
    queue.done("a", at(2ms));
    CHECK(take(queue, at(1h)) == std::nullopt);
  }
  SECTION("and answers of nobody's work change nothing") {
    queue.done("a", at(0ms));
    CHECK(queue.retry("a", at(0ms)) == 0ms);
    queue.forget("a");
    CHECK(queue.size() == 0);
  }
}
