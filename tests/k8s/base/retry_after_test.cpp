#include "k8s/base/retry_after.hpp"

#include "tests/support/catch.hpp"

using namespace std::chrono_literals;

TEST_CASE("a server's wish is obeyed up to a limit") {
  CHECK(k8s::clamped(std::nullopt, 60s) == 0ms);
  CHECK(k8s::clamped(0ms, 60s) == 0ms);
  CHECK(k8s::clamped(-5ms, 60s) == 0ms);
  CHECK(k8s::clamped(59'999ms, 60s) == 59'999ms);
  CHECK(k8s::clamped(60s, 60s) == 60s);
  CHECK(k8s::clamped(24h, 60s) == 60s);
}
