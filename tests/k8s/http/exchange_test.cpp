// What goes over the wire, and the keep-alive connection that it goes over.
#include "tests/k8s/http/curl_fixture.hpp"

namespace k8s::test {
namespace {

using Catch::Matchers::Contains;

void echo(Exchange& exchange) {
  exchange.respond(200, exchange.request().method + " " + exchange.request().body);
}

TEST_CASE("every method arrives as such, with its target, body and content type") {
  HttpServer server{echo};
  Client client{server};
  struct Row {
    Method method;
    char const* body;
    char const* content_type;
    char const* seen_method;
    char const* seen_type;
  };
  // In one order over one connection: nothing of a request sticks to the next.
  Row const rows[] = {
      {Method::get, "", "", "GET", ""},
      {Method::post, "{\"a\":1}", "", "POST", "application/json"},
      {Method::patch, "{}", "application/merge-patch+json", "PATCH", "application/merge-patch+json"},
      {Method::get, "", "", "GET", ""},
      {Method::put, "{\"b\":2}", "", "PUT", "application/json"},
      {Method::del, "", "", "DELETE", ""},
      {Method::del, "{\"c\":3}", "", "DELETE", "application/json"},
      {Method::post, "", "", "POST", ""},
      {Method::get, "", "", "GET", ""},
  };
  std::size_t count = 0;
  for (auto const& row : rows) {
    auto const answer = client.send({.method = row.method,
                                     .target = "/api/v1/pods?limit=5&labelSelector=a%3Db",
                                     .body = row.body,
                                     .content_type = row.content_type});
    require_status(answer, 200);
    CHECK(answer->body == std::string{row.seen_method} + " " + row.body);
    auto const seen = server.requests().at(count++);
    CHECK(seen.method == row.seen_method);
    CHECK(seen.target == "/api/v1/pods?limit=5&labelSelector=a%3Db");
    CHECK(seen.body == row.body);
    if (!seen.body.empty()) CHECK(seen.header("content-type") == row.seen_type);
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("requests say who asks and what they take, and ask neither for compression nor for 100-continue") {
  HttpServer server{echo};
  Client client{server};
  require_status(client.send({.method = Method::post, .target = "/", .body = std::string(2u << 20, 'x')}), 200);
  auto const seen = server.requests().at(0);
  CHECK(seen.header("user-agent") == "tests/1");
  CHECK(seen.header("accept") == "application/json");
  CHECK(seen.header("host") == "127.0.0.1:" + std::to_string(server.port()));
  CHECK(seen.headers.count("accept-encoding") == 0);
  CHECK(seen.headers.count("expect") == 0);
  CHECK(seen.headers.count("authorization") == 0);
}

TEST_CASE("the path of the server's URL goes before the target") {
  HttpServer server{echo};
  auto options = options_for(server);
  options.server += "/k8s/clusters/c-1/";
  Client client{options};
  require_status(client.get("/api"), 200);
  CHECK(server.requests().at(0).target == "/k8s/clusters/c-1/api");
}

TEST_CASE("many requests and streams use one connection") {
  HttpServer server{echo};
  Client client{server};
  for (int i = 0; i < 20; ++i) {
    require_status(client.get(), 200);
    require_status(client.stream({.target = "/"}, [](auto) { return Result<void>{}; }, {}), 200);
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("a connection that the server closed in between is opened anew") {
  HttpServer server{echo};
  Client client{server};
  require_status(client.get(), 200);
  server.drop_connections();
  REQUIRE(server.wait_for_open_connections(0));
  require_status(client.send({.method = Method::post, .target = "/", .body = "again"}), 200);
  CHECK(server.connections() == 2);
}

TEST_CASE("a server that comes back on its port is found again") {
  auto server = std::make_unique<HttpServer>(echo);
  auto const port = server->port();
  Client client{*server};
  require_status(client.get(), 200);
  server.reset();
  CHECK_THAT(require_error(client.get(), ErrorKind::transport), Contains("refused"));
  HttpServer const again{echo, {.port = port}};
  require_status(client.get(), 200);
}

TEST_CASE("a server on IPv6 is reached") {
  std::unique_ptr<HttpServer> server;
  try {
    server = std::make_unique<HttpServer>(echo, HttpServerOptions{.host = "::1"});
  } catch (std::runtime_error const&) {
    WARN("no IPv6 loopback here");
    return;
  }
  Client client{*server};
  require_status(client.get(), 200);
  CHECK(server->requests().at(0).header("host") == "[::1]:" + std::to_string(server->port()));
}

TEST_CASE("a failure status is an answer, not an error, and no redirect is followed") {
  auto const status = GENERATE(301, 307, 400, 403, 404, 409, 410, 422, 500, 503);
  HttpServer server{[status](Exchange& exchange) {
    exchange.respond(status, "{\"kind\":\"Status\"}", {{"Location", "/elsewhere"}});
  }};
  Client client{server};
  auto const answer = client.get();
  require_status(answer, status);
  CHECK(answer->body == "{\"kind\":\"Status\"}");
  CHECK(server.requests().size() == 1);
}

TEST_CASE("an answer without a body is whole") {
  HttpServer server{[](Exchange& exchange) { exchange.raw("HTTP/1.1 204 No Content\r\n\r\n"); }};
  Client client{server};
  auto const answer = client.get();
  require_status(answer, 204);
  CHECK(answer->body.empty());
}

TEST_CASE("Retry-After of the final answer is handed on") {
  HttpServer server{[](Exchange& exchange) {
    auto const target = exchange.request().target;
    if (target == "/none") return exchange.respond(429);
    if (target == "/interim") exchange.raw("HTTP/1.1 103 Early Hints\r\nRetry-After: 7\r\n\r\n");
    if (target == "/interim") return exchange.respond(200);
    exchange.respond(429, "", {{"retry-after", "3"}});
  }};
  Client client{server};
  CHECK(client.get("/some")->retry_after == std::chrono::seconds{3});
  CHECK_FALSE(client.get("/none")->retry_after);
  CHECK_FALSE(client.get("/interim")->retry_after);
}

TEST_CASE("connections of one transport may work at the same time") {
  HttpServer server{echo};
  Client client{server};
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      auto const connection = client.transport().connect();
      for (int n = 0; n < 20; ++n) {
        auto const answer = connection->send({.target = "/"}, {});
        if (answer.has_value() && answer->status == 200) ++good;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == 80);
}

}  // namespace
}  // namespace k8s::test
