// Bodies as they arrive, and the bounds of every body.
#include <future>
#include <stdexcept>

#include "tests/k8s/http/curl_fixture.hpp"

namespace k8s::test {
namespace {

using Catch::Matchers::Contains;

BodySink collect(std::string& into) {
  return [&into](std::string_view piece) -> Result<void> {
    into += piece;
    return {};
  };
}

TEST_CASE("a piece reaches the sink while the answer goes on") {
  std::promise<void> first_seen;
  auto seen = first_seen.get_future().share();
  std::atomic<bool> in_time = false;
  HttpServer server{[&](Exchange& exchange) {
    exchange.start(200);
    exchange.chunk("one\n");
    in_time = seen.wait_for(patience) == std::future_status::ready;
    exchange.chunk("two\n");
    exchange.finish();
  }};
  Client client{server};
  std::string body;
  auto const answer = client.stream({.target = "/", .timeout = {}}, [&](std::string_view piece) -> Result<void> {
    if (body.empty()) first_seen.set_value();
    body += piece;
    return {};
  });
  require_status(answer, 200);
  CHECK(in_time);
  CHECK(body == "one\ntwo\n");
  CHECK(answer->body.empty());
}

TEST_CASE("a streamed body may be larger than max_body") {
  HttpServer server{[](Exchange& exchange) { exchange.respond(200, std::string(500'000, 'x')); }};
  Client client{server};
  std::string body;
  require_status(client.stream({.target = "/", .max_body = 10}, collect(body)), 200);
  CHECK(body.size() == 500'000);
}

TEST_CASE("an error of the sink ends the request with that error, and the connection serves the next") {
  HttpServer server{[](Exchange& exchange) {
    if (exchange.request().target == "/next") return exchange.respond(200);
    exchange.start(200);
    exchange.chunk("{");
    exchange.wait_for_hangup();
  }};
  Client client{server};
  auto const answer = client.stream({.target = "/", .timeout = {}}, [](auto) -> Result<void> {
    return make_error(ErrorKind::protocol, "not what I want");
  });
  CHECK(require_error(answer, ErrorKind::protocol) == "not what I want");
  require_status(client.get("/next"), 200);
}

TEST_CASE("an exception of the sink reaches the caller") {
  HttpServer server{[](Exchange& exchange) { exchange.respond(200, "body"); }};
  Client client{server};
  auto const throwing = [](auto) -> Result<void> { throw std::runtime_error{"from the sink"}; };
  CHECK_THROWS_WITH(client.stream({.target = "/"}, throwing), "from the sink");
  require_status(client.get(), 200);
}

TEST_CASE("the body of a failure status goes into the answer of a stream, not into the sink") {
  HttpServer server{[](Exchange& exchange) { exchange.respond(410, "{\"reason\":\"Expired\"}"); }};
  Client client{server};
  std::string body;
  auto const answer = client.stream({.target = "/"}, collect(body));
  require_status(answer, 410);
  CHECK(answer->body == "{\"reason\":\"Expired\"}");
  CHECK(body.empty());
}

TEST_CASE("the body of a stream's failure status is cut at 64 KiB, even if it never ends") {
  HttpServer server{[](Exchange& exchange) {
    exchange.start(500);
    while (exchange.chunk(std::string(1000, 'e'))) {
    }
    exchange.cut();
  }};
  Client client{server};
  std::string body;
  auto const answer = client.stream({.target = "/"}, collect(body));
  require_status(answer, 500);
  CHECK(answer->body == std::string(64 * 1024, 'e'));
  CHECK(body.empty());
}

TEST_CASE("a buffered body may be as large as max_body, not larger") {
  auto const chunked = GENERATE(false, true);
  auto const status = GENERATE(200, 500);
  HttpServer server{[=](Exchange& exchange) {
    std::string const body(1000, 'x');
    if (!chunked) return exchange.respond(status, body);
    exchange.start(status);
    exchange.chunk(body);
    exchange.finish();
  }};
  Client client{server};
  require_status(client.send({.target = "/", .max_body = 1000}), status);
  CHECK_THAT(require_error(client.send({.target = "/", .max_body = 999}), ErrorKind::protocol),
             Contains("999 bytes") && Contains(server.url()));
  require_status(client.send({.target = "/", .max_body = 1000}), status);
}

TEST_CASE("a body that is cut short is an error") {
  struct Row {
    char const* name;
    char const* answer;
  };
  auto const row = GENERATE(Row{"Content-Length", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"},
                            Row{"within a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\nhalf"},
                            Row{"no last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"});
  CAPTURE(row.name);
  HttpServer server{[&](Exchange& exchange) {
    exchange.raw(row.answer);
    exchange.cut();
  }};
  Client client{server};
  CHECK_THAT(require_error(client.get(), ErrorKind::protocol), Contains("cut short") && Contains(server.url()));
  std::string body;
  require_error(client.stream({.target = "/"}, collect(body)), ErrorKind::protocol);
  CHECK(body == "half");
}

TEST_CASE("what is no HTTP is an error") {
  auto const answer = GENERATE("220 mail.example ESMTP\r\n", "HTTP/1.1 abc\r\n\r\n",
                               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
  CAPTURE(answer);
  HttpServer server{[&](Exchange& exchange) {
    exchange.raw(answer);
    exchange.cut();
  }};
  Client client{server};
  auto const result = client.get();
  REQUIRE(result.has_error());
  CHECK(result.error().kind != ErrorKind::cancelled);
  CHECK_THAT(result.error().message, Contains(server.url()));
}

TEST_CASE("a head without end is an error") {
  HttpServer server{[](Exchange& exchange) {
    exchange.raw("HTTP/1.1 200 OK\r\n");
    while (exchange.raw("X-More: " + std::string(1000, 'h') + "\r\n")) {
    }
    exchange.cut();
  }};
  Client client{server};
  CHECK_THAT(require_error(client.get(), ErrorKind::protocol), Contains("head"));
}

TEST_CASE("a server that hangs up without an answer is a transport error") {
  HttpServer server{[](Exchange& exchange) { exchange.cut(); }};
  Client client{server};
  CHECK_THAT(require_error(client.get(), ErrorKind::transport), Contains("without an answer"));
}

}  // namespace
}  // namespace k8s::test
