#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <utility>

#include "k8s/base/backoff.hpp"
#include "k8s/base/clock.hpp"
#include "k8s/runtime/turns.hpp"

namespace k8s {

/// What is to be done, when: the pure machine. Keys are identities; a key is never handed out twice at once; one that
/// changes while it is being worked on is handed out again afterwards. Each key belongs to a group, and the groups that
/// have due keys take turns: however many keys one group has, the others wait for one of them at most. Not thread-safe;
/// time is given, and never goes back. Each call costs O(log n).
class QueueMachine {
 public:
  /// A key to work on, and since when it was due.
  struct Taken {
    std::string key;
    SteadyTime due;
  };

  explicit QueueMachine(BackoffPolicy policy = {}, std::uint64_t seed = 0);

  /// The object changed: due now, and its failures are forgotten. Waiting for a back-off ends. False if it was due
  /// already. A key belongs to the group that it was last added with. One that waits moves there, and keeps its time.
  bool add(std::string const& key, SteadyTime now, std::string const& group = {});
  /// Due at `when` unless something makes it due earlier. Failures are kept. The group is as in add().
  void add_at(std::string const& key, SteadyTime when, std::string const& group = {});

  /// The next key that is due, now marked as being worked on: of the group whose turn it is, the one that has been due
  /// longest (first in, first out where that is equal).
  [[nodiscard]] std::optional<Taken> take(SteadyTime now);
  /// When take() may give something without a further add(); a time that has passed: at once; nullopt: never.
  [[nodiscard]] std::optional<SteadyTime> next_due() const;

  void done(std::string const& key, SteadyTime now);  ///< worked: failures forgotten
  /// Failed: again after back-off, or after `at_least` (the server's Retry-After, of which five minutes are obeyed at
  /// most) if that is longer; at once if the key was added meanwhile. Returns the delay.
  std::chrono::milliseconds retry(std::string const& key, SteadyTime now, std::chrono::milliseconds at_least = {});
  void forget(std::string const& key);  ///< the object is gone: nothing waits any more

  [[nodiscard]] std::size_t size() const;  ///< due or waiting, not those being worked on
  [[nodiscard]] std::size_t due(SteadyTime now) const;
  [[nodiscard]] std::uint32_t failures(std::string const& key) const;

 private:
  struct Entry {
    std::string group = {};
    std::optional<SteadyTime> due = {};  ///< in later_ or ready_ when not being worked on; else for afterwards
    std::uint64_t ticket = 0;            ///< breaks ties of `due`: first in, first out
    std::uint32_t failures = 0;
    bool working = false;
    bool added = false;  ///< add() came while it was being worked on
  };
  using Slot = std::pair<SteadyTime, std::uint64_t>;

  void schedule(std::string const& key, Entry& entry, SteadyTime when);
  void unschedule(Entry& entry);
  void move_to(std::string const& group, Entry& entry);
  void ripen(SteadyTime now);
  [[nodiscard]] double unit();

  BackoffPolicy policy_;
  std::mt19937_64 random_;
  std::uint64_t next_ticket_ = 0;
  std::unordered_map<std::string, Entry> entries_;  ///< only keys that wait, are worked on, or have failed
  std::map<Slot, std::string> later_;               ///< keys that were not due when time was last told
  Turns<Slot, std::string> ready_;                  ///< keys that were
};

}  // namespace k8s
