#include "provisioner/web/http_server.hpp"

#include <deque>

#include "tests/provisioner/web/http_fixture.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

TEST_CASE("a path that is served answers GET with its text, whatever the query") {
  RunningServer const server;
  auto const answer = server.get("/hello?verbose=1");
  CHECK_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  CHECK_THAT(answer, Contains("Content-Length: 13\r\n"));
  CHECK_THAT(answer, EndsWith("\r\n\r\nhello, world\n"));
}

TEST_CASE("HEAD is answered as GET, without the text") {
  RunningServer const server;
  auto const answer = HttpClient(server.port()).ask("HEAD", "/hello");
  CHECK_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  CHECK_THAT(answer, Contains("Content-Length: 13\r\n"));
  CHECK_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_CASE("what a route answers decides the status") {
  RunningServer const server({}, {{"/bad", [] { return HttpAnswer{503, "text/plain", "no\n"}; }}});
  CHECK_THAT(server.get("/bad"), StartsWith("HTTP/1.1 503 "));
}

TEST_CASE("an unknown path is 404, another method 405 with those that are served") {
  RunningServer const server;
  CHECK_THAT(server.get("/hello/"), StartsWith("HTTP/1.1 404 "));
  CHECK_THAT(server.get("/%2e%2e/etc/passwd"), StartsWith("HTTP/1.1 404 "));
  auto const* const method = GENERATE("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW");
  auto const answer = HttpClient(server.port()).ask(method, "/hello");
  CHECK_THAT(answer, StartsWith("HTTP/1.1 405 "));
  CHECK_THAT(answer, Contains("Allow: GET, HEAD\r\n"));
}

TEST_CASE("one connection serves one request after the other") {
  RunningServer const server;
  HttpClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    CHECK(client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"));
    CHECK_THAT(client.read_until("world\n"), EndsWith("hello, world\n"));
  }
}

TEST_CASE("a request that is too long, has a body, or is none is refused and its connection ended") {
  RunningServer const server;
  auto const ask = [&](std::string const& text) {
    HttpClient client(server.port());
    client.send(text);
    return client.read_all();
  };
  CHECK_THAT(ask("GET /hello HTTP/1.1\r\nX: " + std::string(9000, 'x') + "\r\n\r\n"), StartsWith("HTTP/1.1 431 "));
  CHECK_THAT(ask("GET /" + std::string(20'000, 'x') + " HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 431 "));
  CHECK_THAT(ask("GET /hello HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"), StartsWith("HTTP/1.1 413 "));
  CHECK_THAT(ask("GET /hello HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
             StartsWith("HTTP/1.1 413 "));
  CHECK_THAT(ask("\x16\x03\x01\x02 no HTTP at all\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  CHECK_THAT(ask("GET /hello HTTP/1.1\r\nno field\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  CHECK_THAT(server.get("/hello"), EndsWith("hello, world\n"));
}

TEST_CASE("a client that sends its request byte by byte is not waited for for ever") {
  RunningServer const server({.read = 200ms});
  HttpClient slow(server.port());
  auto const end = std::chrono::steady_clock::now() + 60s;
  // Each byte comes well within the time; all of them together do not.
  while (slow.send("G") && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(10ms);
  CHECK(std::chrono::steady_clock::now() < end);
}

TEST_CASE("a client that does not read its answer is not waited for for ever") {
  RunningServer server({.write = 200ms}, {{"/big", [] {
                                             return HttpAnswer{200, "text/plain", std::string(64 << 20, 'x')};
                                           }}});
  HttpClient slow(server.port());
  CHECK(slow.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n"));
  CHECK(server.comes_to(1));
  CHECK_THAT(server.get("/hello"), EndsWith("hello, world\n"));
  CHECK(server.comes_to(0));
}

TEST_CASE("however many clients say nothing, who is new is heard, and no more are kept than the limit") {
  RunningServer server({.connections = 8, .read = 600s});
  std::deque<HttpClient> silent;
  for (int i = 0; i < 200; ++i) silent.emplace_back(server.port());
  CHECK(server.comes_to(8));
  CHECK_THAT(server.get("/hello"), EndsWith("hello, world\n"));
  CHECK(silent.front().read_all().empty());
  CHECK(server.connections() <= 8);
}

TEST_CASE("an address that is taken, or not ours, is an error that names it") {
  RunningServer const server;
  boost::asio::io_context context;
  HttpServer other(context, {});
  auto const taken = other.listen({"127.0.0.1", server.port()});
  REQUIRE(taken.has_error());
  CHECK(taken.error().message ==
        "cannot listen on 127.0.0.1:" + std::to_string(server.port()) + ": Address already in use");
  CHECK_THAT(other.listen({"192.0.2.1", 0}).error().message, StartsWith("cannot listen on 192.0.2.1:0: "));
}

TEST_CASE("without a host all addresses are listened on") {
  boost::asio::io_context context;
  HttpServer server(context, {});
  auto const port = server.listen({"", 0});
  REQUIRE(port.has_value());
  HttpClient const client(*port);  // it would throw
}
