#pragma once

#include <cstdint>
#include <string_view>

namespace k8s {

/// Of an empty text.
inline constexpr std::uint64_t empty_hash = 0xcbf29ce484222325U;

/// FNV-1a, 64 bits, of `text` after what `hash` is of. Tells texts apart that nobody has chosen to look alike: it does
/// not withstand an attack.
[[nodiscard]] constexpr std::uint64_t hash_of(std::string_view text, std::uint64_t hash = empty_hash) {
  for (char const byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
  return hash;
}

}  // namespace k8s
