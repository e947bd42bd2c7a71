#include "documents.hpp"
#include "k8s/json/read.hpp"
#include "tests/support/catch.hpp"

using k8s::Identity;
using k8s::read_identity;
using Type = k8s::WatchEvent::Type;

namespace {

std::string claim_with(std::string const& more) {
  return R"({"metadata":{"name":"web","namespace":"team-a","uid":"U1","resourceVersion":"7")" + more + "}";
}

Identity const web{"team-a", "web", "U1", "7"};

}  // namespace

TEST_CASE("an object is identified though the rest of it cannot be read") {
  auto const text = GENERATE(claim_with("}"), claim_with(R"(},"spec":5)"), claim_with(R"(,"labels":[1,{}]})"),
                             claim_with(R"(,"managedFields":1e999})"), claim_with(R"(,"x":"\ud800"})"),
                             R"({"spec":{"metadata":{"name":"no"}},"kind":1,"metadata" : {"uid":"U1", "name":"web",)"
                             R"("resourceVersion":"7","labels":{"name":"no","uid":"no"},"namespace":"team-a"}})");
  CAPTURE(text);
  auto const identity = read_identity(text);
  REQUIRE(identity);
  CHECK(*identity == web);
}

TEST_CASE("an object is identified by its beginning, as soon as that says who it is") {
  auto const text = claim_with(R"(,"labels":{"a":"b"}},"spec":{})");
  auto const enough = text.find(R"(,"labels")");
  for (std::size_t size = 0; size <= text.size(); ++size) {
    auto const identity = read_identity(text.substr(0, size));
    CAPTURE(size);
    REQUIRE(identity.has_value() == (size >= enough));
    if (identity) REQUIRE(*identity == web);
  }
}

TEST_CASE("what the reader reads is identified as the reader read it") {
  auto const* const document = GENERATE(documents::claim.data(), documents::volume.data());
  auto const claim = k8s::read<k8s::Claim>(document);
  REQUIRE(claim.has_value());
  CHECK(read_identity(document) ==
        Identity{claim->meta.name_space, claim->meta.name, claim->meta.uid, claim->meta.resource_version});
}

TEST_CASE("an object without a name, uid or resourceVersion in plain text is not identified") {
  auto const* text = GENERATE("", "[]", "null", "{}", R"({"metadata":null})", R"({"metadata":{"name":"a","uid":"b"}})",
                              R"({"metadata":{"name":"a","resourceVersion":"1"}})",
                              R"({"metadata":{"uid":"b","resourceVersion":"1"}})",
                              R"({"metadata":{"name":1,"uid":"b","resourceVersion":"1"}})",
                              R"({"metadata":{"name":"a\u0000","uid":"b","resourceVersion":"1"}})",
                              R"({"metadata":{"name":"a b","uid":"b","resourceVersion":"1"}})",
                              R"({"name":"a","uid":"b","resourceVersion":"1"})");
  CAPTURE(text);
  CHECK_FALSE(read_identity(text));
}

TEST_CASE("the beginning of a watch line tells type and object once both have begun") {
  std::string const line = R"({"type":"DELETED","object":)" + claim_with("}");
  auto const enough = line.find(R"({"metadata")") + 1;
  for (std::size_t size = 0; size <= line.size(); ++size) {
    auto const event = k8s::read_watch_beginning(std::string_view(line).substr(0, size));
    CAPTURE(size);
    REQUIRE(event.has_value() == (size >= enough));
    if (event) REQUIRE(event->type == Type::deleted);
  }
  auto const event = k8s::read_watch_beginning(line);
  REQUIRE(event);
  CHECK(read_identity(event->object) == web);
  CHECK_FALSE(k8s::read_watch_beginning(R"({"object":{"metadata":{)"));
  CHECK_FALSE(k8s::read_watch_beginning(R"({"type":"NEW","object":{)"));
}
