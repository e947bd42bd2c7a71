#include "k8s/base/backoff.hpp"

#include <algorithm>

namespace k8s {

std::chrono::milliseconds BackoffPolicy::delay(std::uint32_t failures, double unit) const {
  auto base = std::min(first, most);
  for (std::uint32_t doubled = 1; doubled < failures && base < most; ++doubled) {
    base = base > most / 2 ? most : base * 2;
  }
  auto const extra = static_cast<double>(base.count()) * jitter * std::clamp(unit, 0.0, 1.0);
  return std::min(most, base + std::chrono::milliseconds(static_cast<std::int64_t>(extra)));
}

}  // namespace k8s
