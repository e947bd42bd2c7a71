#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace k8s {

/// How long to wait because a server asked for it (Retry-After): as long as it wished, but no longer than `most`; 0
/// without a wish. A proxy with a wrong clock can wish for a day.
[[nodiscard]] constexpr std::chrono::milliseconds clamped(std::optional<std::chrono::milliseconds> wish,
                                                          std::chrono::milliseconds most) {
  return std::clamp(wish.value_or(std::chrono::milliseconds{0}), std::chrono::milliseconds{0}, most);
}

}  // namespace k8s
