#pragma once

#include "k8s/base/clock.hpp"

namespace k8s {

/// Told of what happens in a WorkQueue, under its lock: must not block, nor call the queue. Thread-safe.
class QueueObserver {
 public:
  virtual ~QueueObserver() = default;
  virtual void added() = 0;                                ///< a key that did not wait to be taken already
  virtual void taken(SteadyTime::duration waited) = 0;     ///< since it became due
  virtual void finished(SteadyTime::duration worked) = 0;  ///< done, or failed
  virtual void retried() = 0;                              ///< is to be tried again after back-off
};

/// What stands in a WorkQueue now.
struct QueueState {
  std::size_t due = 0;                ///< keys that a worker could take
  SteadyTime::duration unfinished{};  ///< time that the keys being worked on have taken, all together
  SteadyTime::duration longest{};     ///< the same, of the one that has taken longest
};

}  // namespace k8s
