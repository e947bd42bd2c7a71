#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

/// Cuts off the first byte of `input`: the size of the chunks in which the rest is read.
struct Chunked {
  std::size_t size = 1;
  std::string_view text;
};
[[nodiscard]] Chunked chunked(std::string_view input);

/// Bytes of an item or line that are read: so few that too large ones are met.
inline constexpr std::size_t most = 4096;

/// Feeds `text` to a framer (k8s/json/frame.hpp) in chunks of `size` bytes, until it refuses one.
template <class Framer>
void feed(Framer& framer, std::string_view text, std::size_t size) {
  bool fed = true;
  for (std::size_t at = 0; fed && at < text.size(); at += size) fed = framer.feed(text.substr(at, size)).has_value();
}

/// Reads `text` as an object of each kind, as a reflector does. Empty: what was kept of it is within k8s::bounds, and
/// reads as the same when it is written; what could not be read is known by name, uid and resourceVersion.
[[nodiscard]] std::string check_object(std::string_view text);

}  // namespace fuzz
