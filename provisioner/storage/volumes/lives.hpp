#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace nfs {

/// A restore of etcd may bring a volume's name back, and what its first life left still stands under that name: what a
/// later life leaves is called `<volume>-2`, and so on. More than so many lives are not looked for.
inline constexpr int most_lives = 9;

[[nodiscard]] inline std::string in_life(int life, std::string_view volume) {
  return life == 1 ? std::string(volume) : fmt::format("{}-{}", volume, life);
}

}  // namespace nfs
