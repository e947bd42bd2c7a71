#pragma once

#include <cstdint>

namespace nfs::bench {

/// How often this process has asked for memory so far.
[[nodiscard]] std::uint64_t allocations();

}  // namespace nfs::bench
