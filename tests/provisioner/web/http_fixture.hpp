#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "provisioner/web/http_server.hpp"
#include "tests/support/http_client.hpp"

namespace nfs::testing {

/// A server with a thread of its own, on a free port of loopback.
class RunningServer {
 public:
  explicit RunningServer(HttpLimits limits = {}, HttpRoutes routes = {}) {
    routes.emplace("/hello", [] { return HttpAnswer{200, "text/plain", "hello, world\n"}; });
    server_.emplace(context_, std::move(routes), limits);
    port_ = server_->listen({"127.0.0.1", 0}).value();
    thread_ = std::jthread([this] { context_.run(); });
  }
  ~RunningServer() {
    context_.stop();
    thread_.join();
  }
  RunningServer(RunningServer const&) = delete;
  RunningServer& operator=(RunningServer const&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string get(std::string_view target) const { return HttpClient(port_).ask("GET", target); }
  [[nodiscard]] std::size_t connections() {
    std::promise<std::size_t> count;
    boost::asio::post(context_, [&] { count.set_value(server_->connections()); });
    return count.get_future().get();
  }
  /// Waits until so many are open; false when that does not come.
  [[nodiscard]] bool comes_to(std::size_t count) {
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (connections() != count) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }

 private:
  boost::asio::io_context context_;
  std::optional<HttpServer> server_;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

}  // namespace nfs::testing
