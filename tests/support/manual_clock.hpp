#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>

#include "k8s/base/clock.hpp"

namespace test {

/// Stands still until it is told to go on; who waits by it goes on then. Begins at 2026-01-01T00:16:40Z. Thread-safe.
class ManualClock final : public k8s::Clock {
 public:
  [[nodiscard]] k8s::SteadyTime steady() const override { return k8s::SteadyTime(elapsed()); }
  [[nodiscard]] k8s::WallTime wall() const override {
    return k8s::WallTime(std::chrono::seconds(1'767'225'600)) + elapsed();
  }
  bool wait_until(k8s::SteadyTime time, std::stop_token stop) const override {
    auto lock = std::unique_lock(mutex_);
    auto const waiting = waiting_.insert(time);
    changed_.notify_all();
    changed_.wait(lock, stop, [&] { return k8s::SteadyTime(elapsed_) >= time; });
    waiting_.erase(waiting);
    return !stop.stop_requested();
  }

  void advance(std::chrono::milliseconds by) {
    auto const lock = std::scoped_lock(mutex_);
    elapsed_ += by;
    changed_.notify_all();
  }
  /// Blocks until somebody waits for a time that has not come; false: nobody does within 20 s.
  [[nodiscard]] bool await_waiter() const {
    auto lock = std::unique_lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20),
                             [&] { return !waiting_.empty() && *waiting_.rbegin() > k8s::SteadyTime(elapsed_); });
  }

 private:
  [[nodiscard]] std::chrono::milliseconds elapsed() const {
    auto const lock = std::scoped_lock(mutex_);
    return elapsed_;
  }

  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  mutable std::multiset<k8s::SteadyTime> waiting_;  // until when
  std::chrono::milliseconds elapsed_{1'000'000};
};

}  // namespace test
