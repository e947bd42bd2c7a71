#include "k8s/json/brackets.hpp"

#include <random>
#include <string>

#include "k8s/json/scan.hpp"
#include "tests/support/catch.hpp"

namespace {

using k8s::json::Nesting;

// As it is defined, byte by byte, for texts without backslashes.
Nesting counted(std::string_view text, Nesting nesting) {
  for (char const c : text) {
    if (c == '"') nesting.in_string = !nesting.in_string;
    if (nesting.in_string) continue;
    if (c == '{' || c == '[') ++nesting.depth;
    if (c == '}' || c == ']') --nesting.depth;
  }
  return nesting;
}

std::string random_text(std::mt19937& random, std::string_view letters, std::size_t size) {
  std::uniform_int_distribution<std::size_t> pick(0, letters.size() - 1);
  std::string text;
  while (text.size() < size) text += letters[pick(random)];
  return text;
}

// The end of the value, looked for byte by byte.
std::size_t end_of(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (in_string && text[at] == '\\') {
      ++at;
      continue;
    }
    if (text[at] == '"') in_string = !in_string;
    if (in_string) continue;
    if (text[at] == '{' || text[at] == '[') ++depth;
    if ((text[at] == '}' || text[at] == ']') && --depth == 0) return at + 1;
  }
  return std::string_view::npos;
}

}  // namespace

TEST_CASE("brackets are counted as one by one, many bytes at a time, as far as that goes") {
  std::mt19937 random(20261127);
  for (std::size_t round = 0; round < 20'000; ++round) {
    auto const text = random_text(random, "\"{}[]a,:{[ \xe2\x82\xac", 1 + round % 90);
    Nesting const before{.depth = 5 + round % 40, .in_string = round % 2 == 0};
    auto nesting = before;
    auto const until = k8s::json::count_brackets(text, 0, nesting);
    auto const expected = counted(std::string_view(text).substr(0, until), before);
    INFO(text << " until " << until);
    REQUIRE(until <= text.size());
    REQUIRE(nesting.depth == expected.depth);
    REQUIRE(nesting.in_string == expected.in_string);
  }
}

TEST_CASE("the end of a value is found wherever brackets, strings, backslashes and chunks fall") {
  std::mt19937 random(20261128);
  for (std::size_t round = 0; round < 20'000; ++round) {
    auto const text = "{" + random_text(random, "\"{}[]a,:{[\\\\ ", round % 120);
    auto const cut = round % (text.size() + 1);
    k8s::json::ValueScanner scanner;
    auto end = scanner.find_end(std::string_view(text).substr(0, cut), 0);
    if (end == std::string_view::npos) {
      end = scanner.find_end(std::string_view(text).substr(cut), 0);
      if (end != std::string_view::npos) end += cut;
    }
    INFO(text << " cut at " << cut);
    REQUIRE(end == end_of(text));
  }
}
