#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "provisioner/web/http_server.hpp"

namespace nfs::testing {

/// A client with blocking calls, which end by themselves where nothing comes for so long that the test is lost.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port) : socket_(context_) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    timeval const patience{.tv_sec = 60, .tv_usec = 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }

  /// False: the server has gone.
  bool send(std::string_view text) {
    boost::system::error_code error;
    boost::asio::write(socket_, boost::asio::buffer(text), error);
    return !error;
  }

  /// All that comes until the server closes.
  std::string read_all() {
    std::string all;
    boost::system::error_code error;
    boost::asio::read(socket_, boost::asio::dynamic_buffer(all), error);
    return all;
  }

  /// All that comes until `end` was read; what follows it in the same segment is with it.
  std::string read_until(std::string_view end) {
    std::string all;
    while (all.find(end) == std::string::npos) {
      std::array<char, 4096> piece;
      boost::system::error_code error;
      auto const count = socket_.read_some(boost::asio::buffer(piece), error);
      all.append(piece.data(), count);
      if (error) break;
    }
    return all;
  }

  /// A request on a connection that ends with it.
  std::string ask(std::string_view method, std::string_view target) {
    send(std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    return read_all();
  }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_;
};

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
