#pragma once

#include <cstdint>
#include <string>

namespace nfs {

/// For people: "1.5 GiB", "17 B".
[[nodiscard]] std::string format_bytes(std::uint64_t bytes);

}  // namespace nfs
