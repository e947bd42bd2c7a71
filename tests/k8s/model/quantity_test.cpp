#include "k8s/model/quantity.hpp"

#include <limits>
#include <string>

#include "tests/support/catch.hpp"

namespace {

k8s::Quantity parse(std::string_view text) {
  auto const quantity = k8s::Quantity::parse(text);
  INFO(text);
  REQUIRE(quantity.has_value());
  return *quantity;
}

constexpr auto largest = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST_CASE("a quantity is its number times its suffix, rounded up to whole units") {
  struct Row {
    std::string_view text;
    std::int64_t value;
  };
  auto const row =
      GENERATE(Row{"0", 0}, Row{"0Gi", 0}, Row{"1", 1}, Row{"007", 7}, Row{"1k", 1000}, Row{"1M", 1'000'000},
               Row{"1G", 1'000'000'000}, Row{"1T", 1'000'000'000'000}, Row{"1P", 1'000'000'000'000'000},
               Row{"1E", 1'000'000'000'000'000'000}, Row{"5E", 5'000'000'000'000'000'000}, Row{"1Ki", 1024},
               Row{"1Mi", 1 << 20}, Row{"1Gi", 1 << 30}, Row{"1Ti", std::int64_t{1} << 40},
               Row{"1Pi", std::int64_t{1} << 50}, Row{"1Ei", std::int64_t{1} << 60}, Row{"1.5Gi", 1'610'612'736},
               Row{"0.5Ki", 512}, Row{"1e3", 1000}, Row{"1E3", 1000}, Row{"1e+3", 1000}, Row{"1500e-3", 2},
               Row{"1.5e3", 1500}, Row{"12e6", 12'000'000}, Row{"1001m", 2}, Row{"1000m", 1}, Row{"1u", 1},
               Row{"1n", 1}, Row{".5", 1}, Row{"1.", 1}, Row{"1.G", 1'000'000'000}, Row{"+1", 1}, Row{"-1", -1},
               Row{"-1500m", -2}, Row{"0.0000000001", 1}, Row{"0.1m", 1}, Row{"1e-400", 1}, Row{"0e400", 0},
               Row{"0.0000000000000000000000000001Ei", 1}, Row{"0.00000000000000000000000000", 0});
  CAPTURE(row.text);
  CHECK(parse(row.text).ceil_value() == row.value);
}

TEST_CASE("quantities beyond 2^63-1 are capped") {
  auto const* text = GENERATE("9223372036854775807", "9223372036854775808", "8Ei", "10E", "1e30", "1e400",
                              "1e9223372036854775807", "99999999999999999999999999999999999999999999", "9999999Ei",
                              "18446744073709551616Ei", "9999999999999999999Ei", "99999999999999999999999999Ei");
  CAPTURE(text);
  CHECK(parse(text).ceil_value() == largest);
  CHECK(parse(std::string("-") + text).ceil_value() == -largest);
  CHECK(parse(text) == parse("9223372036854775807"));
}

TEST_CASE("quantities are compared exactly, however they are spelt") {
  CHECK(parse("1Gi") == parse("1024Mi"));
  CHECK(parse("1.5Gi") == parse("1536Mi"));
  CHECK(parse("1000m") == parse("1"));
  CHECK(parse("1e3") == parse("1k"));
  CHECK(parse("1Gi") > parse("1G"));
  CHECK(parse("9007199254740993") > parse("9007199254740992"));  // one and the same as floating point
  CHECK(parse("9223372036854775806") < parse("9223372036854775807"));
  CHECK(parse("0.1") < parse("101m"));
  CHECK(parse("-1") < parse("0"));
  CHECK(parse("1.000000001") > parse("1"));
}

TEST_CASE("what is finer than nano is rounded up") {
  CHECK(parse("0.0000000001") == parse("1n"));
  CHECK(parse("1.5n") == parse("2n"));
  CHECK(parse("-1.5n") == parse("-2n"));
  CHECK(parse("1.0000000001") == parse("1000000001n"));
}

TEST_CASE("what the API server takes for no quantity is refused") {
  auto const* text = GENERATE("", " ", "1 ", " 1", "1 Gi", "Gi", ".", "+", "-", "--1", "+-1", "1.2.3", "1e", "1e+",
                              "1e-", "1K", "1ki", "1gi", "1KI", "1Gii", "1GiB", "1B", "0x10", "1_000", "1,5", "NaN",
                              "inf", "1e1.5", "1e+-3", "1e++3", "1Ee3", "1ee3", "1mi", "1e99999999999999999999", "1\n");
  CAPTURE(text);
  CHECK_FALSE(k8s::Quantity::parse(text).has_value());
}

TEST_CASE("a NUL in a quantity is refused") {
  CHECK_FALSE(k8s::Quantity::parse(std::string_view("1\0", 2)).has_value());
}
