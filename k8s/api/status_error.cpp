#include "k8s/api/status_error.hpp"

#include <fmt/format.h>

namespace k8s {
namespace {

constexpr std::size_t most_text = 1'024;

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

/// "AlreadyExists" -> "already exists"
std::string in_words(std::string_view reason) {
  std::string out;
  for (char const c : reason) {
    if (is_upper(c) && !out.empty()) out += ' ';
    out += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

/// What an unknown body says, on one line.
std::string one_line(std::string_view text) {
  std::string out;
  for (char const c : text.substr(0, most_text)) {
    auto const blank = static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
    if (!blank) out += c;
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace

Error to_error(std::string_view what, Status const& status) {
  auto const why = status.reason.empty() ? fmt::format("HTTP {}", status.code) : in_words(status.reason);
  auto const text = one_line(status.message);
  Error error{.kind = ErrorKind::api,
              .message = text.empty() ? fmt::format("{}: {}", what, why) : fmt::format("{}: {}: {}", what, why, text),
              .code = status.code,
              .reason = status.reason};
  if (status.retry_after_seconds) error.retry_after = std::chrono::seconds(*status.retry_after_seconds);
  return error;
}

Error to_error(std::string_view what, Response const& response) {
  auto const status = read<Status>(response.body);
  Status said;
  if (status.has_value()) {
    said = *status;
  } else {
    said.message = response.body;
  }
  said.code = response.status;
  auto error = to_error(what, said);
  if (response.retry_after) error.retry_after = response.retry_after;
  return error;
}

Error prefixed(std::string_view what, Error error) {
  if (!error.is(ErrorKind::cancelled)) error.message = fmt::format("{}: {}", what, error.message);
  return error;
}

}  // namespace k8s
