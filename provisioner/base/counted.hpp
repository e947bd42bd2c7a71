#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nfs {

/// How many of what, for a person: "1 volume", "2 volumes".
[[nodiscard]] inline std::string counted(std::size_t number, std::string_view one, std::string_view many) {
  return std::to_string(number).append(" ").append(number == 1 ? one : many);
}

}  // namespace nfs
