#include <thread>

#include "k8s/model/claim.hpp"
#include "k8s/watch/reflector.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/manual_clock.hpp"

using namespace std::chrono_literals;

TEST_CASE("after a failure a reflector waits by the clock that it was given") {
  test::FakeTransport server;
  server.answer(test::broken());
  test::ManualClock clock;
  k8s::Log const log(k8s::LogLevel::error, k8s::LogFormat::text, [](std::string_view) {});
  k8s::Store<k8s::Claim> store;
  std::jthread reflector([&](std::stop_token stop) {
    k8s::run_reflector<k8s::Claim>(server, store, {.backoff = {.first = 1h, .most = 1h}}, clock, log, stop);
  });
  REQUIRE(clock.await_waiter());
  CHECK(server.requests().size() == 1);
  clock.advance(2h);
  CHECK(server.wait_for_requests(2));
}

TEST_CASE("a reflector that waits ends when it is told to stop") {
  test::FakeTransport server;
  server.answer(test::broken());
  test::ManualClock const clock;
  k8s::Log const log(k8s::LogLevel::error, k8s::LogFormat::text, [](std::string_view) {});
  k8s::Store<k8s::Claim> store;
  std::jthread reflector([&](std::stop_token stop) {
    k8s::run_reflector<k8s::Claim>(server, store, {.backoff = {.first = 1h, .most = 1h}}, clock, log, stop);
  });
  REQUIRE(clock.await_waiter());
  reflector.request_stop();
  reflector.join();
  CHECK(server.requests().size() == 1);
}
