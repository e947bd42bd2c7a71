#pragma once

#include <chrono>
#include <cstdint>

#include "k8s/base/backoff.hpp"

namespace nfs {

/// How long a replica that begins to serve rests when its export, or the archives there, could not be read so often.
[[nodiscard]] inline std::chrono::milliseconds start_backoff(std::uint32_t failures) {
  constexpr k8s::BackoffPolicy policy{
      .first = std::chrono::seconds{1}, .most = std::chrono::seconds{30}, .jitter = 0.2};
  return policy.delay(failures, 0.5);
}

}  // namespace nfs
