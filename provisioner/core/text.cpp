#include "provisioner/core/text.hpp"

#include <algorithm>

#include "k8s/text/escape.hpp"

namespace nfs {
namespace {

// The longest part of `text` within `limit` bytes that cuts no character.
std::string_view part_within(std::string_view text, std::size_t limit) {
  std::size_t end = 0;
  while (end < text.size()) {
    auto const length = std::max<std::size_t>(k8s::utf8_sequence(text.substr(end)), 1);
    if (end + length > limit) break;
    end += length;
  }
  return text.substr(0, end);
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
  auto const shown = part_within(text, limit);
  auto result = k8s::quote_line(shown);
  if (shown.size() < text.size()) result.insert(result.size() - 1, "...");
  return result;
}

bool equal_but_for_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, lower, lower);
}

}  // namespace nfs
