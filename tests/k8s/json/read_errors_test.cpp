#include <random>

#include "documents.hpp"
#include "k8s/json/frame.hpp"
#include "k8s/json/read.hpp"
#include "tests/support/catch.hpp"

namespace {

std::string message_of(std::string_view text) {
  auto const read = k8s::read<k8s::Claim>(text);
  CAPTURE(text);
  REQUIRE(read.has_error());
  CHECK(read.error().is(k8s::ErrorKind::protocol));
  return read.error().message;
}

std::string nested(int depth, char open, char close) {
  auto const levels = static_cast<std::size_t>(depth);
  return R"({"x":)" + std::string(levels, open) + std::string(levels, close) + "}";
}

}  // namespace

TEST_CASE("a wrongly typed field is an error that names it") {
  struct Row {
    std::string_view text;
    std::string_view message;
  };
  auto const row = GENERATE(
      Row{R"({"metadata":{"name":1}})", "metadata.name: expected a string, found a number"},
      Row{R"({"metadata":[]})", "metadata: expected an object, found an array"},
      Row{R"({"metadata":"x"})", "metadata: expected an object, found a string"},
      Row{R"({"metadata":{"labels":{"a":"b","c":true}}})", "metadata.labels.c: expected a string, found a boolean"},
      Row{R"({"metadata":{"labels":{"c":{}}}})", "metadata.labels.c: expected a string, found an object"},
      Row{R"({"metadata":{"labels":["c"]}})", "metadata.labels: expected an object, found an array"},
      Row{R"({"metadata":{"ownerReferences":[{"name":"a"},null,{"name":{}}]}})",
          "metadata.ownerReferences[2].name: expected a string, found an object"},
      Row{R"({"spec":{"accessModes":["a",2]}})", "spec.accessModes[1]: expected a string, found a number"},
      Row{R"({"spec":{"accessModes":"a"}})", "spec.accessModes: expected an array, found a string"},
      Row{R"({"spec":{"storageClassName":{}}})", "spec.storageClassName: expected a string, found an object"},
      Row{R"({"spec":{"selector":"a"}})", "spec.selector: expected an object, found a string"},
      Row{R"({"spec":{"resources":{"requests":{"storage":true}}}})",
          "spec.resources.requests.storage: expected a quantity, found a boolean"},
      Row{R"({"spec":{"dataSourceRef":"a"}})", "spec.dataSourceRef: expected an object, found a string"},
      Row{"[]", "the document: expected an object, found an array"},
      Row{"1", "the document: expected an object, found a number"},
      Row{"null", "the document: expected an object, found null"});
  CHECK(message_of(row.text) == row.message);
}

TEST_CASE("numbers and booleans must be such") {
  auto const* text = GENERATE(R"({"code":"1"})", R"({"code":1.5})", R"({"code":1e3})", R"({"code":99999999999})",
                              R"({"code":true})", R"({"code":{}})", R"({"details":{"retryAfterSeconds":"1"}})");
  CAPTURE(text);
  CHECK(k8s::read<k8s::Status>(text).has_error());
  CHECK(k8s::read<k8s::AccessReview>(R"({"status":{"allowed":"true"}})").has_error());
}

TEST_CASE("text that is not one complete document is an error") {
  auto const text =
      GENERATE(std::string_view(""), std::string_view(" "), std::string_view("{"), std::string_view("{}{}"),
               std::string_view("{} x"), std::string_view("{}]"), std::string_view("{\"a\":}"),
               std::string_view("{\"a\":1,}"), std::string_view("{a:1}"), std::string_view("{\"a\":\"\n\"}"),
               std::string_view("{\"a\":tru}"), std::string_view("{\"a\":01}"), std::string_view("{\"a\":1e309}"),
               std::string_view("{\"a\":[1,]}"), std::string_view("{\"a\":[}"), std::string_view("{\"a\":\"\\ud800\"}"),
               std::string_view("{}\0", 3), std::string_view("{}\0{}", 5), std::string_view("{\"a\":\"\0\"}", 9));
  CHECK_FALSE(message_of(text).empty());
}

TEST_CASE("a document cut short at any byte is an error") {
  for (std::size_t size = 0; size < documents::claim.size(); ++size) {
    if (k8s::read<k8s::Claim>(documents::claim.substr(0, size)).has_value()) FAIL("taken for whole at " << size);
  }
  SUCCEED();
}

TEST_CASE("what is skipped may be nested as deep as it likes") {
  auto const depth = GENERATE(1, 200, 300, 10'000, 1'000'000);
  CAPTURE(depth);
  CHECK(k8s::read<k8s::Claim>(nested(depth, '[', ']')).has_value());
  auto const levels = static_cast<std::size_t>(depth);
  std::string fields;
  for (std::size_t i = 0; i < levels; ++i) fields += R"({"f:x":)";
  auto const claim = k8s::read<k8s::Claim>(R"({"metadata":{"managedFields":[{"fieldsV1":)" + fields + "{}" +
                                           std::string(levels, '}') + R"(}],"name":"web"}})");
  REQUIRE(claim.has_value());
  CHECK(claim->meta.name == "web");
  CHECK(k8s::read<k8s::Claim>(nested(depth, '[', '[')).has_error());
}

TEST_CASE("what is read is no deeper than its fields, whatever the document says") {
  CHECK(message_of(R"({"metadata":{"name":)" + std::string(1000, '[') + std::string(1000, ']') + "}}") ==
        "metadata.name: expected a string, found an array");
}

TEST_CASE("no damaged document harms the reader") {
  constexpr std::string_view bytes = "\"\\{}[]:,0123eE+-.truefalsn \n\0\xff\xc3u";
  constexpr int rounds = 4000;
  std::mt19937 random(20260131);
  auto const below = [&](std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random); };
  std::string const original(GENERATE(documents::claim, documents::volume));
  std::size_t good = 0;
  for (int round = 0; round < rounds; ++round) {
    auto text = original;
    for (auto changes = below(4) + 1; changes > 0; --changes) {
      auto const at = below(text.size());
      switch (below(4)) {
        case 0:
          text[at] = bytes[below(bytes.size())];
          break;
        case 1:
          text.erase(at, below(8));
          break;
        case 2:
          text.insert(at, 1, bytes[below(bytes.size())]);
          break;
        default:
          text.insert(at, text.substr(below(text.size()), below(40)));
          break;
      }
    }
    bool const read = k8s::read<k8s::Claim>(text).has_value();
    good += read ? 1 : 0;
    static_cast<void>(k8s::read<k8s::Volume>(text));
    static_cast<void>(k8s::read_watch_event(text));
    k8s::ListFramer framer(1 << 16, [](std::string_view) { return k8s::Result<void>(); });
    auto const middle = below(text.size());
    auto const first = framer.feed(std::string_view(text).substr(0, middle));
    auto const second = framer.feed(std::string_view(text).substr(middle));
    auto const finished = framer.finish();
    if (finished.has_value()) FAIL("a single object was taken for a list");
    if (first.has_error() && !second.has_error()) FAIL("an error was forgotten");
  }
  CHECK(good > 0);
  CHECK(good < rounds);
}
