#pragma once

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <variant>

#include "k8s/base/backoff.hpp"
#include "k8s/base/clock.hpp"
#include "k8s/base/error.hpp"
#include "k8s/json/frame.hpp"
#include "k8s/json/read.hpp"

namespace k8s {

/// How a local copy is kept equal to a collection of the API server: the pure half of the reflector. It says what to
/// ask next; it is told what came, and says what to do with it. No I/O, no thread; time is given.
///
///            +--> initial_events --end bookmark--+
///   empty --+       | not supported, cut short   +--> watching --410, cut, no byte for the idle time--> empty
///            +--> listing --last page------------+     |  ^ ended, failed: again from the last resourceVersion
///                                                      |  |
///                                       ended, silent  v  |  still served
///                                                     asking --of the future, silent too often--> empty
///
/// A watch that brought nothing, not even a bookmark, may be quiet, or stand at a resourceVersion of the future (etcd
/// was restored from a snapshot), where nothing will ever come. So the server is asked for its newest resourceVersion,
/// by a list of one object, before the same version is watched again; and after ten silent watches all is listed anew.
///
/// A watch that was cut, or ended before its time, may have been cut because etcd was restored, and the server may have
/// reached our resourceVersion again by the time it is watched: what came in between would never be told. So all is
/// listed anew after a cut: ten times in a row, then once a minute at the most, as some proxies cut all day.
///
/// Failures wait 0.8 s doubling to 30 s, until something works again. A server's wish to wait longer is honoured up to
/// a minute: its Retry-After may be a proxy's, of another clock.
class ListWatch {
 public:
  enum class State { empty, initial_events, listing, watching, asking };

  /// One page (limit 0: the rest at once).
  struct List {
    std::string continue_token;
    int limit = 0;
    bool operator==(List const&) const = default;
  };
  struct Watch {
    std::string resource_version;
    bool initial_events = false;
    bool operator==(Watch const&) const = default;
  };
  struct Next {
    std::variant<List, Watch> request;
    std::chrono::milliseconds delay{0};  ///< to wait before it
    bool begin_replace = false;          ///< the store opens an empty buffer first
  };

  /// What the store does with what came.
  enum class Operation { none, apply, erase, stage, unstage, commit_replace, abandon_replace };

  struct Setback {
    Operation operation = Operation::none;
    bool ordinary = false;  ///< part of the protocol, no news for the log
  };

  /// `watch_timeout`: when the server is asked to end a watch.
  ListWatch(int page_size, std::chrono::seconds watch_timeout, BackoffPolicy policy, std::uint64_t seed);

  /// The request to make now. Each call begins an exchange that ends by page(), ended() or failed().
  [[nodiscard]] Next next(SteadyTime now);

  /// An object of a page.
  [[nodiscard]] Operation item() const { return state_ == State::asking ? Operation::none : Operation::stage; }
  /// A page is complete.
  Operation page(ListMeta const& meta);
  /// A line of a watch: type added, modified or deleted, and the object's resourceVersion. (A line of type error is
  /// the failure that its Status says.)
  Operation event(WatchEvent::Type type, std::string resource_version);
  Operation bookmark(Bookmark const& bookmark);
  /// The server ended the watch as it may.
  Setback ended(SteadyTime now);
  Setback failed(Error const& error);

  [[nodiscard]] State state() const { return state_; }
  /// In a row; 0 once a list was completed, or a watch brought something.
  [[nodiscard]] std::uint32_t failures() const { return failures_; }
  /// No failure stands, nor does each watch end in a new list.
  [[nodiscard]] bool healthy() const { return failures_ == 0 && expired_ <= 1; }
  /// When the last list was begun: it has what was so then, or later. `afresh`: it may not follow from what came
  /// before, as the server may have been restored from a backup: a watch was cut, silent, or its version was lost.
  struct Begun {
    SteadyTime at;
    bool afresh = false;
  };
  [[nodiscard]] Begun list_begun() const { return list_begun_; }
  /// How long next() will wait.
  [[nodiscard]] std::chrono::milliseconds delay() const { return delay_; }

 private:
  void start_over();
  [[nodiscard]] bool may_list_again();
  void back_off(std::chrono::milliseconds at_least);
  void progress();
  [[nodiscard]] std::chrono::milliseconds jittered(std::uint32_t failures);
  Setback initial_events_failed(Error const& error);
  Setback listing_failed(Error const& error);
  Setback watching_failed(Error const& error);
  void answered(std::string_view newest_version);
  void brought_something();

  int page_size_;
  std::chrono::seconds watch_timeout_;
  BackoffPolicy policy_;
  std::mt19937_64 random_;

  State state_ = State::empty;
  std::string resource_version_;
  std::string continue_token_;
  std::chrono::milliseconds delay_{0};
  std::uint32_t failures_ = 0;
  std::uint32_t expired_ = 0;      ///< 410s since a watch last brought anything
  bool initial_events_ok_ = true;  ///< false once the server has shown that it does not know them
  bool prefer_list_ = false;       ///< initial events broke off: the other way next
  bool whole_list_ = false;        ///< pages expired: the next list in one piece
  bool heard_ = false;             ///< this watch brought an event
  bool silent_ = true;             ///< this watch brought nothing yet, not even a bookmark
  std::uint32_t silences_ = 0;     ///< silent watches in a row
  SteadyTime asked_at_;
  Begun list_begun_;
  bool in_doubt_ = false;        ///< the list to come is begun afresh
  bool cut_ = false;             ///< a watch was cut since the last list was begun
  SteadyTime lists_paid_until_;  ///< each list after a cut is paid with a minute
};

}  // namespace k8s
