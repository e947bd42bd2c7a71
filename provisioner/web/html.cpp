#include "provisioner/web/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace nfs {

std::string escape_html(std::string_view text) {
  std::string safe;
  for (char const c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) ? ' ' : c;
    }
  }
  return safe;
}

std::string format_duration(std::chrono::seconds time) {
  auto const seconds = std::max<std::int64_t>(time.count(), 0);
  if (seconds >= 86'400) return fmt::format("{} d {} h", seconds / 86'400, seconds / 3600 % 24);
  if (seconds >= 3600) return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
  if (seconds >= 60) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{} s", seconds);
}

}  // namespace nfs
