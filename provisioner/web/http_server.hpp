#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "k8s/base/error.hpp"
#include "provisioner/web/listen_address.hpp"

namespace boost::asio {
class io_context;
}

namespace nfs {

struct HttpAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

/// What is answered to GET and HEAD of a path. Called on the thread of the io_context: must not block.
using HttpRoutes = std::map<std::string, std::function<HttpAnswer()>, std::less<>>;

/// What one client, or very many, can take.
struct HttpLimits {
  std::size_t connections = 64;             ///< one more ends the oldest: who is new is always heard
  std::size_t header_bytes = 8192;          ///< of a request; one with a body is refused
  std::chrono::milliseconds read{5000};     ///< for a whole request, and between two on one connection
  std::chrono::milliseconds write{10'000};  ///< for a whole answer
};

/// A small HTTP/1.1 server on one io_context: fixed routes, GET and HEAD. No client can take more than the limits, nor
/// keep another one from being heard. All calls on the thread of the io_context; it ends when this goes.
class HttpServer {
 public:
  HttpServer(boost::asio::io_context& context, HttpRoutes routes, HttpLimits limits = {});
  ~HttpServer();
  HttpServer(HttpServer const&) = delete;
  HttpServer& operator=(HttpServer const&) = delete;

  /// Begins to listen; gives the port. An error (kind config) names the address and why it cannot be had.
  [[nodiscard]] k8s::Result<std::uint16_t> listen(ListenAddress const& address);
  /// Open at this moment.
  [[nodiscard]] std::size_t connections() const;

 private:
  class Listener;
  std::shared_ptr<Listener> listener_;
};

}  // namespace nfs
