#include "k8s/http/retry_after.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace k8s {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds longest{24 * 60 * 60};

std::string_view trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<milliseconds> parse_retry_after(std::string_view value, WallTime now) {
  auto const text = trimmed(value);
  if (is_number(text)) {
    long long seconds = 0;
    auto const parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (parsed.ec != std::errc{}) return longest;  // more digits than a long long holds
    return std::min<milliseconds>(std::chrono::seconds{std::min<long long>(seconds, longest.count())}, longest);
  }
  // An HTTP date begins with the name of a day; curl alone would take much more for a date.
  if (text.find(',') == std::string_view::npos) return std::nullopt;
  auto const date = curl_getdate(std::string{text}.c_str(), nullptr);
  if (date < 0) return std::nullopt;
  auto const wait = std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::from_time_t(date) - now);
  return std::clamp<milliseconds>(wait, milliseconds{0}, longest);
}

}  // namespace k8s
