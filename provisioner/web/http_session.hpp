#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "provisioner/web/http_server.hpp"

namespace nfs {

/// One connection: reads a request, answers it, and so on, until the client goes, breaks a rule or is too slow.
/// Lives as long as it has something to wait for.
class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  using Request = boost::beast::http::request<boost::beast::http::empty_body>;
  using Response = boost::beast::http::response<boost::beast::http::string_body>;

  struct Rules {
    HttpRoutes routes;
    HttpLimits limits;
  };

  /// `ended` is called once, when nothing more will come.
  HttpSession(boost::asio::ip::tcp::socket socket, std::shared_ptr<Rules const> rules, std::function<void()> ended);

  void start() { read(); }
  /// Ends it now, whatever it is doing.
  void abort();

 private:
  void read();
  void answer(Response response);
  void refuse(boost::beast::error_code error);
  void end_connection();
  void drain();
  void end();

  boost::beast::tcp_stream stream_;
  std::shared_ptr<Rules const> rules_;
  std::function<void()> ended_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::empty_body>> parser_;
  Response response_;
  std::size_t drained_ = 0;
};

/// What a well-formed request is answered.
[[nodiscard]] HttpSession::Response respond(HttpSession::Request const& request, HttpRoutes const& routes);

}  // namespace nfs
