#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <utility>

#include "k8s/base/backoff.hpp"
#include "k8s/base/clock.hpp"
#include "k8s/runtime/queue_observer.hpp"

namespace k8s {

/// What is to be done, when: the pure machine. Keys are identities; a key is never handed out twice at once; one that
/// changes while it is being worked on is handed out again afterwards. Not thread-safe; time is given.
class QueueMachine {
 public:
  explicit QueueMachine(BackoffPolicy policy = {}, std::uint64_t seed = 0);

  /// The object changed: due now, and its failures are forgotten. Waiting for a back-off ends. False if it was due
  /// already.
  bool add(std::string const& key, SteadyTime now);
  /// Due at `when` unless something makes it due earlier. Failures are kept.
  void add_at(std::string const& key, SteadyTime when);

  /// The next key that is due, now marked as being worked on; first in, first out among those due.
  [[nodiscard]] std::optional<std::string> take(SteadyTime now);
  /// When take() may give something without a further add(); nullopt: never.
  [[nodiscard]] std::optional<SteadyTime> next_due() const;

  void done(std::string const& key, SteadyTime now);  ///< worked: failures forgotten
  /// Failed: again after back-off, or after `at_least` if that is longer (Retry-After); at once if the key was added
  /// meanwhile. Returns the delay.
  std::chrono::milliseconds retry(std::string const& key, SteadyTime now, std::chrono::milliseconds at_least = {});
  void forget(std::string const& key);  ///< the object is gone: nothing waits any more

  [[nodiscard]] std::size_t size() const;  ///< due or waiting, not those being worked on
  [[nodiscard]] std::size_t due(SteadyTime now) const;
  [[nodiscard]] std::uint32_t failures(std::string const& key) const;

 private:
  struct Entry {
    std::optional<SteadyTime> due = {};  ///< in order_ when not being worked on; else for afterwards
    std::uint64_t ticket = 0;            ///< breaks ties of `due`: first in, first out
    std::uint32_t failures = 0;
    bool working = false;
    bool added = false;  ///< add() came while it was being worked on
  };
  using Slot = std::pair<SteadyTime, std::uint64_t>;

  void schedule(std::string const& key, Entry& entry, SteadyTime when);
  void unschedule(Entry& entry);
  [[nodiscard]] double unit();

  BackoffPolicy policy_;
  std::mt19937_64 random_;
  std::uint64_t next_ticket_ = 0;
  std::unordered_map<std::string, Entry> entries_;  ///< only keys that wait, are worked on, or have failed
  std::map<Slot, std::string> order_;               ///< what is due or waits
};

/// The machine behind a lock, with workers that wait for it. Thread-safe.
class WorkQueue {
 public:
  explicit WorkQueue(Clock const& clock, BackoffPolicy policy = {}, std::uint64_t seed = std::random_device{}());

  /// Before the first key comes; `observer` outlives the queue.
  void observe(QueueObserver& observer);
  void add(std::string const& key);
  void add_after(std::string const& key, std::chrono::milliseconds delay);
  /// Blocks until a key is due; nullopt once `stop` is triggered.
  [[nodiscard]] std::optional<std::string> take(std::stop_token stop);
  void done(std::string const& key);
  std::chrono::milliseconds retry(std::string const& key, std::chrono::milliseconds at_least = {});
  void forget(std::string const& key);
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] QueueState state() const;

 private:
  void finish(std::string const& key, SteadyTime now);

  Clock const& clock_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  QueueMachine machine_;
  QueueObserver* observer_ = nullptr;
  std::unordered_map<std::string, SteadyTime> working_;  // since when
};

}  // namespace k8s
