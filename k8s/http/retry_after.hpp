#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "k8s/base/clock.hpp"

namespace k8s {

/// The value of a Retry-After header: seconds, or an HTTP date (RFC 9110, 10.2.3), which counts from `now`.
/// A date in the past is 0; more than a day is a day; nullopt when malformed.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, WallTime now);

}  // namespace k8s
