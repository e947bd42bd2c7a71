#include "k8s/runtime/work_queue.hpp"

namespace k8s {

WorkQueue::WorkQueue(Clock const& clock, BackoffPolicy policy, std::uint64_t seed)
    : clock_(clock), machine_(policy, seed) {}

void WorkQueue::add(std::string const& key) {
  std::lock_guard const lock(mutex_);
  machine_.add(key, clock_.steady());
  changed_.notify_one();
}

void WorkQueue::add_after(std::string const& key, std::chrono::milliseconds delay) {
  std::lock_guard const lock(mutex_);
  machine_.add_at(key, clock_.steady() + delay);
  changed_.notify_one();
}

std::optional<std::string> WorkQueue::take(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    auto const now = clock_.steady();
    if (auto key = machine_.take(now)) {
      // One waiter watches the time for all: the one who leaves hands that over.
      if (machine_.size() != 0) changed_.notify_one();
      return key;
    }
    auto const due = machine_.next_due();
    auto const earlier = [&] {
      auto const next = machine_.next_due();
      return next && (!due || *next < *due);
    };
    if (due) {
      changed_.wait_for(lock, stop, *due - now, earlier);
    } else {
      changed_.wait(lock, stop, earlier);
    }
  }
  return std::nullopt;
}

void WorkQueue::done(std::string const& key) {
  std::lock_guard const lock(mutex_);
  machine_.done(key, clock_.steady());
  changed_.notify_one();
}

std::chrono::milliseconds WorkQueue::retry(std::string const& key, std::chrono::milliseconds at_least) {
  std::lock_guard const lock(mutex_);
  auto const delay = machine_.retry(key, clock_.steady(), at_least);
  changed_.notify_one();
  return delay;
}

void WorkQueue::forget(std::string const& key) {
  std::lock_guard const lock(mutex_);
  machine_.forget(key);
}

std::size_t WorkQueue::size() const {
  std::lock_guard const lock(mutex_);
  return machine_.size();
}

}  // namespace k8s
