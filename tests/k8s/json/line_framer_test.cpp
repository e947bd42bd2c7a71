#include <vector>

#include "k8s/json/frame.hpp"
#include "tests/support/catch.hpp"

namespace {

/// A framer and what it gave.
struct Lines {
  std::vector<std::string> seen;
  k8s::LineFramer framer;
  explicit Lines(std::size_t max_line)
      : framer(max_line, [this](std::string_view line) {
          seen.emplace_back(line);
          return k8s::Result<void>();
        }) {}
};

}  // namespace

TEST_CASE("lines come out the same, wherever the chunks end") {
  std::string const text = "one\ntwo \xE2\x82\xAC\r\n\n\r\nthree\n";
  std::vector<std::string> const expected = {"one", "two \xE2\x82\xAC", "three"};
  for (std::size_t size = 1; size <= text.size(); ++size) {
    Lines lines(100);
    for (std::size_t at = 0; at < text.size(); at += size) {
      REQUIRE(lines.framer.feed(std::string_view(text).substr(at, size)).has_value());
    }
    CAPTURE(size);
    CHECK(lines.seen == expected);
  }
}

TEST_CASE("a line without its end is not given") {
  Lines lines(100);
  REQUIRE(lines.framer.feed("one\ntw").has_value());
  CHECK(lines.seen == std::vector<std::string>{"one"});
  REQUIRE(lines.framer.feed("o\n").has_value());
  CHECK(lines.seen == std::vector<std::string>{"one", "two"});
}

TEST_CASE("a line over the bound ends the stream, whole or in pieces") {
  auto const size = GENERATE(std::size_t{1}, std::size_t{3}, std::size_t{100});
  Lines lines(4);
  std::string_view const text = "1234\n12345\n1\n";
  k8s::Result<void> result;
  for (std::size_t at = 0; at < text.size() && result.has_value(); at += size) {
    result = lines.framer.feed(text.substr(at, size));
  }
  REQUIRE(result.has_error());
  CHECK(result.error().is(k8s::ErrorKind::protocol));
  CHECK(lines.seen == std::vector<std::string>{"1234"});
  CHECK(lines.framer.feed("2\n").has_error());
  CHECK(lines.seen.size() == 1);
}

TEST_CASE("an endless line is refused before it is stored") {
  Lines lines(1000);
  std::string const part(600, 'x');
  CHECK(lines.framer.feed(part).has_value());
  CHECK(lines.framer.feed(part).has_error());
}

TEST_CASE("an error of the receiver is returned at once and stays") {
  int calls = 0;
  k8s::LineFramer framer(100, [&](std::string_view) -> k8s::Result<void> {
    ++calls;
    return k8s::make_error(k8s::ErrorKind::api, "enough");
  });
  auto const result = framer.feed("a\nb\n");
  REQUIRE(result.has_error());
  CHECK(result.error().message == "enough");
  CHECK(framer.feed("c\n").has_error());
  CHECK(calls == 1);
}
