#pragma once

#include <chrono>

#include "k8s/text/rfc3339.hpp"

namespace nfs {

/// By how much two clocks may differ before no retention ends any more: one of them is wrong, and nobody knows which.
inline constexpr std::chrono::minutes clocks_differ_at_most{5};

[[nodiscard]] inline bool clocks_agree(k8s::WallTime ours, k8s::WallTime servers) {
  auto const difference = ours > servers ? ours - servers : servers - ours;
  return difference <= clocks_differ_at_most;
}

}  // namespace nfs
