#include "k8s/http/answer.hpp"

#include <fmt/format.h>
#include <strings.h>

#include "k8s/http/retry_after.hpp"

namespace k8s {
namespace {

constexpr std::size_t largest_head = 256u << 10;
constexpr std::size_t largest_error_body = 64u << 10;

int status_of(CURL* easy) {
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

/// The value of a header line if it has that name.
std::optional<std::string_view> value_of(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || line[name.size()] != ':') return std::nullopt;
  if (::strncasecmp(line.data(), name.data(), name.size()) != 0) return std::nullopt;
  return line.substr(name.size() + 1);
}

}  // namespace

Answer::Answer(CURL* easy, std::string const& server, std::size_t max_body, BodySink const* sink,
               std::stop_token const& stop)
    : easy_{easy}, server_{server}, max_body_{max_body}, sink_{sink}, stop_{stop} {}

bool Answer::take_header(std::string_view line) {
  last_byte_ = BootClock::now();
  head_size_ += line.size();
  if (head_size_ > largest_head) {
    failure_ = make_error(ErrorKind::protocol,
                          fmt::format("{}: the head of an answer is over {} bytes", server_, largest_head));
    return false;
  }
  if (line.starts_with("HTTP/")) response_.retry_after.reset();  // an interim answer went before
  if (auto const value = value_of(line, "Retry-After")) {
    response_.retry_after = parse_retry_after(*value, std::chrono::system_clock::now());
  }
  return true;
}

bool Answer::take_body(std::string_view piece) {
  if (stop_.stop_requested()) return false;
  auto const status = status_of(easy_);
  bool const good = status >= 200 && status < 300;
  bool const go_on = sink_ == nullptr ? buffer(piece, max_body_)
                     : good           ? deliver(piece)
                                      : buffer(piece, largest_error_body);
  last_byte_ = BootClock::now();  // after the sink: its time is not the server's
  return go_on;
}

bool Answer::deliver(std::string_view piece) {
  try {  // an exception must not cross curl's frames
    auto taken = (*sink_)(piece);
    if (taken.has_value()) return true;
    failure_ = std::move(taken).error();
  } catch (...) {
    thrown_ = std::current_exception();
  }
  return false;
}

bool Answer::buffer(std::string_view piece, std::size_t limit) {
  auto& body = response_.body;
  if (piece.size() <= limit - body.size()) {
    body.append(piece);
    return true;
  }
  if (sink_ != nullptr) {
    body.append(piece.substr(0, limit - body.size()));
    cut_ = true;
  } else {
    failure_ = make_error(ErrorKind::protocol, fmt::format("{}: an answer is over {} bytes", server_, limit));
  }
  return false;
}

std::optional<Result<Response>> Answer::outcome(CURLcode code) {
  if (thrown_) std::rethrow_exception(thrown_);
  if (failure_) return *std::move(failure_);
  if (code != CURLE_OK && !cut_) return std::nullopt;
  response_.status = status_of(easy_);
  return std::move(response_);
}

}  // namespace k8s
