#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <stop_token>
#include <thread>

#include "k8s/base/mutex.hpp"

namespace nfs {

/// Threads that are stopped together. Unlike a list of std::jthread it can be told to stop and waited for with a
/// deadline: a thread that hangs in a file system call on NFS never ends. Thread-safe.
class ThreadGroup {
 public:
  using Work = std::function<void(std::stop_token)>;

  [[nodiscard]] std::stop_token stop_token() const { return stop_.get_token(); }

  /// Nothing is started any more once stop() was called.
  void start(Work work) {
    k8s::MutexLock const lock(mutex_);
    if (stop_.stop_requested()) return;
    ++running_;
    threads_.emplace_back([this, work = std::move(work)] {
      work(stop_.get_token());
      k8s::MutexLock const done(mutex_);
      --running_;
      ended_.notify_all();
    });
  }

  void stop() { stop_.request_stop(); }

  /// True if all threads ended by then; they are joined.
  [[nodiscard]] bool wait(std::chrono::milliseconds most) {
    std::list<std::thread> ended;
    {
      k8s::MutexLock const lock(mutex_);
      if (!ended_.wait_for(mutex_, most, [this]() REQUIRES(mutex_) { return running_ == 0; })) return false;
      ended.swap(threads_);
    }
    for (auto& thread : ended) thread.join();
    return true;
  }

 private:
  std::stop_source stop_;
  k8s::Mutex mutex_;
  k8s::Condition ended_;
  int running_ GUARDED_BY(mutex_) = 0;
  std::list<std::thread> threads_ GUARDED_BY(mutex_);
};

}  // namespace nfs
