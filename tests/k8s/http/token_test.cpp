// Authorization by bearer tokens that rotate.
#include "tests/k8s/http/curl_fixture.hpp"

namespace k8s::test {
namespace {

using Catch::Matchers::Contains;

/// A token that changes when it is rejected.
struct Rotating {
  std::vector<std::string> tokens;
  std::size_t rejections = 0;

  [[nodiscard]] CurlOptions options(HttpServer const& server) {
    auto made = options_for(server);
    made.bearer_token = [this]() -> Result<std::string> { return tokens.at(std::min(rejections, tokens.size() - 1)); };
    made.bearer_token_rejected = [this] { ++rejections; };
    return made;
  }
};

HttpHandler accepts(std::string token) {
  return [token](Exchange& exchange) {
    bool const good = exchange.request().header("authorization") == "Bearer " + token;
    exchange.respond(good ? 200 : 401, good ? "welcome" : "go away");
  };
}

TEST_CASE("the token goes with each request") {
  HttpServer server{accepts("secret-1")};
  Rotating source{.tokens = {"secret-1"}};
  Client client{source.options(server)};
  require_status(client.get(), 200);
  require_status(client.get(), 200);
  CHECK(source.rejections == 0);
}

TEST_CASE("after a 401 the request is repeated once with the renewed token") {
  HttpServer server{accepts("new")};
  Rotating source{.tokens = {"old", "new"}};
  Client client{source.options(server)};
  auto const answer = client.send({.method = Method::post, .target = "/", .body = "{}"});
  require_status(answer, 200);
  CHECK(answer->body == "welcome");
  CHECK(server.requests().size() == 2);
  CHECK(server.requests().at(1).body == "{}");
  CHECK(source.rejections == 1);
}

TEST_CASE("a stream is repeated as well, and its sink sees the good answer alone") {
  HttpServer server{accepts("new")};
  Rotating source{.tokens = {"old", "new"}};
  Client client{source.options(server)};
  std::string body;
  auto const answer = client.stream({.target = "/"}, [&](std::string_view piece) {
    body += piece;
    return Result<void>{};
  });
  require_status(answer, 200);
  CHECK(body == "welcome");
}

TEST_CASE("a 401 is handed on when the token stays the same") {
  HttpServer server{accepts("other")};
  Rotating source{.tokens = {"same"}};
  Client client{source.options(server)};
  require_status(client.get(), 401);
  CHECK(server.requests().size() == 1);
  CHECK(source.rejections == 1);
}

TEST_CASE("a second 401 is handed on") {
  HttpServer server{accepts("other")};
  Rotating source{.tokens = {"first", "second", "third"}};
  Client client{source.options(server)};
  auto const answer = client.get();
  require_status(answer, 401);
  CHECK(answer->body == "go away");
  CHECK(server.requests().size() == 2);
}

TEST_CASE("without a token nothing is sent, and nothing repeated") {
  HttpServer server{accepts("any")};
  Rotating source{.tokens = {""}};
  Client client{source.options(server)};
  require_status(client.get(), 401);
  CHECK(server.requests().size() == 1);
  CHECK(server.requests().at(0).headers.count("authorization") == 0);
}

TEST_CASE("a token that cannot be had ends the request with that error") {
  HttpServer server{accepts("any")};
  auto options = options_for(server);
  options.bearer_token = []() -> Result<std::string> { return make_error(ErrorKind::config, "token: unreadable"); };
  Client client{options};
  CHECK(require_error(client.get(), ErrorKind::config) == "token: unreadable");
  CHECK(server.requests().empty());
}

TEST_CASE("a token that would break the request's head is refused and not shown") {
  auto const token = GENERATE("secret\r\nX-Evil: 1", "secret value", "secret\n",
                              "s\xc3\xa9"
                              "cret");
  HttpServer server{accepts("any")};
  auto options = options_for(server);
  options.bearer_token = [token]() -> Result<std::string> { return std::string{token}; };
  Client client{options};
  auto const message = require_error(client.get(), ErrorKind::config);
  CHECK_THAT(message, !Contains("secret"));
  CHECK(server.requests().empty());
}

TEST_CASE("no failure shows the token") {
  Rotating source{.tokens = {"top-secret"}};
  HttpServer server{[](Exchange& exchange) { exchange.cut(); }};
  Client client{source.options(server)};
  CHECK_THAT(require_error(client.get(), ErrorKind::transport), !Contains("top-secret"));
  server.stop();
  CHECK_THAT(require_error(client.get(), ErrorKind::transport), !Contains("top-secret"));
}

}  // namespace
}  // namespace k8s::test
