#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace k8s {

/// Bytes of the well-formed UTF-8 sequence that `text` begins with; 0 if there is none.
[[nodiscard]] std::size_t utf8_sequence(std::string_view text);

/// `text` as one line that a terminal shows and does not obey: control characters (C0, DEL, C1) and bytes that are no
/// UTF-8 become \n, \t, \r or \xNN; a backslash is doubled, so that the result is unambiguous.
[[nodiscard]] std::string escape_line(std::string_view text);

/// The same in double quotes, with those inside escaped.
[[nodiscard]] std::string quote_line(std::string_view text);

/// `text` as well-formed UTF-8 without DEL and C1: whatever is not becomes U+FFFD. C0 stays: JSON has its escapes.
[[nodiscard]] std::string printable_utf8(std::string_view text);

}  // namespace k8s
