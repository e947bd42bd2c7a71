// The parts of tests/fuzz/target.hpp under random changes of what they take. A fuzzer goes further: `make fuzz`.
#include <random>

#include "tests/fuzz/target.hpp"
#include "tests/support/catch.hpp"

namespace {

// What texts of this kind are made of: a change puts one of these somewhere.
constexpr std::string_view pieces[] = {"{",          "}",
                                       "[",          "]",
                                       "\"",         "\\",
                                       ",",          ":",
                                       "null",       "\n",
                                       "\r",         std::string_view("\0", 1),
                                       "\x80",       "\xff",
                                       "-",          "/",
                                       "..",         "./",
                                       "//",         "${",
                                       "}",          ":-",
                                       "\\u0000",    "\\ud800",
                                       "1e999",      "true",
                                       "{}",         "[]",
                                       "0",          "{{",
                                       "}}",         "\xc3",
                                       "\\",         "\t",
                                       "\x7f",       "a",
                                       "archived-x", ".nfs-subdir-provisioner"};

class Mutation {
 public:
  explicit Mutation(std::uint32_t seed) : random_(seed) {}

  std::string of(std::string text) {
    for (auto changes = 1 + below(6); changes > 0; --changes) change(text);
    return text;
  }

 private:
  std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_); }

  void change(std::string& text) {
    auto const at = below(text.size() + 1);
    auto const length = std::min(text.size() - at, 1 + below(40));
    auto const& piece = pieces[below(std::size(pieces))];
    switch (below(6)) {
      case 0:
        text.insert(at, piece);
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.replace(at, length, piece);
        break;
      case 3:
        text.insert(below(text.size() + 1), text.substr(at, length));
        break;
      case 4:
        for (auto times = below(400); times > 0; --times) text.insert(at, piece);  // deep, or long
        break;
      default:
        text.resize(at);
    }
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("whatever stands in a list, a watch, a document or a pattern, it is read or refused as it must be") {
  constexpr std::uint32_t rounds = 1500;
  for (auto const& part : fuzz::parts()) {
    for (std::size_t i = 0; i < part.seeds.size(); ++i) {
      INFO(part.name << ", seed text " << i);
      REQUIRE(part.target(part.seeds[i]) == "");
      for (std::uint32_t round = 0; round < rounds; ++round) {
        auto const text = Mutation(round).of(part.seeds[i]);
        INFO("round " << round << ":\n" << text);
        REQUIRE(part.target(text) == "");
      }
    }
  }
}
