#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <unordered_map>

#include "k8s/base/backoff.hpp"
#include "k8s/base/clock.hpp"
#include "k8s/base/mutex.hpp"
#include "k8s/runtime/queue_machine.hpp"
#include "k8s/runtime/queue_observer.hpp"

namespace k8s {

/// The machine behind a lock, with workers that wait for it; QueueMachine says what its functions mean. Thread-safe.
class WorkQueue {
 public:
  explicit WorkQueue(Clock const& clock, BackoffPolicy policy = {}, std::uint64_t seed = std::random_device{}());

  /// Before the first key comes; `observer` outlives the queue.
  void observe(QueueObserver& observer);
  void add(std::string const& key, std::string const& group = {});
  void add_after(std::string const& key, std::chrono::milliseconds delay, std::string const& group = {});
  /// Blocks until a key is due; nullopt once `stop` is triggered.
  [[nodiscard]] std::optional<std::string> take(std::stop_token stop);
  /// As take(), without waiting; nullopt: no key is due.
  [[nodiscard]] std::optional<std::string> try_take();
  /// When the next key of those that wait is due, which may have passed; nullopt: none waits.
  [[nodiscard]] std::optional<SteadyTime> next_due() const;
  void done(std::string const& key);
  std::chrono::milliseconds retry(std::string const& key, std::chrono::milliseconds at_least = {});
  void forget(std::string const& key);
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] QueueState state() const;

 private:
  [[nodiscard]] std::optional<std::string> take_due(SteadyTime now) REQUIRES(mutex_);
  void finish(std::string const& key, SteadyTime now) REQUIRES(mutex_);

  Clock const& clock_;
  mutable Mutex mutex_;
  Condition changed_;
  QueueMachine machine_ GUARDED_BY(mutex_);
  QueueObserver* observer_ GUARDED_BY(mutex_) = nullptr;
  std::unordered_map<std::string, SteadyTime> working_ GUARDED_BY(mutex_);  // since when
};

}  // namespace k8s
