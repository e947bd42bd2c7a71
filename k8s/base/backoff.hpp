#pragma once

#include <chrono>
#include <cstdint>

namespace k8s {

/// Exponential delays with jitter. Pure: `unit` in [0,1) is the caller's randomness.
struct BackoffPolicy {
  std::chrono::milliseconds first{1'000};
  std::chrono::milliseconds most{300'000};
  double jitter = 0.2;  ///< a delay is spread over [d, d * (1 + jitter)], then capped at `most`

  /// Delay before attempt `failures`+1, failures >= 1.
  [[nodiscard]] std::chrono::milliseconds delay(std::uint32_t failures, double unit) const;
};

}  // namespace k8s
