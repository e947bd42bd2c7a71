#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nfs {

/// Text of others as it may stand in a message: in double quotes, on one line, valid UTF-8. Control characters, `"`,
/// `\` and bytes that are no UTF-8 are escaped; what goes beyond `limit` bytes of `text` is cut and shown as `...`.
[[nodiscard]] std::string quoted(std::string_view text, std::size_t limit = 80);

/// ASCII case alone: for hints.
[[nodiscard]] bool equal_but_for_case(std::string_view left, std::string_view right);

/// 0x00 to 0x1f and 0x7f.
[[nodiscard]] bool is_control(char byte);

}  // namespace nfs
