#include "k8s/runtime/event_aggregator.hpp"
#include "tests/support/catch.hpp"

using k8s::EventAggregator;
using k8s::EventOutcome;
using k8s::EventType;
using k8s::ObjectReference;
using k8s::WallTime;
using namespace std::chrono_literals;

namespace {

WallTime const noon{std::chrono::hours{12}};

ObjectReference claim(std::string name = "web") {
  return {"v1", "PersistentVolumeClaim", "team-a", std::move(name), "uid-1", "5"};
}

k8s::AggregatorOptions options() {
  return {.component = "tester", .host = "node-1", .max_pending = 10, .max_remembered = 20};
}

bool record(EventAggregator& events, std::string_view message, WallTime when = noon, ObjectReference who = claim()) {
  return events.record(who, EventType::warning, "Failed", message, when);
}

k8s::EventWrite write_one(EventAggregator& events, EventOutcome outcome = EventOutcome::written) {
  auto write = events.take();
  REQUIRE(write);
  events.finish(write->id, outcome);
  return *write;
}

}  // namespace

TEST_CASE("a first event is created whole, in the namespace of its object") {
  EventAggregator events(options());
  REQUIRE(record(events, "no space"));
  auto const write = write_one(events);
  CHECK(write.create);
  CHECK(write.event.meta.name_space == "team-a");
  CHECK(write.event.meta.name.starts_with("web."));
  CHECK(write.event.involved == claim());
  CHECK(write.event.type == EventType::warning);
  CHECK(write.event.reason == "Failed");
  CHECK(write.event.message == "no space");
  CHECK(write.event.source_component == "tester");
  CHECK(write.event.source_host == "node-1");
  CHECK(write.event.count == 1);
  CHECK(write.event.first_timestamp == "1970-01-01T12:00:00Z");
  CHECK(write.event.last_timestamp == "1970-01-01T12:00:00Z");
  CHECK_FALSE(events.take());
}

TEST_CASE("events of cluster-scoped objects live in the namespace default") {
  EventAggregator events(options());
  REQUIRE(record(events, "x", noon, {"v1", "PersistentVolume", "", "pvc-1", "u", ""}));
  CHECK(write_one(events).event.meta.name_space == "default");
}

TEST_CASE("a repeat raises the count of the event that is there") {
  EventAggregator events(options());
  REQUIRE(record(events, "no space"));
  auto const first = write_one(events);
  REQUIRE(record(events, "no space", noon + 61s));
  auto const second = write_one(events);
  CHECK_FALSE(second.create);
  CHECK(second.event.meta.name == first.event.meta.name);
  CHECK(second.event.count == 2);
  CHECK(second.event.first_timestamp == "1970-01-01T12:00:00Z");
  CHECK(second.event.last_timestamp == "1970-01-01T12:01:01Z");
}

TEST_CASE("another message, object, reason or type is another event") {
  EventAggregator events(options());
  REQUIRE(record(events, "a"));
  REQUIRE(record(events, "b"));
  REQUIRE(record(events, "a", noon, claim("db")));
  REQUIRE(events.record(claim(), EventType::warning, "Other", "a", noon));
  REQUIRE(events.record(claim(), EventType::normal, "Failed", "a", noon));
  auto reborn = claim();
  reborn.uid = "uid-2";
  REQUIRE(record(events, "a", noon, reborn));
  CHECK(events.pending() == 6);
}

TEST_CASE("repeats that come while it waits are folded into one write") {
  EventAggregator events(options());
  for (int i = 0; i < 5; ++i) REQUIRE(record(events, "no space"));
  auto const write = write_one(events);
  CHECK(write.create);
  CHECK(write.event.count == 5);
  CHECK_FALSE(events.take());
}

TEST_CASE("a repeat that comes while it is being written is written afterwards") {
  EventAggregator events(options());
  REQUIRE(record(events, "no space"));
  auto const first = events.take();
  REQUIRE(record(events, "no space"));
  CHECK_FALSE(events.take());
  events.finish(first->id, EventOutcome::written);
  auto const second = write_one(events);
  CHECK_FALSE(second.create);
  CHECK(second.event.count == 2);
}

TEST_CASE("an event that is not there any more is written anew, its count kept") {
  EventAggregator events(options());
  REQUIRE(record(events, "no space"));
  (void)write_one(events);
  REQUIRE(record(events, "no space"));
  (void)write_one(events, EventOutcome::missing);
  auto const write = write_one(events);
  CHECK(write.create);
  CHECK(write.event.count == 2);
}

TEST_CASE("an event that was given up is created by its next repeat") {
  EventAggregator events(options());
  REQUIRE(record(events, "no space"));
  (void)write_one(events, EventOutcome::dropped);
  CHECK_FALSE(events.take());
  REQUIRE(record(events, "no space"));
  CHECK(write_one(events).create);
}

TEST_CASE("what is postponed comes first again, with the repeats of the meantime") {
  EventAggregator events(options());
  REQUIRE(record(events, "a"));
  REQUIRE(record(events, "b"));
  auto const write = events.take();
  events.postpone(write->id);
  REQUIRE(record(events, "a"));
  auto const again = write_one(events);
  CHECK(again.event.message == "a");
  CHECK(again.event.count == 2);
  CHECK(again.event.meta.name == write->event.meta.name);
  CHECK(write_one(events).event.message == "b");
  CHECK_FALSE(events.take());
}

TEST_CASE("after the window a repeat is an event of its own") {
  EventAggregator events(options());
  REQUIRE(record(events, "no space"));
  auto const first = write_one(events);
  REQUIRE(record(events, "no space", noon + 60min));
  auto const second = write_one(events);
  CHECK(second.create);
  CHECK(second.event.count == 1);
  CHECK(second.event.meta.name != first.event.meta.name);
}

TEST_CASE("what waits is bounded: new events are dropped, repeats are still counted") {
  EventAggregator events(options());
  for (int i = 0; i < 10; ++i) REQUIRE(record(events, std::to_string(i)));
  CHECK_FALSE(record(events, "one too many"));
  CHECK(record(events, "3"));
  CHECK(events.pending() == 10);
}

TEST_CASE("what is remembered is bounded: the least recently repeated goes") {
  auto setting = options();
  setting.max_remembered = 3;
  setting.burst = 100;
  EventAggregator events(setting);
  for (auto const* name : {"a", "b", "c", "a", "d"}) {
    REQUIRE(record(events, "m", noon, claim(name)));
    (void)write_one(events);
  }
  CHECK(events.remembered() == 3);
  REQUIRE(record(events, "m", noon, claim("a")));
  CHECK_FALSE(write_one(events).create);
  REQUIRE(record(events, "m", noon, claim("b")));
  CHECK(write_one(events).create);
}

TEST_CASE("an object whose message changes each time has a burst, then a trickle") {
  auto setting = options();
  setting.burst = 3;
  setting.refill = 60s;
  EventAggregator events(setting);
  for (int i = 0; i < 3; ++i) REQUIRE(record(events, std::to_string(i)));
  CHECK_FALSE(record(events, "4"));
  CHECK(record(events, "another object's", noon, claim("db")));
  CHECK_FALSE(record(events, "5", noon + 59s));
  CHECK(record(events, "6", noon + 61s));
  CHECK_FALSE(record(events, "7", noon + 62s));
}

TEST_CASE("repeats beyond the burst are counted and written with a later one") {
  auto setting = options();
  setting.burst = 1;
  setting.refill = 60s;
  EventAggregator events(setting);
  REQUIRE(record(events, "m"));
  (void)write_one(events);
  REQUIRE(record(events, "m", noon + 1s));
  CHECK_FALSE(events.take());
  REQUIRE(record(events, "m", noon + 70s));
  CHECK(write_one(events).event.count == 3);
}

TEST_CASE("names are valid, distinct, and at most 253 bytes") {
  EventAggregator events(options());
  auto const long_name = std::string(235, 'a') + "." + std::string(17, 'b');
  REQUIRE(record(events, "m", noon, claim(long_name)));
  auto const name = write_one(events).event.meta.name;
  CHECK(name.size() <= 253);
  CHECK(name.find("..") == std::string::npos);
  REQUIRE(record(events, "n", noon, claim(long_name)));
  CHECK(write_one(events).event.meta.name != name);
}

TEST_CASE("a message is cut at 1,024 bytes, never within a character") {
  struct Row {
    std::string text;
    std::size_t expected;
  };
  for (auto const& row : {Row{std::string(1'024, 'x'), 1'024}, Row{std::string(1'025, 'x'), 1'024},
                          Row{std::string(1'023, 'x') + "ñ", 1'023}, Row{std::string(1'022, 'x') + "ñandú", 1'024},
                          Row{std::string(1'021, 'x') + "\xF0\x9F\x90\x91", 1'021}}) {
    CHECK(k8s::cut(row.text, 1'024).size() == row.expected);
  }
}
