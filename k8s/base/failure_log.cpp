#include "k8s/base/failure_log.hpp"

#include <fmt/format.h>

namespace k8s {
namespace {

/// Beyond so many different ones something sprinkles its messages with changing text: no more is said.
constexpr std::size_t most_distinct = 32;

std::string without_digits(std::string_view text) {
  std::string out;
  for (char const c : text) {
    if (c < '0' || c > '9') out += c;
  }
  return out;
}

std::string failure_class(Error const& error) {
  if (error.is(ErrorKind::api)) return fmt::format("{} {}", error.code, error.reason);
  return without_digits(error.message);
}

}  // namespace

FailureLog::FailureLog(Log const& log, std::string subject) : log_(log), subject_(std::move(subject)) {}

bool FailureLog::is_new(Error const& error) {
  if (error.is(ErrorKind::cancelled) || logged_.size() >= most_distinct) return false;
  return logged_.insert(failure_class(error)).second;
}

bool FailureLog::failed(Error const& error) {
  if (!is_new(error)) return false;
  log_.warning(subject_ + " failed", {{"error", error.message}});
  return true;
}

bool FailureLog::failed(Error const& error, std::chrono::milliseconds retry_in) {
  if (!is_new(error)) return false;
  log_.warning(subject_ + " failed",
               {{"error", error.message},
                {"retry_in", fmt::format("{:.1f}s", std::chrono::duration<double>(retry_in).count())}});
  return true;
}

void FailureLog::recovered() {
  if (logged_.empty()) return;
  logged_.clear();
  log_.info(subject_ + " works again");
}

}  // namespace k8s
