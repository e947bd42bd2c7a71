#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace k8s::test {

/// One accepted connection, plain or TLS, with blocking calls. The descriptor stays the caller's.
class Socket {
 public:
  Socket(int descriptor, ssl_ctx_st* context);
  ~Socket();
  Socket(Socket const&) = delete;
  Socket& operator=(Socket const&) = delete;

  /// The TLS handshake; true at once on a plain connection.
  [[nodiscard]] bool handshake();
  /// The next bytes; empty: end or failure.
  [[nodiscard]] std::string read();
  /// False: the peer is gone.
  bool write(std::string_view bytes);

 private:
  int descriptor_;
  ssl_st* tls_ = nullptr;
};

/// A server's TLS context from PEM texts; throws std::runtime_error when they are unusable.
[[nodiscard]] std::shared_ptr<ssl_ctx_st> make_tls_context(std::string_view certificate, std::string_view key,
                                                           std::string_view client_authority);

}  // namespace k8s::test
