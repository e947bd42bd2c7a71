#include "k8s/runtime/work_queue.hpp"

#include <algorithm>

namespace k8s {

WorkQueue::WorkQueue(Clock const& clock, BackoffPolicy policy, std::uint64_t seed)
    : clock_(clock), machine_(policy, seed) {}

void WorkQueue::observe(QueueObserver& observer) {
  MutexLock const lock(mutex_);
  observer_ = &observer;
}

void WorkQueue::add(std::string const& key, std::string const& group) {
  MutexLock const lock(mutex_);
  bool const fresh = machine_.add(key, clock_.steady(), group);
  if (fresh && observer_ != nullptr) observer_->added();
  changed_.notify_one();
}

void WorkQueue::add_after(std::string const& key, std::chrono::milliseconds delay, std::string const& group) {
  MutexLock const lock(mutex_);
  machine_.add_at(key, clock_.steady() + delay, group);
  if (observer_ != nullptr) observer_->added();
  changed_.notify_one();
}

std::optional<std::string> WorkQueue::take(std::stop_token stop) {
  MutexLock const lock(mutex_);
  while (!stop.stop_requested()) {
    auto const now = clock_.steady();
    if (auto key = take_due(now)) return key;
    auto const due = machine_.next_due();
    auto const earlier = [&]() REQUIRES(mutex_) {
      auto const next = machine_.next_due();
      return next && (!due || *next < *due);
    };
    if (due) {
      changed_.wait_for(mutex_, stop, *due - now, earlier);
    } else {
      changed_.wait(mutex_, stop, earlier);
    }
  }
  return std::nullopt;
}

std::optional<std::string> WorkQueue::try_take() {
  MutexLock const lock(mutex_);
  return take_due(clock_.steady());
}

std::optional<std::string> WorkQueue::take_due(SteadyTime now) {
  auto taken = machine_.take(now);
  if (!taken) return std::nullopt;
  working_[taken->key] = now;
  if (observer_ != nullptr) observer_->taken(now - taken->due);
  // One waiter watches the time for all: the one who leaves hands that over.
  if (machine_.size() != 0) changed_.notify_one();
  return std::move(taken->key);
}

std::optional<SteadyTime> WorkQueue::next_due() const {
  MutexLock const lock(mutex_);
  return machine_.next_due();
}

void WorkQueue::finish(std::string const& key, SteadyTime now) {
  auto const at = working_.find(key);
  if (at == working_.end()) return;
  if (observer_ != nullptr) observer_->finished(now - at->second);
  working_.erase(at);
}

void WorkQueue::done(std::string const& key) {
  MutexLock const lock(mutex_);
  auto const now = clock_.steady();
  finish(key, now);
  machine_.done(key, now);
  changed_.notify_one();
}

std::chrono::milliseconds WorkQueue::retry(std::string const& key, std::chrono::milliseconds at_least) {
  MutexLock const lock(mutex_);
  auto const now = clock_.steady();
  finish(key, now);
  auto const delay = machine_.retry(key, now, at_least);
  if (observer_ != nullptr) {
    observer_->retried();
    if (delay.count() > 0) observer_->added();  // else its change was counted when it came
  }
  changed_.notify_one();
  return delay;
}

void WorkQueue::forget(std::string const& key) {
  MutexLock const lock(mutex_);
  machine_.forget(key);
}

QueueState WorkQueue::state() const {
  MutexLock const lock(mutex_);
  auto const now = clock_.steady();
  QueueState state{.due = machine_.due(now)};
  for (auto const& [key, since] : working_) {
    state.unfinished += now - since;
    state.longest = std::max(state.longest, now - since);
  }
  return state;
}

std::size_t WorkQueue::size() const {
  MutexLock const lock(mutex_);
  return machine_.size();
}

}  // namespace k8s
