#include <vector>

#include "documents.hpp"
#include "k8s/json/frame.hpp"
#include "tests/support/catch.hpp"

namespace {

struct Read {
  std::vector<std::string> items;
  k8s::Result<k8s::ListMeta> meta = k8s::ListMeta{};
};

/// Feeds `text` in chunks of `size`.
Read frame(std::string_view text, std::size_t size, std::size_t max_item = 1 << 20) {
  Read read;
  k8s::ListFramer framer(max_item, [&](std::string_view item) {
    read.items.emplace_back(item);
    return k8s::Result<void>();
  });
  for (std::size_t at = 0; at < text.size(); at += size) {
    if (framer.feed(text.substr(at, size)).has_error()) break;
  }
  read.meta = framer.finish();
  return read;
}

/// As frame(), for every way to cut the text into equal chunks: all must agree.
Read frame_every_way(std::string_view text) {
  auto const whole = frame(text, text.size() + 1);
  for (std::size_t size = 1; size <= text.size(); ++size) {
    auto const read = frame(text, size);
    CAPTURE(size);
    REQUIRE(read.items == whole.items);
    REQUIRE(read.meta.has_value() == whole.meta.has_value());
    if (read.meta.has_error()) continue;
    REQUIRE(read.meta->resource_version == whole.meta->resource_version);
    REQUIRE(read.meta->continue_token == whole.meta->continue_token);
  }
  return whole;
}

using Items = std::vector<std::string>;

}  // namespace

TEST_CASE("a list is cut into its items, wherever the chunks end") {
  auto const read = frame_every_way(
      R"({"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"12","continue":"a\"b\\",)"
      R"("remainingItemCount":3},)"
      R"("items":[{"a":1},{"b":"}]{[\"\\"} , {"items":[{"metadata":{"resourceVersion":"9"}}],"metadata":{"x":[[]]}}]})"
      "\n");
  REQUIRE(read.meta.has_value());
  CHECK(read.meta->resource_version == "12");
  CHECK(read.meta->continue_token == "a\"b\\");
  CHECK(read.items == Items{R"({"a":1})", R"({"b":"}]{[\"\\"})",
                            R"({"items":[{"metadata":{"resourceVersion":"9"}}],"metadata":{"x":[[]]}})"});
}

TEST_CASE("metadata may stand behind the items, and unknown members anywhere") {
  auto const read =
      frame_every_way(R"( { "new" : {"items":[{"x":1}],"metadata":{"resourceVersion":"1"}} , "n" : -1.5e3,"t":true,)"
                      R"("z":null,"s":"}","a":[] ,)"
                      R"( "items" : [ { } , {} ] , "metadata" : { "resourceVersion" : "7" } , "last":0 } )");
  REQUIRE(read.meta.has_value());
  CHECK(read.meta->resource_version == "7");
  CHECK(read.items == Items{"{ }", "{}"});
}

TEST_CASE("an empty list, and one whose items are null, are lists") {
  auto const* text = GENERATE(R"({"items":[]})", R"({"items":[ ],"metadata":{}})", R"({"items":null})",
                              R"({"metadata":null,"items": null })", R"({"metadata":{"continue":null},"items":[]})");
  CAPTURE(text);
  auto const read = frame_every_way(text);
  REQUIRE(read.meta.has_value());
  CHECK(read.items.empty());
  CHECK(read.meta->continue_token.empty());
}

TEST_CASE("items as an API server writes them come out as they are") {
  std::string const text = R"({"metadata":{"resourceVersion":"1"},"items":[)" + std::string(documents::claim) + "," +
                           std::string(documents::volume) + "]}";
  auto const read = frame(text, 7);
  REQUIRE(read.meta.has_value());
  CHECK(read.items == Items{std::string(documents::claim), std::string(documents::volume)});
}

TEST_CASE("a list cut short at any byte is an error") {
  constexpr std::string_view text = R"({"metadata":{"resourceVersion":"12"},"items":[{"a":1},{"b":[]}],"kind":"L"})";
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    auto const meta = frame(text.substr(0, size), 5).meta;
    REQUIRE(meta.has_error());
    CHECK(meta.error().is(k8s::ErrorKind::protocol));
  }
  CHECK(frame(text, 5).meta.has_value());
}

TEST_CASE("what is no list is an error") {
  auto const* text = GENERATE(
      "[]", "1", "{}", R"({"kind":"Status","metadata":{}})", R"({"items":{}})", R"({"items":1})", R"({"items":"[]"})",
      R"({"items":nul})", R"({"items":[1]})", R"({"items":[[]]})", R"({"items":[null]})", R"({"items":[{},]})",
      R"({"items":[,{}]})", R"({"items":[{}{}]})", R"({"items":[],})", R"({"items":[]}x)",
      R"({"items":[]}{"items":[]})", R"({"items":[]]})", R"({"items":[],"items":[]})", R"({"items":null,"items":[{}]})",
      R"({,"items":[]})", R"({"items" []})", R"({items:[]})", R"({"a":,"items":[]})", R"({"a":x,"items":[]})",
      R"({"a":1 2,"items":[]})", R"({"items":[],"metadata":[]})", R"({"items":[],"metadata":1})",
      R"({"items":[],"metadata":{"continue":1}})", R"({"items":[],"metadata":{"continue":"x"]}})");
  CAPTURE(text);
  auto const read = frame_every_way(text);
  REQUIRE(read.meta.has_error());
  CHECK(read.meta.error().is(k8s::ErrorKind::protocol));
}

TEST_CASE("an item over the bound is refused, whole or in pieces, and nothing behind it is read") {
  auto const size = GENERATE(std::size_t{1}, std::size_t{4}, std::size_t{1000});
  std::string const large = R"({"a":")" + std::string(12, 'x') + "\"}";
  auto const fits = frame(R"({"items":[)" + large + "]}", size, large.size());
  CHECK(fits.meta.has_value());
  auto const read = frame(R"({"items":[{},)" + large + ",{}]}", size, large.size() - 1);
  CHECK(read.items == Items{"{}"});
  REQUIRE(read.meta.has_error());
  CHECK(read.meta.error().is(k8s::ErrorKind::protocol));
}

TEST_CASE("an endless key or metadata is refused before it is stored") {
  auto const* start = GENERATE("{\"", R"({"metadata":{"continue":")", R"({"items":[{"a":")");
  k8s::ListFramer framer(1000, [](std::string_view) { return k8s::Result<void>(); });
  REQUIRE(framer.feed(start).has_value());
  std::string const part(600, 'x');
  CHECK(framer.feed(part).has_value());
  CHECK(framer.feed(part).has_error());
}

TEST_CASE("what is skipped is not bounded") {
  std::string const text = R"({"x":")" + std::string(5000, 'x') + R"(","items":[]})";
  CHECK(frame(text, 100, 50).meta.has_value());
}

TEST_CASE("an item that lies in one chunk is given as a view into it") {
  constexpr std::string_view text = R"({"items":[{"a":1}]})";
  k8s::ListFramer framer(100, [&](std::string_view item) {
    CHECK(item.data() == text.data() + 10);
    return k8s::Result<void>();
  });
  CHECK(framer.feed(text).has_value());
}

TEST_CASE("an error of the receiver ends the list") {
  int calls = 0;
  k8s::ListFramer framer(100, [&](std::string_view) -> k8s::Result<void> {
    ++calls;
    return k8s::make_error(k8s::ErrorKind::cancelled, "enough");
  });
  auto const result = framer.feed(R"({"items":[{},{}]})");
  REQUIRE(result.has_error());
  CHECK(result.error().message == "enough");
  CHECK(framer.feed(" ").has_error());
  REQUIRE(framer.finish().has_error());
  CHECK(framer.finish().error().message == "enough");
  CHECK(calls == 1);
}
