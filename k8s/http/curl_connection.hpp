#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "k8s/base/clock.hpp"
#include "k8s/http/answer.hpp"
#include "k8s/http/curl_handles.hpp"
#include "k8s/http/curl_transport.hpp"
#include "k8s/http/endpoint.hpp"
#include "k8s/http/pem.hpp"
#include "k8s/http/transport.hpp"

namespace k8s {

/// One multi handle, which keeps the TCP connection, and one easy handle, used for one request after the other.
class CurlConnection final : public Connection {
 public:
  CurlConnection(std::shared_ptr<CurlOptions const> options, Endpoint endpoint);
  ~CurlConnection() override;
  CurlConnection(CurlConnection const&) = delete;
  CurlConnection& operator=(CurlConnection const&) = delete;

  [[nodiscard]] Result<Response> send(Request const& request, std::stop_token stop) override;
  [[nodiscard]] Result<Response> stream(Request const& request, BodySink sink, std::stop_token stop) override;

  /// Reads CA, certificate and key, if they are new. Kind config when there is nothing usable.
  [[nodiscard]] Result<void> refresh_material();

 private:
  struct Limits {
    std::optional<SteadyTime> deadline;
    std::chrono::milliseconds timeout;
    std::chrono::milliseconds idle;
  };

  void set_constants();
  void set_address();
  void set_request(Request const& request);

  [[nodiscard]] Result<Response> run(Request const& request, BodySink const* sink, std::stop_token const& stop);
  [[nodiscard]] Result<Response> attempt(Request const& request, BodySink const* sink, std::string const& token,
                                         Limits const& limits, std::stop_token const& stop);
  /// Drives the transfer until curl, a limit or `stop` ends it.
  [[nodiscard]] Result<CURLcode> drive(Answer const& answer, Limits const& limits, std::stop_token const& stop);
  /// How long curl may wait before a limit must be looked at again; an error when one is reached.
  [[nodiscard]] Result<std::chrono::milliseconds> time_left(Answer const& answer, Limits const& limits) const;
  [[nodiscard]] Result<std::string> token() const;
  [[nodiscard]] Error failed(CURLcode code) const;
  [[nodiscard]] Error timed_out(std::string_view what, std::chrono::milliseconds after) const;

  std::shared_ptr<CurlOptions const> options_;
  Endpoint endpoint_;
  std::string base_url_;
  PemReader ca_;
  PemReader certificate_;
  PemReader key_;
  CurlList connect_to_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  EasyHandle easy_;
  MultiHandle multi_;
};

}  // namespace k8s
