#include "provisioner/web/http_server.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>

#include "provisioner/web/http_session.hpp"

namespace nfs {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr auto pause_without_descriptors = std::chrono::milliseconds{100};

error_code open(tcp::acceptor& acceptor, tcp::endpoint const& endpoint) {
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && endpoint.protocol() == tcp::v6())
    acceptor.set_option(boost::asio::ip::v6_only(!endpoint.address().is_unspecified()), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error) {
    error_code ignored;
    acceptor.close(ignored);
  }
  return error;
}

// All addresses: of both families, or of IPv4 alone where the machine has no IPv6.
error_code open(tcp::acceptor& acceptor, ListenAddress const& address) {
  if (!address.host.empty())
    return open(acceptor, tcp::endpoint(boost::asio::ip::make_address(address.host), address.port));
  auto const error = open(acceptor, tcp::endpoint(tcp::v6(), address.port));
  bool const no_v6 = error == boost::asio::error::address_family_not_supported ||
                     error == error_code(EADDRNOTAVAIL, boost::system::system_category());
  return no_v6 ? open(acceptor, tcp::endpoint(tcp::v4(), address.port)) : error;
}

}  // namespace

// Shared with what it waits for, so that nothing that still comes finds it gone.
class HttpServer::Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(boost::asio::io_context& context, HttpRoutes routes, HttpLimits limits)
      : rules_(std::make_shared<HttpSession::Rules const>(HttpSession::Rules{std::move(routes), limits})),
        acceptor_(context),
        timer_(context) {}

  k8s::Result<std::uint16_t> listen(ListenAddress const& address) {
    if (auto const error = open(acceptor_, address))
      return k8s::make_error(k8s::ErrorKind::config,
                             fmt::format("cannot listen on {}: {}", to_string(address), error.message()));
    accept();
    return acceptor_.local_endpoint().port();
  }

  void close() {
    error_code ignored;
    acceptor_.close(ignored);
    timer_.cancel();
    while (!sessions_.empty()) end_oldest();
  }

  [[nodiscard]] std::size_t connections() const { return sessions_.size(); }

 private:
  void accept() {
    acceptor_.async_accept([self = shared_from_this()](error_code error, tcp::socket socket) {
      if (error == boost::asio::error::operation_aborted) return;
      if (error) return self->accept_later();
      self->take(std::move(socket));
      self->accept();
    });
  }

  // Out of descriptors, most likely: asking again at once would only burn the processor.
  void accept_later() {
    timer_.expires_after(pause_without_descriptors);
    timer_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->accept();
    });
  }

  void take(tcp::socket socket) {
    if (sessions_.size() >= rules_->limits.connections) end_oldest();
    auto const number = next_++;
    auto const ended = [self = weak_from_this(), number] {
      if (auto const listener = self.lock()) listener->sessions_.erase(number);
    };
    auto const session = std::make_shared<HttpSession>(std::move(socket), rules_, ended);
    sessions_.emplace(number, session);
    session->start();
  }

  void end_oldest() {
    auto const oldest = sessions_.begin()->second;
    oldest->abort();
  }

  std::shared_ptr<HttpSession::Rules const> rules_;
  tcp::acceptor acceptor_;
  boost::asio::steady_timer timer_;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, std::shared_ptr<HttpSession>> sessions_;  // oldest first
};

HttpServer::HttpServer(boost::asio::io_context& context, HttpRoutes routes, HttpLimits limits)
    : listener_(std::make_shared<Listener>(context, std::move(routes), limits)) {}

HttpServer::~HttpServer() {
  listener_->close();
}

k8s::Result<std::uint16_t> HttpServer::listen(ListenAddress const& address) {
  return listener_->listen(address);
}

std::size_t HttpServer::connections() const {
  return listener_->connections();
}

}  // namespace nfs
