#include "k8s/runtime/deferred_events.hpp"

#include "tests/support/catch.hpp"

using namespace k8s;
using namespace std::chrono_literals;

namespace {

ObjectReference claim(std::string const& name) {
  ObjectReference out;
  out.kind = "PersistentVolumeClaim";
  out.name_space = "team-a";
  out.name = name;
  out.uid = "uid-" + name;
  return out;
}

DeferredEvent begun(std::string const& name, std::chrono::seconds due) {
  return {claim(name), EventType::normal, "Begun", "it begins", SteadyTime{due}};
}

std::vector<std::string> names(std::vector<DeferredEvent> const& events) {
  std::vector<std::string> out;
  for (auto const& each : events) out.push_back(each.involved.name);
  return out;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("an event that waits is given once it is due") {
  DeferredEvents events(10);
  CHECK_FALSE(events.next_due());
  events.add(begun("a", 1s));
  events.add(begun("b", 2s));
  CHECK(events.next_due() == SteadyTime{1s});
  CHECK(events.take_due(SteadyTime{500ms}).empty());
  CHECK(names(events.take_due(SteadyTime{1s})) == Names{"a"});
  CHECK(events.next_due() == SteadyTime{2s});
  CHECK(names(events.take_due(SteadyTime{9s})) == Names{"b"});
  CHECK_FALSE(events.next_due());
}

TEST_CASE("what waits of an object is dropped when something else is told of it") {
  DeferredEvents events(10);
  events.add(begun("a", 1s));
  events.add(begun("b", 1s));
  auto another = claim("b");
  another.uid = "an earlier one";
  events.drop(claim("a"));
  events.drop(another);
  CHECK(names(events.take_due(SteadyTime{1s})) == Names{"b"});
}

TEST_CASE("of too many that wait the oldest is dropped") {
  DeferredEvents events(2);
  for (auto const* name : {"a", "b", "c"}) events.add(begun(name, 1s));
  CHECK(names(events.take_due(SteadyTime{1s})) == Names{"b", "c"});
}
