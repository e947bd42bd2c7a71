#pragma once

#include <chrono>
#include <string>

#include "k8s/base/clock.hpp"
#include "k8s/base/mutex.hpp"

namespace k8s {

/// So long may a copy hear nothing from the API server before it counts as out of date.
inline constexpr std::chrono::seconds longest_silence{120};

/// How one kind's list and watch are doing.
struct WatchReading {
  std::chrono::milliseconds age{0};  ///< since anything came: an event, a bookmark, a list (or the start, before any)
  std::string failure;               ///< the last failure since then; empty: none

  /// Why the copy must not be relied on; empty: it may be.
  [[nodiscard]] std::string trouble() const;
};

/// Told by a reflector, read by whoever asks. Thread-safe; outlives the reflector.
class WatchHealth {
 public:
  explicit WatchHealth(Clock const& clock) : clock_(clock), heard_at_(clock.steady()) {}

  /// An event or bookmark came, or a list ended.
  void heard();
  void failed(std::string message);
  [[nodiscard]] WatchReading read() const;

 private:
  Clock const& clock_;
  mutable Mutex mutex_;
  SteadyTime heard_at_ GUARDED_BY(mutex_);
  std::string failure_ GUARDED_BY(mutex_);
};

}  // namespace k8s
