#include "k8s/json/managed_fields.hpp"

#include <string>

#include "k8s/json/read.hpp"
#include "tests/support/catch.hpp"

namespace {

std::string found_in(std::string const& text) {
  auto const part = k8s::json::find_managed_fields(text);
  return part ? "[" + text.substr(part->begin, part->end - part->begin) + "]" : "none";
}

}  // namespace

TEST_CASE("managedFields are found as API servers write them, and nothing else is taken for them") {
  struct Row {
    std::string what;
    std::string text;
    std::string found;
  };
  Row const rows[] = {
      {"none", R"({"metadata":{"name":"a"}})", "none"},
      {"some", R"({"metadata":{"managedFields":[{"a":["}",{}]}],"name":"a"}})", R"([{"a":["}",{}]}])"},
      {"empty", R"({"managedFields":[]})", "[]"},
      {"null", R"({"managedFields":null})", "none"},
      {"the words in a string", R"({"a":"\"managedFields\":[","b":[1]})", "none"},
      {"a value of that name", R"({"a":"managedFields","b":[1]})", "none"},
      {"with blanks, as no API server writes", R"({"managedFields": [1]})", "none"},
      {"cut off", R"({"managedFields":[{"a":1})", "none"},
      {"a bracket in a string", R"({"managedFields":["]\"]"],"b":[]})", R"(["]\"]"])"},
  };
  for (auto const& row : rows) {
    INFO(row.what);
    CHECK(found_in(row.text) == row.found);
  }
}

TEST_CASE("an object is read alike with managedFields and without, and an error behind them names its place") {
  std::string const before = R"({"metadata":{"name":"a","namespace":"b","uid":"c","resourceVersion":"7",)";
  std::string const fields = R"("managedFields":[{"manager":"m","fieldsV1":{"f:spec":{"f:accessModes":{}}}}],)";
  std::string const after = R"("labels":{"x":"y"}},"spec":{"volumeName":"v"}})";
  auto const with = k8s::read<k8s::Claim>(before + fields + after);
  REQUIRE(with.has_value());
  CHECK(*with == *k8s::read<k8s::Claim>(before + after));

  auto const wrong = k8s::read<k8s::Claim>(before + fields + R"("labels":{}},"spec":{]})");
  REQUIRE(wrong.has_error());
  auto const place = (before + fields + R"("labels":{}},"spec":{)").size();
  INFO(wrong.error().message);
  CHECK(wrong.error().message.find("at byte " + std::to_string(place) + ":") != std::string::npos);
}
