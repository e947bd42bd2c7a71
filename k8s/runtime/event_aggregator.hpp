#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "k8s/base/clock.hpp"
#include "k8s/model/event.hpp"
#include "k8s/runtime/turns.hpp"

namespace k8s {

struct AggregatorOptions {
  std::string component;
  std::string host;
  std::size_t max_pending = 1'000;  ///< of all namespaces together
  std::size_t max_remembered = 4'096;
  std::chrono::minutes repeat_window{60};
  /// Of one object so many writes at once, then one each `refill`: an object whose message changes each time.
  std::uint32_t burst = 25;
  std::chrono::seconds refill{300};
};

/// What is to be written next: a new Event, or a higher count (and last time) of the one named.
struct EventWrite {
  std::uint64_t id = 0;
  bool create = true;
  Event event;
};

enum class EventOutcome {
  written,
  missing,  ///< the Event to be counted up is not there any more: written anew
  dropped,  ///< given up; the next repeat begins anew
};

/// Which Events to write: the pure half of the recorder. Repeats raise the count of what was written before, or of
/// what still waits; memory is bounded. Namespaces (of the objects that the Events are about; objects without one are
/// as one namespace) take turns, and when too much waits, an Event of the namespace with the most is dropped: one that
/// has much to say neither delays nor displaces what is told to others. Not thread-safe; time is given.
class EventAggregator {
 public:
  explicit EventAggregator(AggregatorOptions options);

  /// False if it was dropped: too much came for this object, or too much waits and no namespace has more than this one.
  /// Else the newest that waits of the namespace with the most makes room. (Repeats are not dropped: their count is
  /// written with a later one.)
  bool record(ObjectReference const& involved, EventType type, std::string_view reason, std::string_view message,
              WallTime now);
  /// What was postponed, else the oldest of the namespace whose turn it is. To be answered by finish() or postpone()
  /// before its next repeat is handed out.
  [[nodiscard]] std::optional<EventWrite> take();
  void finish(std::uint64_t id, EventOutcome outcome);
  /// Not now: back to the front of what waits.
  void postpone(std::uint64_t id);

  [[nodiscard]] std::size_t pending() const { return pending_.size() + postponed_.size(); }
  /// How many were dropped since the beginning, because they were too many of one object or all together.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }
  [[nodiscard]] std::size_t remembered() const { return entries_.size(); }

 private:
  /// Namespace, kind, name, uid of the object, type, reason, message.
  using Key = std::tuple<std::string, std::string, std::string, std::string, EventType, std::string, std::string>;
  struct Entry {
    Key key;
    std::uint64_t id = 0;
    Event event;
    WallTime last;
    bool posted = false;   ///< the server has it
    bool pending = false;  ///< its id is in pending_ or postponed_
    bool taken = false;    ///< handed out, no outcome yet
    bool again = false;    ///< repeated while it was handed out
  };
  using Entries = std::list<Entry>;  ///< most recently used first
  struct Bucket {
    double tokens = 0;
    WallTime at;
  };

  Entry& remember(Key const& key, ObjectReference const& involved, WallTime now);
  void repeat(Entry& entry, ObjectReference const& involved, WallTime now);
  void renew(Entry& entry, ObjectReference const& involved, WallTime now);
  void queue(Entry& entry);
  [[nodiscard]] bool admits(std::string const& name_space) const;
  void make_room();
  [[nodiscard]] std::uint64_t take_id();
  void shrink();
  bool spend(ObjectReference const& involved, WallTime now);

  AggregatorOptions options_;
  std::uint64_t next_id_ = 1;
  Entries entries_;
  std::map<Key, Entries::iterator> by_key_;
  std::map<std::uint64_t, Entries::iterator> by_id_;
  Turns<std::uint64_t, std::uint64_t> pending_;  // by namespace: ids, in the order in which they came
  std::deque<std::uint64_t> postponed_;          // ids
  std::uint64_t next_place_ = 0;                 // in pending_
  std::uint64_t dropped_ = 0;
  std::map<std::string, Bucket> buckets_;
};

/// `text` with at most `most` bytes, cut at the border of a UTF-8 character.
[[nodiscard]] std::string cut(std::string_view text, std::size_t most);

}  // namespace k8s
