#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace k8s {

/// What a wall's clock shows. The standard library's clock of the system has the same type.
using WallTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// metav1.Time: RFC 3339, UTC, whole seconds ("2026-01-31T23:59:59Z").
[[nodiscard]] std::string to_rfc3339(WallTime time);

/// metav1.MicroTime, as a Lease keeps it: RFC 3339, UTC, six digits of fraction ("2026-01-31T23:59:59.000001Z").
[[nodiscard]] std::string to_rfc3339_micros(WallTime time);

/// The same with three digits, for people.
[[nodiscard]] std::string to_rfc3339_millis(WallTime time);

/// Accepts fractions and offsets, as RFC 3339 does; finer than WallTime is cut off. nullopt when malformed, for a leap
/// second (as in Go), and when WallTime cannot hold it (before 1678, after 2261).
[[nodiscard]] std::optional<WallTime> from_rfc3339(std::string_view text);

}  // namespace k8s
