#include "k8s/runtime/work_queue.hpp"

#include <algorithm>

namespace k8s {
namespace {

// Without the lock: who is called could do nothing but wait for it.
void call(Condition* whom) {
  if (whom != nullptr) whom->notify_one();
}

}  // namespace

WorkQueue::WorkQueue(Clock const& clock, BackoffPolicy policy, std::uint64_t seed)
    : clock_(clock), machine_(policy, seed) {}

void WorkQueue::observe(QueueObserver& observer) {
  MutexLock const lock(mutex_);
  observer_ = &observer;
}

void WorkQueue::add(std::string const& key, std::string const& group) {
  Condition* whom = nullptr;
  {
    MutexLock const lock(mutex_);
    auto const now = clock_.steady();
    bool const fresh = machine_.add(key, now, group);
    if (fresh && observer_ != nullptr) observer_->added();
    whom = whom_to_call(now);
  }
  call(whom);
}

void WorkQueue::add_after(std::string const& key, std::chrono::milliseconds delay, std::string const& group) {
  Condition* whom = nullptr;
  {
    MutexLock const lock(mutex_);
    auto const now = clock_.steady();
    machine_.add_at(key, now + delay, group);
    if (observer_ != nullptr) observer_->added();
    whom = whom_to_call(now);
  }
  call(whom);
}

std::optional<std::string> WorkQueue::take(std::stop_token stop) {
  std::optional<std::string> key;
  Condition* whom = nullptr;
  {
    MutexLock const lock(mutex_);
    auto now = clock_.steady();
    while (!stop.stop_requested() && !(key = take_due(now))) {
      wait_for_call(stop, now);
      now = clock_.steady();
    }
    whom = whom_to_call(now);
  }
  call(whom);
  return key;
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
  return std::move(taken->key);
}

void WorkQueue::wait_for_call(std::stop_token const& stop, SteadyTime now) {
  auto const due = machine_.next_due();
  auto const was_called = [&]() REQUIRES(mutex_) { return called_; };
  if (due && (!watched_ || *due < *watched_)) {
    watched_ = due;
    ++watching_;
    watchers_.wait_for(mutex_, stop, *due - now, was_called);
    --watching_;
    if (watched_ == due) watched_ = std::nullopt;
  } else {
    ++sleeping_;
    sleepers_.wait(mutex_, stop, was_called);
    --sleeping_;
  }
  called_ = false;
}

// Null: there is nothing that those who wait would not see in time.
Condition* WorkQueue::whom_to_call(SteadyTime now) {
  auto const due = machine_.next_due();
  if (!due || called_) return nullptr;
  bool const in_time = *due > now && watched_ && *watched_ <= *due;
  if (in_time || sleeping_ + watching_ == 0) return nullptr;
  called_ = true;
  return sleeping_ > 0 ? &sleepers_ : &watchers_;
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
