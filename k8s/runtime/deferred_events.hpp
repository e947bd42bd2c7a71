#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "k8s/base/clock.hpp"
#include "k8s/model/event.hpp"
#include "k8s/model/object_meta.hpp"

namespace k8s {

/// An Event that is of interest only if nothing follows it soon: that something has begun.
struct DeferredEvent {
  ObjectReference involved;
  EventType type = EventType::normal;
  std::string reason;
  std::string message;
  SteadyTime due;
};

/// Those that wait, in the order in which they are due. Beyond `most` the oldest is dropped. Not thread-safe.
class DeferredEvents {
 public:
  explicit DeferredEvents(std::size_t most) : most_(most) {}

  /// `event` is due no earlier than all before it.
  void add(DeferredEvent event);
  /// Something else is told of this object: nothing that waits of it is needed.
  void drop(ObjectReference const& involved);
  /// Those that are due by now, which wait no more.
  [[nodiscard]] std::vector<DeferredEvent> take_due(SteadyTime now);
  /// When the next one is due; nullopt: none waits.
  [[nodiscard]] std::optional<SteadyTime> next_due() const;

 private:
  std::size_t most_;
  std::deque<DeferredEvent> events_;
};

}  // namespace k8s
