#include "k8s/leader/fenced_transport.hpp"

#include <array>

#include "tests/support/catch.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/manual_clock.hpp"

using namespace std::chrono_literals;

namespace {

constexpr std::array writes{k8s::Method::post, k8s::Method::put, k8s::Method::patch, k8s::Method::del};

}  // namespace

TEST_CASE("a term holds from when it is given until its deadline, and never again once it was ended") {
  test::ManualClock clock;
  k8s::Term term(clock);
  CHECK_FALSE(term.holds());
  CHECK(term.left() == 0ms);
  term.extend(clock.steady() + 10s, clock.steady() + 15s);
  CHECK(term.holds());
  clock.advance(9'999ms);
  CHECK(term.holds());
  CHECK(term.left() == 5'001ms);
  clock.advance(1ms);
  CHECK_FALSE(term.holds());
  clock.advance(1h);
  CHECK(term.left() == 0ms);
  term.hold();
  CHECK(term.holds());
  term.end();
  term.hold();
  CHECK_FALSE(term.holds());
}

TEST_CASE("without a term nothing is sent that could change something, and everything that reads") {
  test::ManualClock clock;
  k8s::Term term(clock);
  test::FakeTransport server([](auto const&) { return test::body("{}"); });
  k8s::FencedTransport fenced(server, term);
  auto const connection = fenced.connect();
  for (auto const method : writes) {
    auto const answer = connection->send({.method = method, .target = "/x"}, {});
    REQUIRE(answer.has_error());
    CHECK(answer.error().is(k8s::ErrorKind::cancelled));
  }
  CHECK(server.requests().empty());
  CHECK(connection->send({.target = "/x"}, {}).has_value());
  CHECK(connection->stream({.target = "/x"}, [](auto) { return k8s::Result<void>(); }, {}).has_value());

  term.extend(clock.steady() + 10s, clock.steady() + 15s);
  for (auto const method : writes) CHECK(connection->send({.method = method, .target = "/x"}, {}).has_value());
  clock.advance(10s);
  auto const sent = server.requests().size();
  for (auto const method : writes) CHECK(connection->send({.method = method, .target = "/x"}, {}).has_error());
  CHECK(server.requests().size() == sent);
}

TEST_CASE("what is sent within the term is given up when others may lead") {
  test::ManualClock clock;
  k8s::Term term(clock);
  test::FakeTransport server([](auto const&) { return test::body("{}"); });
  k8s::FencedTransport fenced(server, term);
  auto const connection = fenced.connect();
  term.extend(clock.steady() + 10s, clock.steady() + 15s);
  clock.advance(9s);
  CHECK(connection->send({.method = k8s::Method::post, .target = "/x"}, {}).has_value());
  CHECK(connection->send({.method = k8s::Method::post, .target = "/x", .timeout = 1s}, {}).has_value());
  CHECK(server.requests().at(0).timeout == 6s);
  CHECK(server.requests().at(1).timeout == 1s);
}
