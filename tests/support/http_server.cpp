#include "tests/support/http_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include "tests/support/socket.hpp"

namespace k8s::test {
namespace {

std::string lower(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string head(int status, HttpHeaders const& headers) {
  auto out = "HTTP/1.1 " + std::to_string(status) + " Scripted\r\n";
  for (auto const& [name, value] : headers) out.append(name).append(": ").append(value).append("\r\n");
  return out;
}

/// Takes the head of a request off `pending`, which holds it whole.
HttpRequest parse_head(std::string& pending) {
  auto const end = pending.find("\r\n\r\n");
  auto const text = pending.substr(0, end + 2);
  pending.erase(0, end + 4);

  HttpRequest request;
  auto const line = text.substr(0, text.find("\r\n"));
  auto const first = line.find(' ');
  auto const last = line.rfind(' ');
  request.method = line.substr(0, first);
  if (last > first) request.target = line.substr(first + 1, last - first - 1);
  for (auto at = line.size() + 2; at < text.size();) {
    auto const stop = text.find("\r\n", at);
    auto const colon = text.find(':', at);
    if (colon < stop) {
      auto const value = std::min(text.find_first_not_of(' ', colon + 1), stop);
      request.headers[lower(std::string_view{text}.substr(at, colon - at))] = text.substr(value, stop - value);
    }
    at = stop + 2;
  }
  return request;
}

/// A write to a peer that is gone must not end the test program; a mask on this thread leaves the others alone.
void block_broken_pipe_signal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

/// A close with unread bytes becomes a reset, which would take the TLS alert with it.
void wait_until_alert_is_read(int descriptor) {
  ::shutdown(descriptor, SHUT_WR);
  char ignored[4096];
  while (::recv(descriptor, ignored, sizeof ignored, 0) > 0) {
  }
}

struct Listener {
  int descriptor;
  std::uint16_t port;
};

Listener listen_on(std::string const& host, std::uint16_t port) {
  bool const six = host.find(':') != std::string::npos;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  v4.sin_family = AF_INET;
  v6.sin6_family = AF_INET6;
  v4.sin_port = v6.sin6_port = htons(port);
  inet_pton(six ? AF_INET6 : AF_INET, host.c_str(), six ? static_cast<void*>(&v6.sin6_addr) : &v4.sin_addr);
  auto* address = six ? reinterpret_cast<sockaddr*>(&v6) : reinterpret_cast<sockaddr*>(&v4);
  socklen_t size = six ? sizeof v6 : sizeof v4;

  int const descriptor = ::socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int const on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(descriptor, address, size) != 0 || ::listen(descriptor, 64) != 0) {
    auto const why = std::generic_category().message(errno);
    ::close(descriptor);
    throw std::runtime_error{"test server: cannot listen on " + host + ": " + why};
  }
  getsockname(descriptor, address, &size);
  return {descriptor, ntohs(six ? v6.sin6_port : v4.sin_port)};
}

std::shared_ptr<void> context_of(TlsIdentity const& identity) {
  return make_tls_context(identity.certificate, identity.key, identity.client_authority);
}

}  // namespace

std::string HttpRequest::header(std::string_view name) const {
  auto const found = headers.find(name);
  return found == headers.end() ? std::string{} : found->second;
}

void Exchange::respond(int status, std::string_view body, HttpHeaders const& headers) {
  raw(head(status, headers) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body});
}

void Exchange::start(int status, HttpHeaders const& headers) {
  raw(head(status, headers) + "Transfer-Encoding: chunked\r\n\r\n");
}

bool Exchange::chunk(std::string_view piece) {
  char size[24];
  std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
  return raw(size + std::string{piece} + "\r\n");
}

void Exchange::finish() {
  raw("0\r\n\r\n");
}

bool Exchange::raw(std::string_view bytes) {
  return socket_.write(bytes);
}

void Exchange::wait_for_hangup() {
  while (!socket_.read().empty()) {
  }
  cut();
}

HttpServer::HttpServer(HttpHandler handler, HttpServerOptions options)
    : options_{std::move(options)}, handler_{std::move(handler)} {
  if (options_.tls) tls_context_ = context_of(*options_.tls);
  auto const listener = listen_on(options_.host, options_.port);
  listener_ = listener.descriptor;
  port_ = listener.port;
  acceptor_ = std::thread{[this] { accept_loop(); }};
}

HttpServer::~HttpServer() {
  stop();
}

std::string HttpServer::url() const {
  auto const host = options_.host.find(':') == std::string::npos ? options_.host : "[" + options_.host + "]";
  return (options_.tls ? "https://" : "http://") + host + ":" + std::to_string(port_);
}

std::size_t HttpServer::connections() const {
  MutexLock const lock(mutex_);
  return taken_;
}

std::size_t HttpServer::open_connections() const {
  MutexLock const lock(mutex_);
  return open_.size();
}

std::vector<HttpRequest> HttpServer::requests() const {
  MutexLock const lock(mutex_);
  return requests_;
}

bool HttpServer::wait_for_requests(std::size_t count) const {
  MutexLock const lock(mutex_);
  return changed_.wait_for(mutex_, patience, [&]() REQUIRES(mutex_) { return requests_.size() >= count; });
}

bool HttpServer::wait_for_open_connections(std::size_t count) const {
  MutexLock const lock(mutex_);
  return changed_.wait_for(mutex_, patience, [&]() REQUIRES(mutex_) { return open_.size() == count; });
}

void HttpServer::set_tls(TlsIdentity const& identity) {
  auto context = context_of(identity);
  MutexLock const lock(mutex_);
  tls_context_ = std::move(context);
}

void HttpServer::set_handler(HttpHandler handler) {
  MutexLock const lock(mutex_);
  handler_ = std::move(handler);
}

void HttpServer::drop_connections() {
  MutexLock const lock(mutex_);
  for (auto const& [number, descriptor] : open_) ::shutdown(descriptor, SHUT_RDWR);
}

void HttpServer::stop() {
  {
    MutexLock const lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
  }
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  drop_connections();
  std::vector<std::thread> ended;
  {
    MutexLock const lock(mutex_);
    ended.swap(threads_);
  }
  for (auto& thread : ended) thread.join();
}

void HttpServer::accept_loop() {
  block_broken_pipe_signal();
  for (;;) {
    int const descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    MutexLock const lock(mutex_);
    if (descriptor < 0 || stopping_) {
      if (descriptor >= 0) ::close(descriptor);
      if (stopping_) return;
      continue;
    }
    int const on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto const number = ++taken_;
    open_[number] = descriptor;
    changed_.notify_all();
    threads_.emplace_back([this, number, descriptor] { serve(number, descriptor); });
  }
}

void HttpServer::serve(std::size_t number, int descriptor) {
  block_broken_pipe_signal();
  std::shared_ptr<void> context;
  {
    MutexLock const lock(mutex_);
    context = tls_context_;
  }
  {
    Socket socket{descriptor, static_cast<SSL_CTX*>(context.get())};
    if (socket.handshake()) {
      serve_requests(number, socket);
    } else {
      wait_until_alert_is_read(descriptor);
    }
  }
  MutexLock const lock(mutex_);
  open_.erase(number);
  ::close(descriptor);
  changed_.notify_all();
}

std::optional<HttpRequest> HttpServer::read_request(Socket& socket, std::string& pending) const {
  auto const more = [&] {
    auto const bytes = socket.read();
    pending += bytes;
    return !bytes.empty();
  };
  while (pending.find("\r\n\r\n") == std::string::npos) {
    if (!more()) return std::nullopt;
  }
  auto request = parse_head(pending);
  auto const length = std::strtoull(request.header("content-length").c_str(), nullptr, 10);
  if (length > options_.largest_body) return std::nullopt;
  while (pending.size() < length) {
    if (!more()) return std::nullopt;
  }
  request.body = pending.substr(0, length);
  pending.erase(0, length);
  return request;
}

void HttpServer::serve_requests(std::size_t number, Socket& socket) {
  if (!options_.greeting.empty()) socket.write(options_.greeting);
  std::string pending;
  while (auto request = read_request(socket, pending)) {
    request->connection = number;
    HttpHandler handler;
    {
      MutexLock const lock(mutex_);
      if (options_.keeps_requests) requests_.push_back(*request);
      handler = handler_;
      changed_.notify_all();
    }
    Exchange exchange{socket, std::move(*request)};
    handler(exchange);
    if (exchange.is_cut()) return;
  }
}

}  // namespace k8s::test
