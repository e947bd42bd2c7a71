#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace k8s {

/// The last `digits` hexadecimal digits of a number, in lower case.
[[nodiscard]] inline std::string hexadecimal(std::uint64_t number, std::size_t digits) {
  constexpr std::string_view all = "0123456789abcdef";
  std::string text(digits, '0');
  for (auto at = digits; at-- > 0; number >>= 4U) text[at] = all[number & 0xfU];
  return text;
}

}  // namespace k8s
