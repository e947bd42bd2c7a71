#pragma once

#include <string>
#include <string_view>

#include "k8s/base/error.hpp"

namespace k8s {

/// The parts of a server's base URL.
struct Endpoint {
  std::string server;  ///< the URL itself, without a trailing slash
  bool tls = true;
  std::string host;  ///< IPv6 in brackets
  std::string port;  ///< of the scheme when the URL has none
  std::string path;  ///< "" or "/prefix"

  [[nodiscard]] std::string authority() const { return host + ":" + port; }
  [[nodiscard]] bool is_loopback() const;
};

/// Takes "https://host[:port][/prefix]" or http; anything else (another scheme or none, user:password@, a query) is an
/// error of kind config.
[[nodiscard]] Result<Endpoint> parse_endpoint(std::string_view server);

}  // namespace k8s
