#pragma once

#include <cerrno>

namespace nfs {

/// Calls again as long as a signal got in between.
template <class Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

}  // namespace nfs
