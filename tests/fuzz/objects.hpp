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

/// Reads `text` as an object of each kind, as a reflector does. Empty: what was kept of it is within k8s::bounds, and
/// reads as the same when it is written; what could not be read is known by name, uid and resourceVersion.
[[nodiscard]] std::string check_object(std::string_view text);

}  // namespace fuzz
