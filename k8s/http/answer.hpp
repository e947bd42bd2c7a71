#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "k8s/base/clock.hpp"
#include "k8s/base/error.hpp"
#include "k8s/http/transport.hpp"

namespace k8s {

/// Takes an answer in as curl reads it, within its bounds. One for each transfer.
class Answer {
 public:
  /// `sink` null: every body is buffered, up to max_body bytes. All arguments outlive the Answer.
  Answer(CURL* easy, std::string const& server, std::size_t max_body, BodySink const* sink,
         std::stop_token const& stop);

  /// A line of the head or a piece of the body. False: the transfer is to be ended.
  [[nodiscard]] bool take_header(std::string_view line);
  [[nodiscard]] bool take_body(std::string_view piece);

  /// When the last byte came, or the request began.
  [[nodiscard]] SteadyTime last_byte() const { return last_byte_; }

  /// What the caller gets when curl ended with `code`; nullopt: curl's failure is the whole story.
  [[nodiscard]] std::optional<Result<Response>> outcome(CURLcode code);

 private:
  [[nodiscard]] bool deliver(std::string_view piece);
  [[nodiscard]] bool buffer(std::string_view piece, std::size_t limit);

  CURL* easy_;
  std::string const& server_;
  std::size_t max_body_;
  BodySink const* sink_;
  std::stop_token const& stop_;
  Response response_;
  std::size_t head_size_ = 0;
  SteadyTime last_byte_ = BootClock::now();
  std::optional<Error> failure_;
  std::exception_ptr thrown_;
  bool cut_ = false;
};

}  // namespace k8s
