#pragma once

#include <chrono>

namespace nfs {

/// An export whose call has not come back for so long does not answer any more.
inline constexpr std::chrono::seconds hang_after{30};

}  // namespace nfs
