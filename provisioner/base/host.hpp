#pragma once

#include <unistd.h>

#include <array>
#include <string>

namespace nfs {

/// This machine's name; in a pod, the pod's.
[[nodiscard]] inline std::string host_name() {
  std::array<char, 256> buffer{};
  return ::gethostname(buffer.data(), buffer.size() - 1) == 0 ? std::string(buffer.data()) : "unknown";
}

}  // namespace nfs
