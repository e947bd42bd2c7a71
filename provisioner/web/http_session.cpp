#include "provisioner/web/http_session.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <utility>

namespace nfs {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::size_t most_drained = 64 << 10;
constexpr auto drain_time = std::chrono::seconds{1};

HttpSession::Response make_response(http::status status, unsigned version, std::string_view type, std::string body) {
  HttpSession::Response response{status, version};
  response.set(http::field::content_type, {type.data(), type.size()});
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  response.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
  response.body() = std::move(body);
  response.prepare_payload();
  return response;
}

HttpSession::Response plain(http::status status, unsigned version, std::string text) {
  return make_response(status, version, "text/plain; charset=utf-8", std::move(text));
}

http::status status_of(beast::error_code error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return http::status::request_header_fields_too_large;
  if (error == http::error::unexpected_body || error == http::error::body_limit) return http::status::payload_too_large;
  return http::status::bad_request;
}

bool is_malformed(beast::error_code error) {
  return error.category() == http::make_error_code(http::error::bad_method).category();
}

}  // namespace

HttpSession::Response respond(HttpSession::Request const& request, HttpRoutes const& routes) {
  std::string_view path{request.target().data(), request.target().size()};
  path = path.substr(0, path.find('?'));
  auto const route = routes.find(path);
  if (route == routes.end()) return plain(http::status::not_found, request.version(), "not found\n");
  bool const head = request.method() == http::verb::head;
  if (request.method() != http::verb::get && !head) {
    auto response = plain(http::status::method_not_allowed, request.version(), "only GET and HEAD are served\n");
    response.set(http::field::allow, "GET, HEAD");
    return response;
  }
  auto found = route->second();
  auto response = make_response(static_cast<http::status>(found.status), request.version(), found.content_type,
                                std::move(found.body));
  if (head) response.body().clear();  // the length stays that of GET
  return response;
}

HttpSession::HttpSession(boost::asio::ip::tcp::socket socket, std::shared_ptr<Rules const> rules,
                         std::function<void()> ended)
    : stream_(std::move(socket)),
      rules_(std::move(rules)),
      ended_(std::move(ended)),
      buffer_(rules_->limits.header_bytes + 1024) {}

void HttpSession::abort() {
  stream_.close();
  end();
}

void HttpSession::end() {
  if (auto const ended = std::exchange(ended_, nullptr)) ended();
}

void HttpSession::read() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(rules_->limits.header_bytes));
  parser_->body_limit(0);
  // For the whole request: a byte now and then does not prolong it.
  stream_.expires_after(rules_->limits.read);
  http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](beast::error_code error, std::size_t) {
    if (!self->ended_) return;
    if (error) return self->refuse(error);
    auto response = respond(self->parser_->get(), self->rules_->routes);
    response.keep_alive(self->parser_->keep_alive());
    self->answer(std::move(response));
  });
}

void HttpSession::refuse(beast::error_code error) {
  if (!is_malformed(error) || error == http::error::end_of_stream || error == http::error::partial_message)
    return end_connection();
  auto response = plain(status_of(error), 11, error.message() + "\n");
  response.keep_alive(false);
  answer(std::move(response));
}

void HttpSession::answer(Response response) {
  response_ = std::move(response);
  stream_.expires_after(rules_->limits.write);
  http::async_write(stream_, response_, [self = shared_from_this()](beast::error_code error, std::size_t) {
    if (!self->ended_) return;
    if (error || self->response_.need_eof() || !self->response_.keep_alive()) return self->end_connection();
    self->read();
  });
}

// What the client still sends is read for a moment: closing over it would reset the connection, and the answer with it.
void HttpSession::end_connection() {
  beast::error_code ignored;
  stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  if (ignored) return abort();
  stream_.expires_after(drain_time);
  buffer_.clear();
  drain();
}

void HttpSession::drain() {
  stream_.async_read_some(buffer_.prepare(buffer_.max_size()),
                          [self = shared_from_this()](beast::error_code error, std::size_t count) {
                            if (!self->ended_) return;
                            self->drained_ += count;
                            if (error || self->drained_ > most_drained) return self->abort();
                            self->drain();
                          });
}

}  // namespace nfs
