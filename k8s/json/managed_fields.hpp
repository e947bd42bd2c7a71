#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

/// Internal to this box.
namespace k8s::json {

/// A part of a text: from `begin` until before `end`.
struct Part {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// What stands between the brackets of an object's `managedFields`. That is more than half of most objects, and nobody
/// here reads any of it; finding its end costs a fifth of reading it. nullopt: there is none, or not as API servers
/// write it.
[[nodiscard]] std::optional<Part> find_managed_fields(std::string_view text);

}  // namespace k8s::json
