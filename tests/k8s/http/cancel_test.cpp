// Whatever hangs can be stopped: by the caller, by a timeout, by silence.
#include <future>

#include "tests/k8s/http/curl_fixture.hpp"

namespace k8s::test {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Contains;

void hang(Exchange& exchange) {
  exchange.wait_for_hangup();
}

void hang_after_a_chunk(Exchange& exchange) {
  exchange.start(200);
  exchange.chunk("{}\n");
  exchange.wait_for_hangup();
}

void hang_unless_warming_up(Exchange& exchange) {
  if (exchange.request().target == "/warm-up") return exchange.respond(200);
  if (exchange.request().target == "/stream") return hang_after_a_chunk(exchange);
  hang(exchange);
}

/// Stops what `request` begins, once the server has it. What it gave; nullopt when it went on for longer than anyone
/// waits.
template <class Begin>
std::optional<Result<Response>> result_after_stop(HttpServer& server, Begin request) {
  std::stop_source stop;
  auto const before = server.requests().size();
  auto result = std::async(std::launch::async, [&] { return request(stop.get_token()); });
  bool const arrived = server.wait_for_requests(before + 1);
  stop.request_stop();
  bool const ended = result.wait_for(patience) == std::future_status::ready;
  if (!ended) server.drop_connections();
  return arrived && ended ? std::optional{result.get()} : std::nullopt;
}

// Several times, as a stop may come before the client waits.
constexpr int rounds = 8;

/// Nothing but the stop may end curl's wait: its timer for connecting would do so as well, even when it is connected.
CurlOptions patient_options_for(HttpServer const& server) {
  auto options = options_for(server);
  options.connect_timeout = 10min;
  return options;
}

TEST_CASE("a hung request ends when it is cancelled, and the next one is served") {
  HttpServer server{hang_unless_warming_up};
  Client client{patient_options_for(server)};
  for (int round = 0; round < rounds; ++round) {
    require_status(client.get("/warm-up"), 200);
    auto const result =
        result_after_stop(server, [&](auto stop) { return client.send({.target = "/", .timeout = 0ms}, stop); });
    REQUIRE(result);
    require_error(*result, ErrorKind::cancelled);
  }
}

TEST_CASE("a hung stream ends when it is cancelled, and the next request is served") {
  HttpServer server{hang_unless_warming_up};
  Client client{patient_options_for(server)};
  auto const sink = [](auto) { return Result<void>{}; };
  for (int round = 0; round < rounds; ++round) {
    require_status(client.get("/warm-up"), 200);
    auto const result = result_after_stop(
        server, [&](auto stop) { return client.stream({.target = "/stream", .timeout = 0ms}, sink, stop); });
    REQUIRE(result);
    require_error(*result, ErrorKind::cancelled);
  }
}

TEST_CASE("a stream that never pauses ends when it is cancelled") {
  HttpServer server{[](Exchange& exchange) {
    exchange.start(200);
    while (exchange.chunk("{}\n")) {
    }
    exchange.cut();
  }};
  Client client{server};
  std::stop_source stop;
  auto const result = client.stream(
      {.target = "/", .timeout = 0ms},
      [&](auto) {
        stop.request_stop();
        return Result<void>{};
      },
      stop.get_token());
  require_error(result, ErrorKind::cancelled);
}

TEST_CASE("a request that is cancelled before it begins is not sent") {
  HttpServer server{hang};
  Client client{server};
  std::stop_source stop;
  stop.request_stop();
  require_error(client.send({.target = "/"}, stop.get_token()), ErrorKind::cancelled);
  CHECK(server.requests().empty());
}

TEST_CASE("a stop that comes after the answer changes nothing") {
  HttpServer server{[](Exchange& exchange) { exchange.respond(200); }};
  Client client{server};
  std::stop_source stop;
  require_status(client.send({.target = "/"}, stop.get_token()), 200);
  stop.request_stop();
  require_status(client.get(), 200);
}

TEST_CASE("the timeout bounds the whole answer, bytes or not") {
  bool const trickle = GENERATE(false, true);
  HttpServer server{[trickle](Exchange& exchange) {
    if (!trickle) return hang(exchange);
    exchange.start(200);
    while (exchange.chunk("x")) {
    }
    exchange.cut();
  }};
  Client client{server};
  auto const message =
      require_error(client.send({.target = "/", .timeout = 100ms, .max_body = SIZE_MAX}), ErrorKind::transport);
  CHECK_THAT(message, Contains("100 ms") && Contains(server.url()));
}

TEST_CASE("a stream that falls silent ends as a transport error") {
  HttpServer server{GENERATE(hang, hang_after_a_chunk)};
  Client client{server};
  auto const sink = [](auto) { return Result<void>{}; };
  auto const result = client.stream({.target = "/", .timeout = 0ms, .idle_timeout = 50ms}, sink);
  CHECK_THAT(require_error(result, ErrorKind::transport), Contains("no byte for 50 ms"));
  CHECK(result.error().silent);
}

TEST_CASE("a stream lives longer than its idle timeout as long as bytes come") {
  constexpr auto idle = 400ms;
  std::atomic<bool> enough = false;
  HttpServer server{[&](Exchange& exchange) {
    exchange.start(200);
    while (!enough && exchange.chunk("x")) {
    }
    exchange.finish();
  }};
  Client client{server};
  auto const begin = std::chrono::steady_clock::now();
  auto const result = client.stream({.target = "/", .timeout = 0ms, .idle_timeout = idle}, [&](auto) {
    enough = std::chrono::steady_clock::now() - begin > 2 * idle;
    return Result<void>{};
  });
  require_status(result, 200);
}

TEST_CASE("a connection attempt that gets no answer ends after the connect timeout") {
  // A TLS handshake that the server never answers: it waits for a request in plain text.
  HttpServer server{hang};
  auto options = options_for(server);
  options.server = "https" + server.url().substr(4);
  options.insecure_skip_tls_verify = true;
  options.connect_timeout = 100ms;
  Client client{options};
  CHECK_THAT(require_error(client.get(), ErrorKind::transport), Contains("timed out while connecting"));
}

}  // namespace
}  // namespace k8s::test
