// Namespaces and Events: who is written next, and who is dropped when too many wait.
#include <string>
#include <utility>
#include <vector>

#include "k8s/runtime/event_aggregator.hpp"
#include "tests/support/catch.hpp"

using k8s::EventAggregator;
using k8s::EventOutcome;
using k8s::EventType;
using k8s::ObjectReference;
using k8s::WallTime;

namespace {

WallTime const noon{std::chrono::hours{12}};

// An object of its own for each name.
ObjectReference object(std::string name_space, std::string name) {
  return {"v1", "PersistentVolumeClaim", std::move(name_space), std::move(name), "uid", "1"};
}

bool record(EventAggregator& events, std::string const& name_space, std::string const& name) {
  return events.record(object(name_space, name), EventType::warning, "Failed", "m", noon);
}

EventAggregator events_for(std::size_t max_pending) {
  return EventAggregator({.component = "tester", .host = "node-1", .max_pending = max_pending, .max_remembered = 50});
}

// Writes all that waits; the objects' names in order, with blanks between them.
std::string drain(EventAggregator& events) {
  std::string order;
  while (auto const write = events.take()) {
    events.finish(write->id, EventOutcome::written);
    order += (order.empty() ? "" : " ") + write->event.involved.name;
  }
  return order;
}

}  // namespace

TEST_CASE("namespaces take turns to have their Events written, each oldest first") {
  auto events = events_for(10);
  for (auto const* name : {"a1", "a2", "a3"}) {
    REQUIRE(record(events, "a", name));
  }
  REQUIRE(record(events, "b", "b1"));
  REQUIRE(record(events, "", "cluster1"));
  REQUIRE(record(events, "b", "b2"));
  CHECK(drain(events) == "a1 b1 cluster1 a2 b2 a3");
}

TEST_CASE("when too many wait the namespace with the most loses one") {
  struct Row {
    std::string what;
    std::vector<std::pair<std::string, std::string>> recorded;  // namespace, object
    bool last_accepted;
    std::string written;
  };
  // Four may wait.
  auto const row = GENERATE(values<Row>({
      {"its own Event is the one too many",
       {{"a", "a1"}, {"a", "a2"}, {"a", "a3"}, {"b", "b1"}, {"a", "a4"}},
       false,
       "a1 b1 a2 a3"},
      {"another's Event pushes out its newest",
       {{"a", "a1"}, {"a", "a2"}, {"a", "a3"}, {"a", "a4"}, {"b", "b1"}},
       true,
       "a1 b1 a2 a3"},
      {"until both have the same",
       {{"a", "a1"}, {"a", "a2"}, {"a", "a3"}, {"a", "a4"}, {"b", "b1"}, {"b", "b2"}, {"b", "b3"}},
       false,
       "a1 b1 a2 b2"},
      {"nobody gives way to one who would then have more",
       {{"a", "a1"}, {"a", "a2"}, {"b", "b1"}, {"c", "c1"}, {"b", "b2"}},
       false,
       "a1 b1 c1 a2"},
      {"where each has one, no other's is dropped for a newcomer",
       {{"a", "a1"}, {"b", "b1"}, {"c", "c1"}, {"d", "d1"}, {"e", "e1"}},
       false,
       "a1 b1 c1 d1"},
  }));
  CAPTURE(row.what);
  auto events = events_for(4);
  bool accepted = false;
  for (auto const& [name_space, name] : row.recorded) {
    accepted = record(events, name_space, name);
    CHECK(events.pending() <= 4);
  }
  CHECK(accepted == row.last_accepted);
  CHECK(events.dropped() == row.recorded.size() - 4);
  CHECK(drain(events) == row.written);
}

TEST_CASE("an Event that was pushed out is created by its next repeat, its count kept") {
  auto events = events_for(2);
  REQUIRE(record(events, "a", "a1"));
  REQUIRE(record(events, "a", "a2"));
  REQUIRE(record(events, "b", "b1"));
  CHECK(drain(events) == "a1 b1");
  REQUIRE(record(events, "a", "a2"));
  auto const write = events.take();
  REQUIRE(write);
  CHECK(write->create);
  CHECK(write->event.involved.name == "a2");
  CHECK(write->event.count == 2);
}

TEST_CASE("a repeat in a small namespace is written although a large one fills all") {
  auto events = events_for(3);
  REQUIRE(record(events, "b", "b1"));
  REQUIRE(drain(events) == "b1");
  for (auto const* name : {"a1", "a2", "a3"}) {
    REQUIRE(record(events, "a", name));
  }
  REQUIRE(record(events, "b", "b1"));
  CHECK(events.pending() == 3);
  CHECK(events.dropped() == 1);
  CHECK(drain(events) == "a1 b1 a2");
}

TEST_CASE("a postponed Event is tried again before all others, and is never pushed out") {
  auto events = events_for(2);
  REQUIRE(record(events, "a", "a1"));
  REQUIRE(record(events, "a", "a2"));
  auto const write = events.take();
  REQUIRE(write);
  events.postpone(write->id);
  CHECK_FALSE(record(events, "b", "b1"));  // of what may be pushed out nobody has two
  CHECK(drain(events) == "a1 a2");
}

TEST_CASE("what comes too often of one object counts as dropped, and pushes nobody out") {
  EventAggregator events({.component = "t", .host = "h", .max_pending = 2, .max_remembered = 50, .burst = 1});
  REQUIRE(record(events, "b", "b1"));
  REQUIRE(drain(events) == "b1");
  REQUIRE(record(events, "a", "a1"));
  REQUIRE(record(events, "a", "a2"));
  CHECK_FALSE(events.record(object("b", "b1"), EventType::warning, "Failed", "another message", noon));
  CHECK(events.dropped() == 1);
  CHECK(drain(events) == "a1 a2");
}
