#include "k8s/model/quantity.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>

namespace k8s {
namespace {

using Wide = __int128;

constexpr Wide nano_per_unit = 1'000'000'000;
constexpr Wide largest = Wide{std::numeric_limits<std::int64_t>::max()} * nano_per_unit;

/// A suffix stands for 10^ten * 2^two.
struct Scale {
  std::int64_t ten = 0;
  int two = 0;
};

struct Suffix {
  std::string_view text;
  Scale scale;
};

constexpr std::array suffixes = {
    Suffix{"", {0, 0}},    Suffix{"n", {-9, 0}},  Suffix{"u", {-6, 0}},  Suffix{"m", {-3, 0}},
    Suffix{"k", {3, 0}},   Suffix{"M", {6, 0}},   Suffix{"G", {9, 0}},   Suffix{"T", {12, 0}},
    Suffix{"P", {15, 0}},  Suffix{"E", {18, 0}},  Suffix{"Ki", {0, 10}}, Suffix{"Mi", {0, 20}},
    Suffix{"Gi", {0, 30}}, Suffix{"Ti", {0, 40}}, Suffix{"Pi", {0, 50}}, Suffix{"Ei", {0, 60}},
};

/// "e3", "E-3", "e+3".
std::optional<Scale> read_exponent(std::string_view text) {
  if (text.substr(0, 1) != "e" && text.substr(0, 1) != "E") return std::nullopt;
  text.remove_prefix(1);
  if (text.substr(0, 1) == "+") {
    text.remove_prefix(1);
    if (text.substr(0, 1) == "-") return std::nullopt;
  }
  std::int64_t exponent = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return Scale{exponent, 0};
}

std::optional<Scale> read_suffix(std::string_view text) {
  auto const* known = std::find_if(suffixes.begin(), suffixes.end(), [&](auto const& s) { return s.text == text; });
  return known != suffixes.end() ? known->scale : read_exponent(text);
}

std::string_view take_digits(std::string_view& text) {
  auto const digits = text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
  text.remove_prefix(digits.size());
  return digits;
}

/// An unsigned decimal: 0.DIGITS * 10^point, the digits beginning with none that is 0 (and empty for zero).
struct Decimal {
  std::string digits;
  std::int64_t point = 0;
};

std::optional<Decimal> take_decimal(std::string_view& text) {
  std::string digits{take_digits(text)};
  auto point = static_cast<std::int64_t>(digits.size());
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    digits += take_digits(text);
  }
  if (digits.empty()) return std::nullopt;
  auto const zeros = std::min(digits.find_first_not_of('0'), digits.size());
  digits.erase(0, zeros);
  return Decimal{std::move(digits), point - static_cast<std::int64_t>(zeros)};
}

/// The digits before the point, or something over 2^63 when there are too many.
Wide whole_part(Decimal const& decimal) {
  constexpr std::int64_t enough = 20;
  if (decimal.point > enough) return largest;
  Wide whole = 0;
  for (std::int64_t i = 0; i < decimal.point; ++i) {
    auto const at = static_cast<std::size_t>(i);
    whole = whole * 10 + (at < decimal.digits.size() ? decimal.digits[at] - '0' : 0);
  }
  return whole;
}

/// The digits behind the point times `unit`, rounded up. Dividing from the last digit on keeps every intermediate
/// small, and floors of floors are exact; whether anything was cut off is all that rounding must know.
Wide fraction_part(Decimal const& decimal, Wide unit) {
  constexpr std::int64_t vanished = -64;  // unit < 10^28: what is that far behind the point only rounds up
  Wide value = 0;
  bool cut = false;
  auto const divide = [&](Wide dividend) {
    cut = cut || dividend % 10 != 0;
    value = dividend / 10;
  };
  auto const first = std::max<std::int64_t>(decimal.point, 0);
  for (auto i = static_cast<std::int64_t>(decimal.digits.size()); i > first; --i) {
    divide(unit * (decimal.digits[static_cast<std::size_t>(i - 1)] - '0') + value);
  }
  for (auto point = std::max(decimal.point, vanished); point < 0; ++point) divide(value);
  return value + (cut ? 1 : 0);
}

/// In nanos; `decimal` is not zero.
Wide scaled(Decimal decimal, Scale scale) {
  constexpr std::int64_t beyond_all = std::int64_t{1} << 62;
  decimal.point += std::clamp(scale.ten, -beyond_all, beyond_all);
  Wide const unit = nano_per_unit << scale.two;
  Wide const whole = whole_part(decimal);
  if (whole > largest / unit) return largest;
  return std::min(whole * unit + fraction_part(decimal, unit), largest);
}

}  // namespace

std::optional<Quantity> Quantity::parse(std::string_view text) {
  bool const negative = text.substr(0, 1) == "-";
  if (negative || text.substr(0, 1) == "+") text.remove_prefix(1);
  auto const decimal = take_decimal(text);
  if (!decimal) return std::nullopt;
  auto const scale = read_suffix(text);
  if (!scale) return std::nullopt;
  if (decimal->digits.empty()) return Quantity{0};
  auto const nano = scaled(*decimal, *scale);
  return Quantity{negative ? -nano : nano};
}

std::int64_t Quantity::ceil_value() const {
  auto const whole = nano_ / nano_per_unit;
  auto const rest = nano_ % nano_per_unit;
  return static_cast<std::int64_t>(whole + (rest > 0 ? 1 : 0) - (rest < 0 ? 1 : 0));
}

}  // namespace k8s
