#pragma once

#include <chrono>
#include <set>

#include "k8s/base/clock.hpp"
#include "k8s/base/mutex.hpp"

namespace test {

/// Stands still until it is told to go on; who waits by it goes on then. Begins at 2026-01-01T00:16:40Z. Thread-safe.
class ManualClock final : public k8s::Clock {
 public:
  [[nodiscard]] k8s::SteadyTime steady() const override { return k8s::SteadyTime(elapsed()); }
  [[nodiscard]] k8s::WallTime wall() const override {
    return k8s::WallTime(std::chrono::seconds(1'767'225'600)) + elapsed();
  }
  bool wait_until(k8s::SteadyTime time, std::stop_token stop) const override {
    k8s::MutexLock const lock(mutex_);
    auto const waiting = waiting_.insert(time);
    changed_.notify_all();
    changed_.wait(mutex_, stop, [&]() REQUIRES(mutex_) { return k8s::SteadyTime(elapsed_) >= time; });
    waiting_.erase(waiting);
    return !stop.stop_requested();
  }

  void advance(std::chrono::milliseconds by) {
    k8s::MutexLock const lock(mutex_);
    elapsed_ += by;
    changed_.notify_all();
  }
  /// Blocks until somebody waits for a time that has not come; false: nobody does within 20 s.
  [[nodiscard]] bool await_waiter() const {
    k8s::MutexLock const lock(mutex_);
    return changed_.wait_for(mutex_, std::chrono::seconds(20), [&]() REQUIRES(mutex_) {
      return !waiting_.empty() && *waiting_.rbegin() > k8s::SteadyTime(elapsed_);
    });
  }

 private:
  [[nodiscard]] std::chrono::milliseconds elapsed() const {
    k8s::MutexLock const lock(mutex_);
    return elapsed_;
  }

  mutable k8s::Mutex mutex_;
  mutable k8s::Condition changed_;
  mutable std::multiset<k8s::SteadyTime> waiting_ GUARDED_BY(mutex_);  // until when
  std::chrono::milliseconds elapsed_ GUARDED_BY(mutex_){1'000'000};
};

}  // namespace test
