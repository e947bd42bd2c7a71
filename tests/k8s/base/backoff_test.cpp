#include "k8s/base/backoff.hpp"
#include "tests/support/catch.hpp"

using k8s::BackoffPolicy;
using namespace std::chrono_literals;

TEST_CASE("delays double from the first to the cap, spread upwards by the jitter") {
  struct Row {
    std::uint32_t failures;
    double unit;
    std::chrono::milliseconds expected;
  };
  BackoffPolicy const policy{.first = 1s, .most = 300s, .jitter = 0.2};
  for (auto const& row :
       {Row{0, 0.0, 1s}, Row{1, 0.0, 1s}, Row{1, 0.5, 1100ms}, Row{2, 0.0, 2s}, Row{3, 0.0, 4s}, Row{3, 1.0, 4800ms},
        Row{9, 0.0, 256s}, Row{9, 1.0, 300s}, Row{10, 0.0, 300s}, Row{4'000'000'000u, 0.9, 300s}}) {
    CAPTURE(row.failures, row.unit);
    CHECK(policy.delay(row.failures, row.unit) == row.expected);
  }
}

TEST_CASE("a first delay beyond the cap is the cap") {
  CHECK(BackoffPolicy{.first = 10s, .most = 3s}.delay(1, 0.5) == 3s);
}
