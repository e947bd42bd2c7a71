#pragma once

#include <stop_token>
#include <string>

#include "k8s/http/curl_transport.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http_server.hpp"

namespace k8s::test {

inline CurlOptions options_for(HttpServer const& server) {
  CurlOptions options;
  options.server = server.url();
  options.user_agent = "tests/1";
  return options;
}

/// A transport and one connection of it; the test fails when the options are refused.
class Client {
 public:
  explicit Client(CurlOptions options) {
    auto made = make_curl_transport(std::move(options));
    INFO((made.has_error() ? made.error().message : std::string{}));
    REQUIRE(made.has_value());
    transport_ = *std::move(made);
    connection_ = transport_->connect();
  }
  explicit Client(HttpServer const& server) : Client{options_for(server)} {}

  [[nodiscard]] Result<Response> send(Request const& request, std::stop_token stop = {}) {
    return connection_->send(request, std::move(stop));
  }
  [[nodiscard]] Result<Response> get(std::string target = "/") { return send({.target = std::move(target)}); }
  [[nodiscard]] Result<Response> stream(Request const& request, BodySink sink, std::stop_token stop = {}) {
    return connection_->stream(request, std::move(sink), std::move(stop));
  }
  [[nodiscard]] Transport& transport() { return *transport_; }

 private:
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<Connection> connection_;
};

inline std::string message_of(Result<Response> const& result) {
  return result.has_error() ? result.error().message : "status " + std::to_string(result->status);
}

/// Requires an error of that kind, on one line, and hands back its message.
inline std::string require_error(Result<Response> const& result, ErrorKind kind) {
  INFO(message_of(result));
  REQUIRE(result.has_error());
  CHECK(result.error().kind == kind);
  CHECK(result.error().message.find_first_of("\r\n") == std::string::npos);
  return result.error().message;
}

inline void require_status(Result<Response> const& result, int status) {
  INFO(message_of(result));
  REQUIRE(result.has_value());
  CHECK(result->status == status);
}

}  // namespace k8s::test
