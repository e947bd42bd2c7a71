#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace nfs {

/// Safe as text and as a quoted attribute's value. Control characters become spaces.
[[nodiscard]] std::string escape_html(std::string_view text);

/// "3 d 4 h", "12 min", "5 s": the two largest units.
[[nodiscard]] std::string format_duration(std::chrono::seconds time);

}  // namespace nfs
