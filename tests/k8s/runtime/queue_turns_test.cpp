#include <string>
#include <vector>

#include "k8s/runtime/queue_machine.hpp"
#include "tests/support/catch.hpp"

using k8s::QueueMachine;
using k8s::SteadyTime;
using namespace std::chrono_literals;

namespace {

SteadyTime at(std::chrono::milliseconds time) {
  return SteadyTime{} + time;
}

// All keys that are due, in the order in which they come out, with blanks between them.
std::string drain(QueueMachine& queue, SteadyTime now) {
  std::string order;
  while (auto const taken = queue.take(now)) {
    order += (order.empty() ? "" : " ") + taken->key;
  }
  return order;
}

struct Added {
  std::string key;
  std::string group;
  int due = 0;  // ms
};

}  // namespace

TEST_CASE("groups take turns, each in the order in which its keys became due") {
  struct Row {
    std::string what;
    std::vector<Added> added;
    std::string order;
  };
  auto const row = GENERATE(values<Row>({
      {"one group", {{"a1", "a"}, {"a2", "a"}, {"a3", "a"}}, "a1 a2 a3"},
      {"one key behind many of another group", {{"a1", "a"}, {"a2", "a"}, {"a3", "a"}, {"b1", "b"}}, "a1 b1 a2 a3"},
      {"groups of different sizes",
       {{"a1", "a"}, {"a2", "a"}, {"b1", "b"}, {"a3", "a"}, {"c1", "c"}, {"b2", "b"}},
       "a1 b1 c1 a2 b2 a3"},
      {"keys without a group are one group", {{"x1", ""}, {"x2", ""}, {"a1", "a"}}, "x1 a1 x2"},
      {"the time decides within a group, not when a key was added",
       {{"a1", "a", 9}, {"a2", "a", 5}, {"b1", "b", 7}, {"b2", "b", 6}},
       "a2 b2 a1 b1"},
      {"the group whose key was due first begins", {{"a1", "a", 9}, {"b1", "b", 8}, {"a2", "a", 9}}, "b1 a1 a2"},
  }));
  CAPTURE(row.what);
  QueueMachine queue;
  for (auto const& each : row.added) {
    queue.add_at(each.key, at(std::chrono::milliseconds(each.due)), each.group);
  }
  CHECK(drain(queue, at(10ms)) == row.order);
}

TEST_CASE("a group that comes late waits for one key of each other group") {
  QueueMachine queue;
  for (int i = 0; i < 1'000; ++i) {
    queue.add("a" + std::to_string(i), at(0ms), "a");
    queue.add("b" + std::to_string(i), at(0ms), "b");
  }
  REQUIRE(queue.take(at(0ms)));
  queue.add("late", at(1ms), "c");
  std::vector<std::string> taken;
  for (int i = 0; i < 3; ++i) {
    taken.push_back(queue.take(at(1ms))->key);
  }
  CHECK(taken.back() == "late");
}

TEST_CASE("a key whose back-off is over takes its group's turn") {
  QueueMachine queue({.first = 1s, .most = 1s, .jitter = 0.0});
  queue.add("b", at(0ms), "b");
  REQUIRE(queue.take(at(0ms)));
  REQUIRE(queue.retry("b", at(0ms)) == 1s);
  for (auto const* key : {"a1", "a2", "a3"}) {
    queue.add(key, at(0ms), "a");
  }
  CHECK(queue.take(at(999ms))->key == "a1");
  CHECK(drain(queue, at(1s)) == "a2 b a3");
}

TEST_CASE("a key belongs to the group that it was last added with") {
  QueueMachine queue;
  for (auto const* key : {"a1", "a2", "x"}) {
    queue.add(key, at(0ms), "a");
  }
  SECTION("one that is due moves") {
    queue.add("x", at(1ms), "b");
    CHECK(queue.size() == 3);
    CHECK(drain(queue, at(1ms)) == "a1 x a2");
  }
  SECTION("one that is due moves by a later time, too, and stays due") {
    queue.add_at("x", at(1h), "b");
    CHECK(drain(queue, at(1ms)) == "a1 x a2");
  }
  SECTION("one that is worked on comes back with the new group") {
    queue.add("x", at(0ms), "b");
    REQUIRE(queue.take(at(0ms))->key == "a1");
    REQUIRE(queue.take(at(0ms))->key == "x");
    queue.add("x", at(1ms), "c");
    queue.add("a3", at(1ms), "a");
    queue.done("x", at(2ms));
    CHECK(drain(queue, at(2ms)) == "a2 x a3");
  }
  SECTION("one that failed keeps it") {
    REQUIRE(queue.take(at(0ms))->key == "a1");
    queue.add("b", at(1ms), "b");
    (void)queue.retry("a1", at(1ms));
    CHECK(drain(queue, at(1h)) == "a2 b x a1");
  }
}

TEST_CASE("what is forgotten takes no turn") {
  QueueMachine queue;
  queue.add("a", at(0ms), "a");
  queue.add("b1", at(0ms), "b");
  queue.add("b2", at(0ms), "b");
  queue.forget("a");
  queue.forget("b1");
  CHECK(queue.due(at(0ms)) == 1);
  CHECK(drain(queue, at(0ms)) == "b2");
}
