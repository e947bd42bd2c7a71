#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <stop_token>
#include <thread>

namespace nfs {

/// Threads that are stopped together. Unlike a list of std::jthread it can be told to stop and waited for with a
/// deadline: a thread that hangs in a file system call on NFS never ends. Thread-safe.
class Crew {
 public:
  using Work = std::function<void(std::stop_token)>;

  [[nodiscard]] std::stop_token stop_token() const { return stop_.get_token(); }

  /// Nothing is started any more once stop() was called.
  void start(Work work) {
    auto const lock = std::scoped_lock(mutex_);
    if (stop_.stop_requested()) return;
    ++running_;
    threads_.emplace_back([this, work = std::move(work)] {
      work(stop_.get_token());
      auto const done = std::scoped_lock(mutex_);
      --running_;
      ended_.notify_all();
    });
  }

  void stop() { stop_.request_stop(); }

  /// True if all threads ended by then; they are joined.
  [[nodiscard]] bool wait(std::chrono::milliseconds most) {
    auto lock = std::unique_lock(mutex_);
    if (!ended_.wait_for(lock, most, [this] { return running_ == 0; })) return false;
    auto threads = std::move(threads_);
    lock.unlock();
    for (auto& thread : threads) thread.join();
    return true;
  }

 private:
  std::stop_source stop_;
  std::mutex mutex_;
  std::condition_variable ended_;
  int running_ = 0;
  std::list<std::thread> threads_;
};

}  // namespace nfs
