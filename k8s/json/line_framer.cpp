#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "k8s/json/frame.hpp"

namespace k8s {

LineFramer::LineFramer(std::size_t max_line, OnLine on_line, OnTooLarge on_too_large)
    : max_line_(max_line), on_line_(std::move(on_line)), on_too_large_(std::move(on_too_large)) {}

Result<void> LineFramer::take(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (line.empty()) return {};
  return on_line_(line);
}

Result<void> LineFramer::take_part(std::string_view part, bool complete) {
  if (!dropping_ && pending_.size() + part.size() > max_line_) {
    if (!on_too_large_) {
      return make_error(ErrorKind::protocol, fmt::format("a line is longer than {} bytes", max_line_));
    }
    dropping_ = true;
    pending_ += part.substr(0, kept_of_too_large);
    pending_.resize(std::min({pending_.size(), kept_of_too_large, max_line_}));
    pending_.shrink_to_fit();
  } else if (!dropping_ && complete && pending_.empty()) {
    return take(part);
  } else if (!dropping_) {
    pending_ += part;
  }
  if (!complete) return {};
  auto const taken = dropping_ ? on_too_large_(pending_) : take(pending_);
  pending_.clear();
  dropping_ = false;
  return taken;
}

Result<void> LineFramer::feed(std::string_view chunk) {
  while (!failed_ && !chunk.empty()) {
    auto const end = chunk.find('\n');
    bool const complete = end != std::string_view::npos;
    auto const part = chunk.substr(0, end);
    chunk.remove_prefix(complete ? end + 1 : chunk.size());
    if (auto const taken = take_part(part, complete); taken.has_error()) failed_ = taken.error();
  }
  if (failed_) return *failed_;
  return {};
}

}  // namespace k8s
