#include "provisioner/core/server_name.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace nfs {
namespace {

constexpr std::size_t group_count = 8;
using Groups = std::array<std::uint16_t, group_count>;
using GroupList = std::vector<std::uint16_t>;

std::string in_small_letters(std::string_view text) {
  std::string result(text);
  for (char& byte : result) {
    if (byte >= 'A' && byte <= 'Z') {
      byte = static_cast<char>(byte - 'A' + 'a');
    }
  }
  return result;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    auto const end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(end + 1);
  }
}

std::optional<std::uint16_t> number(std::string_view digits, std::size_t longest, int base, unsigned most) {
  unsigned value = 0;
  auto const* const end = digits.data() + digits.size();
  if (digits.empty() || digits.size() > longest) {
    return std::nullopt;
  }
  auto const [stopped, error] = std::from_chars(digits.data(), end, value, base);
  if (error != std::errc() || stopped != end || value > most) {
    return std::nullopt;
  }
  return static_cast<std::uint16_t>(value);
}

/// "192.0.2.1", which may be the end of an IPv6 address: two groups.
bool add_ipv4(std::string_view text, GroupList& groups) {
  auto const parts = split(text, '.');
  if (parts.size() != 4) {
    return false;
  }
  std::array<unsigned, 4> bytes{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto const byte = number(parts[i], 3, 10, 255);
    if (!byte) {
      return false;
    }
    bytes[i] = *byte;
  }
  groups.push_back(static_cast<std::uint16_t>(bytes[0] * 256 + bytes[1]));
  groups.push_back(static_cast<std::uint16_t>(bytes[2] * 256 + bytes[3]));
  return true;
}

/// The groups on one side of `::`, or all of them. `last`: an IPv4 address may stand at the end.
std::optional<GroupList> groups_of(std::string_view text, bool last) {
  GroupList groups;
  if (text.empty()) {
    return groups;
  }
  auto const parts = split(text, ':');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (last && i + 1 == parts.size() && parts[i].find('.') != std::string_view::npos) {
      if (!add_ipv4(parts[i], groups)) {
        return std::nullopt;
      }
      continue;
    }
    auto const group = number(parts[i], 4, 16, 0xffff);
    if (!group) {
      return std::nullopt;
    }
    groups.push_back(*group);
  }
  return groups;
}

std::optional<Groups> ipv6(std::string_view text) {
  auto const gap = text.find("::");
  bool const has_gap = gap != std::string_view::npos;
  auto const front = groups_of(text.substr(0, gap), !has_gap);
  auto const back = has_gap ? groups_of(text.substr(gap + 2), true) : GroupList{};
  if (!front || !back) {
    return std::nullopt;
  }
  auto const written = front->size() + back->size();
  if (has_gap ? written >= group_count : written != group_count) {
    return std::nullopt;
  }
  Groups groups{};
  for (std::size_t i = 0; i < front->size(); ++i) {
    groups[i] = (*front)[i];
  }
  for (std::size_t i = 0; i < back->size(); ++i) {
    groups[group_count - back->size() + i] = (*back)[i];
  }
  return groups;
}

/// Where the first of the longest runs of zeros begins, and how long it is; one alone is none.
std::pair<std::size_t, std::size_t> longest_zeros(Groups const& groups) {
  std::pair<std::size_t, std::size_t> longest{group_count, 1};
  for (std::size_t begin = 0; begin < group_count; ++begin) {
    std::size_t end = begin;
    while (end < group_count && groups[end] == 0) {
      ++end;
    }
    if (end - begin > longest.second) {
      longest = {begin, end - begin};
    }
  }
  return longest;
}

std::string written(Groups const& groups) {
  auto const [zeros, length] = longest_zeros(groups);
  std::string result;
  for (std::size_t i = 0; i < group_count; ++i) {
    if (i == zeros) {
      result += "::";
      i += length - 1;
      continue;
    }
    if (!result.empty() && !result.ends_with(':')) {
      result += ':';
    }
    std::array<char, 4> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), groups[i], 16).ptr;
    result.append(digits.data(), end);
  }
  return result;
}

}  // namespace

std::string canonical_server(std::string_view text) {
  if (text.size() > 2 && text.starts_with('[') && text.ends_with(']')) {
    text = text.substr(1, text.size() - 2);
  }
  auto const zone = text.find('%');
  if (auto const address = ipv6(text.substr(0, zone))) {
    return written(*address) + std::string(zone == std::string_view::npos ? "" : text.substr(zone));
  }
  if (text.size() > 1 && text.ends_with('.')) {
    text.remove_suffix(1);
  }
  return in_small_letters(text);
}

bool same_server(std::string_view left, std::string_view right) {
  return left == right || canonical_server(left) == canonical_server(right);
}

}  // namespace nfs
