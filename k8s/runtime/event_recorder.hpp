#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "k8s/base/backoff.hpp"
#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "k8s/http/transport.hpp"
#include "k8s/model/event.hpp"

namespace k8s {

struct RecorderOptions {
  std::string component;  ///< source.component
  std::string host;       ///< source.host
  std::size_t max_pending =
      1'000;  ///< of all namespaces; beyond it the largest one's are dropped, and counted in the log
  std::size_t max_remembered = 4'096;  ///< of events that may be repeated
  std::chrono::minutes repeat_window{60};
  BackoffPolicy retry{std::chrono::seconds{1}, std::chrono::seconds{30}};  ///< of failures that pass; 5 attempts
};

/// Writes Events in the background on a connection and thread of its own: record() never waits. The same thing again
/// (object, type, reason, message) raises `count` of the Event that is there instead of adding one; repeats that come
/// while it waits to be written are folded into one write. Failures are logged once per kind and not retried for ever;
/// a namespace that is gone or terminating drops its events. Namespaces take turns. A server that asks for a pause
/// (Retry-After) gets one minute at most.
class EventRecorder {
 public:
  EventRecorder(Transport& transport, RecorderOptions const& options, Clock const& clock, Log const& log);
  /// Gives what is pending up to one second, then ends.
  ~EventRecorder();

  /// Thread-safe. `message` is cut at 1,024 bytes, at a character's border.
  void record(ObjectReference const& involved, EventType type, std::string const& reason, std::string const& message);
  /// As record(), after `delay`; and not at all if record() tells something of the same object before that, or this
  /// ends. `delay` is the same in all calls.
  void record_later(std::chrono::milliseconds delay, ObjectReference const& involved, EventType type,
                    std::string const& reason, std::string const& message);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace k8s
