#include "provisioner/core/text.hpp"

#include <algorithm>
#include <cstdint>

namespace nfs {
namespace {

constexpr std::size_t utf8_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

/// The printable character that `text` begins with; empty if there is none: broken UTF-8, or a control character
/// (U+0080 to U+009F are some, too: terminals obey them).
std::string_view printable_character(std::string_view text) {
  auto const byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  auto const length = utf8_length(byte(0));
  if (length == 0 || length > text.size()) return {};
  if (length == 1) return is_control(text[0]) ? std::string_view{} : text.substr(0, 1);
  std::uint32_t code = byte(0) & (0x7fU >> length);
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xc0U) != 0x80) return {};
    code = code << 6U | (byte(at) & 0x3fU);
  }
  bool const overlong = code < (length == 2 ? 0x80U : length == 3 ? 0x800U : 0x10000U);
  bool const surrogate = code >= 0xd800 && code < 0xe000;
  if (overlong || surrogate || code < 0xa0 || code > 0x10ffff) return {};
  return text.substr(0, length);
}

std::string escaped(char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  switch (byte) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  auto const value = static_cast<unsigned char>(byte);
  return {'\\', 'x', digits[value >> 4U], digits[value & 0xfU]};
}

char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

}  // namespace

bool is_control(char byte) {
  auto const value = static_cast<unsigned char>(byte);
  return value < 0x20 || value == 0x7f;
}

std::string quoted(std::string_view text, std::size_t limit) {
  std::string result = "\"";
  std::size_t at = 0;
  while (at < text.size()) {
    auto const character = printable_character(text.substr(at));
    auto const length = character.empty() ? 1 : character.size();
    if (at + length > limit) return result + "...\"";
    if (character.empty()) {
      result += escaped(text[at]);
    } else {
      if (character == "\"" || character == "\\") result += '\\';
      result += character;
    }
    at += length;
  }
  return result + '"';
}

bool equal_but_for_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, lower, lower);
}

}  // namespace nfs
