#include <fmt/format.h>

#include <utility>

#include "k8s/json/frame.hpp"

namespace k8s {

LineFramer::LineFramer(std::size_t max_line, OnLine on_line) : max_line_(max_line), on_line_(std::move(on_line)) {}

Result<void> LineFramer::take(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (line.empty()) return {};
  return on_line_(line);
}

Result<void> LineFramer::feed(std::string_view chunk) {
  while (!failed_ && !chunk.empty()) {
    auto const end = chunk.find('\n');
    bool const complete = end != std::string_view::npos;
    auto const part = chunk.substr(0, end);
    chunk.remove_prefix(complete ? end + 1 : chunk.size());
    if (pending_.size() + part.size() > max_line_) {
      failed_ = make_error(ErrorKind::protocol, fmt::format("a line is longer than {} bytes", max_line_));
      break;
    }
    bool const whole = complete && pending_.empty();
    if (!whole) pending_ += part;
    if (!complete) break;
    auto const taken = take(whole ? part : std::string_view(pending_));
    pending_.clear();
    if (taken.has_error()) failed_ = taken.error();
  }
  if (failed_) return *failed_;
  return {};
}

}  // namespace k8s
