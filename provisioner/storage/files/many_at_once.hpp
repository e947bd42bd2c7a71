#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <system_error>
#include <thread>
#include <vector>

namespace nfs {

/// Calls `work` with each number below `count`, up to `workers` at the same time: calls to an export wait for the
/// network most of the time. False from `work` ends it early, after what is under way. With one worker nothing happens
/// outside the caller's thread, in order. `work` must not throw if there are more.
inline void many_at_once(std::size_t count, std::size_t workers, std::function<bool(std::size_t)> const& work) {
  std::atomic<std::size_t> next{0};
  auto const take = [&] {
    for (auto i = next++; i < count; i = next++) {
      if (!work(i)) next = count;
    }
  };
  std::vector<std::jthread> others;
  try {
    for (std::size_t i = 1; i < std::min(workers, count); ++i) others.emplace_back(take);
  } catch (std::system_error const&) {
    // No more threads to be had: fewer do it as well.
  }
  take();
}

}  // namespace nfs
