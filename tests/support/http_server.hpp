#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "k8s/base/mutex.hpp"

namespace k8s::test {

/// Any wait in a test that must end: long enough for a busy machine, short enough not to hang the suite.
inline constexpr std::chrono::seconds patience{30};

struct HttpRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string, std::less<>> headers;  ///< names in lower case
  std::string body;
  std::size_t connection = 0;  ///< 1 for the first connection that the server took

  /// Empty when absent. `name` in lower case.
  [[nodiscard]] std::string header(std::string_view name) const;
};

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

class Socket;

/// One request and the means to answer it. Lives on the server's thread for its connection, during the handler.
class Exchange {
 public:
  Exchange(Socket& socket, HttpRequest request) : socket_{socket}, request_{std::move(request)} {}

  [[nodiscard]] HttpRequest const& request() const { return request_; }

  /// A whole answer with its Content-Length.
  void respond(int status, std::string_view body = {}, HttpHeaders const& headers = {});

  /// A chunked answer: start, chunks (at once on the wire), finish. A handler that leaves out finish() should cut().
  void start(int status, HttpHeaders const& headers = {});
  bool chunk(std::string_view piece);  ///< false: the client is gone
  void finish();

  /// Bytes as they are, for answers that are broken on purpose. False: the client is gone.
  bool raw(std::string_view bytes);

  /// Ends the connection when the handler returns.
  void cut() { cut_ = true; }
  [[nodiscard]] bool is_cut() const { return cut_; }

  /// Answers nothing and blocks until the client hangs up or the server stops; then cuts.
  void wait_for_hangup();

 private:
  Socket& socket_;
  HttpRequest request_;
  bool cut_ = false;
};

/// Runs on the thread of the connection; several at once when there are several connections. May block, but on
/// nothing that outlasts the server: ~HttpServer joins. No test assertions in it.
using HttpHandler = std::function<void(Exchange&)>;

struct TlsIdentity {
  std::string certificate;       ///< PEM
  std::string key;               ///< PEM
  std::string client_authority;  ///< PEM; when given, clients must show a certificate signed by it
};

struct HttpServerOptions {
  std::string host = "127.0.0.1";  ///< or "::1"
  std::uint16_t port = 0;          ///< 0: any free one
  std::optional<TlsIdentity> tls = {};
  std::string greeting = {};            ///< goes out before any request, as other protocols do
  bool keeps_requests = true;           ///< for requests(), wait_for_requests()
  std::size_t largest_body = SIZE_MAX;  ///< of a request; at a larger one the server hangs up without reading it
};

/// A scripted HTTP/1.1 server on loopback, plain or TLS, a thread for each connection. Thread-safe.
class HttpServer {
 public:
  explicit HttpServer(HttpHandler handler, HttpServerOptions options = {});
  ~HttpServer();
  HttpServer(HttpServer const&) = delete;
  HttpServer& operator=(HttpServer const&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url() const;          ///< "https://[::1]:4711"
  [[nodiscard]] std::size_t connections() const;  ///< taken so far
  [[nodiscard]] std::size_t open_connections() const;
  [[nodiscard]] std::vector<HttpRequest> requests() const;  ///< all that were read so far, in order

  /// False when it did not come to that within test::patience.
  [[nodiscard]] bool wait_for_requests(std::size_t count) const;
  [[nodiscard]] bool wait_for_open_connections(std::size_t count) const;

  /// For connections from now on.
  void set_tls(TlsIdentity const& identity);
  void set_handler(HttpHandler handler);

  /// Hangs up on everybody who is connected now; goes on listening.
  void drop_connections();
  /// Hangs up, closes the port, joins all threads. Can be called again.
  void stop();

 private:
  void accept_loop();
  void serve(std::size_t number, int descriptor);
  void serve_requests(std::size_t number, Socket& socket);
  [[nodiscard]] std::optional<HttpRequest> read_request(Socket& socket, std::string& pending) const;

  HttpServerOptions options_;
  std::uint16_t port_ = 0;
  int listener_ = -1;

  mutable Mutex mutex_;
  mutable Condition changed_;
  HttpHandler handler_ GUARDED_BY(mutex_);
  std::shared_ptr<void> tls_context_ GUARDED_BY(mutex_);
  std::map<std::size_t, int> open_ GUARDED_BY(mutex_);  // connection number → descriptor
  std::size_t taken_ GUARDED_BY(mutex_) = 0;
  std::vector<HttpRequest> requests_ GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread acceptor_;
};

}  // namespace k8s::test
