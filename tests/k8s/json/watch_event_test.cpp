#include "k8s/json/read.hpp"
#include "tests/support/catch.hpp"

using Type = k8s::WatchEvent::Type;

TEST_CASE("a watch line is split into its type and the raw object") {
  struct Row {
    std::string_view line;
    Type type;
    std::string_view object;
  };
  auto const row = GENERATE(
      Row{R"({"type":"ADDED","object":{"kind":"Pod"}})", Type::added, R"({"kind":"Pod"})"},
      Row{R"({"object":{"a":["}",{"b":"\\\"}"}]},"type":"MODIFIED"})", Type::modified, R"({"a":["}",{"b":"\\\"}"}]})"},
      Row{R"( { "type" : "DELETED" , "object" : { } , "new" : [1, "x", null] } )", Type::deleted, "{ }"},
      Row{R"({"type":"BOOKMARK","object":{"type":"x","object":1}})", Type::bookmark, R"({"type":"x","object":1})"},
      Row{R"({"type":"ERROR","object":{"kind":"Status","code":410}})", Type::error, R"({"kind":"Status","code":410})"});
  CAPTURE(row.line);
  auto const event = k8s::read_watch_event(row.line);
  REQUIRE(event.has_value());
  CHECK(event->type == row.type);
  CHECK(event->object == row.object);
  CHECK(event->object.data() >= row.line.data());
  CHECK(event->object.data() < row.line.data() + row.line.size());
}

TEST_CASE("what is no watch line is an error") {
  auto const* line = GENERATE(
      "", "{}", "[]", "null", R"({"type":"ADDED"})", R"({"object":{}})", R"({"type":"ADDED","object":{})",
      R"({"type":"ADDED","object":null})", R"({"type":"ADDED","object":[]})", R"({"type":"added","object":{}})",
      R"({"type":"NEW","object":{}})", R"({"type":1,"object":{}})", R"({"type":"ADDED","object":{}}x)",
      R"({"type":"ADDED","object":{}}{})", R"({"type":"ADDED" "object":{}})", R"({"type":"ADDED","object":{},})",
      R"({type:"ADDED","object":{}})", R"({"type":,"object":{}})", R"({"type":"ADDED","object":{"a})");
  CAPTURE(line);
  auto const event = k8s::read_watch_event(line);
  REQUIRE(event.has_error());
  CHECK(event.error().is(k8s::ErrorKind::protocol));
}

TEST_CASE("an unknown type is named without what a terminal obeys") {
  auto const event = k8s::read_watch_event("{\"type\":\"NEW\x1b[2J\",\"object\":{}}");
  REQUIRE(event.has_error());
  CHECK(event.error().message == "not a watch event: unknown type \"NEW\\x1b[2J\"");
}

TEST_CASE("a bookmark carries a version and may end the initial events") {
  auto const plain =
      k8s::read_bookmark(R"({"kind":"Pod","metadata":{"resourceVersion":"12","creationTimestamp":null}})");
  REQUIRE(plain.has_value());
  CHECK(plain->resource_version == "12");
  CHECK_FALSE(plain->initial_events_end);
  auto const last = k8s::read_bookmark(
      R"({"metadata":{"resourceVersion":"13","annotations":{"k8s.io/initial-events-end":"true"}},"spec":{"x":1}})");
  REQUIRE(last.has_value());
  CHECK(last->initial_events_end);
  CHECK_FALSE(
      k8s::read_bookmark(R"({"metadata":{"annotations":{"k8s.io/initial-events-end":"false"}}})")->initial_events_end);
  CHECK(k8s::read_bookmark(R"({"metadata":{"resourceVersion":13}})").has_error());
}
