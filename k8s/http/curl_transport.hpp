#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "k8s/base/error.hpp"
#include "k8s/http/pem.hpp"
#include "k8s/http/transport.hpp"

namespace k8s {

/// What connections by libcurl need to know.
struct CurlOptions {
  std::string server;           ///< "https://host:port[/prefix]"; http for tests and proxies on the same host
  std::string tls_server_name;  ///< asked for and verified instead of the host of `server`; empty: that host
  PemSource ca;                 ///< trusted alone; empty: the system's certificates
  PemSource client_certificate;
  PemSource client_key;
  bool insecure_skip_tls_verify = false;
  std::string user_agent;

  /// The token to send, asked for before each request, on the thread of the connection, thus thread-safe. An empty
  /// function or token: no Authorization. It is never in a message.
  std::function<Result<std::string>()> bearer_token = {};
  /// Told after a 401. When bearer_token() then gives another one, the request is repeated once.
  std::function<void()> bearer_token_rejected = {};

  std::chrono::milliseconds connect_timeout{10'000};   ///< name, TCP and TLS together
  std::chrono::milliseconds material_max_age{60'000};  ///< see PemReader
};

/// HTTP/1.1 keep-alive connections. A proxy is taken from the environment as curl does (HTTPS_PROXY, NO_PROXY), never
/// for a server on loopback. Kind config when the server's URL or the key material is unusable.
/// Errors of its connections: transport (refused, reset, unresolved, timed out), tls (a certificate is not accepted, by
/// either side), protocol (cut short, too large), config (token), each with the server and the cause on one line.
[[nodiscard]] Result<std::unique_ptr<Transport>> make_curl_transport(CurlOptions options);

}  // namespace k8s
