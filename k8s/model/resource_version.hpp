#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace k8s {

/// A resourceVersion as a number that grows with each change (Kubernetes promises it since 1.35; etcd always did).
/// nullopt: it is none.
[[nodiscard]] inline std::optional<std::uint64_t> version_number(std::string_view resource_version) {
  std::uint64_t number = 0;
  auto const* end = resource_version.data() + resource_version.size();
  auto const [stop, error] = std::from_chars(resource_version.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

}  // namespace k8s
