#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>

#include "k8s/base/backoff.hpp"
#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "k8s/http/transport.hpp"
#include "k8s/watch/list_watch.hpp"
#include "k8s/watch/store.hpp"
#include "k8s/watch/watch_health.hpp"

namespace k8s {

struct ReflectorOptions {
  /// The server ends a watch after so long. Shorter than the idle time-out: a proxy that holds an answer back until its
  /// end lets the events go by then.
  std::chrono::seconds watch_timeout{60};
  std::chrono::seconds idle_timeout{90};  ///< without a byte for so long a watch is given up, and all is listed anew
  int page_size = 500;
  BackoffPolicy backoff{std::chrono::milliseconds{800}, std::chrono::seconds{30}};
  std::optional<std::uint64_t> seed = {};  ///< of the jitter; nullopt: another one each time
  WatchHealth* health = nullptr;           ///< told of what comes and fails; null: nobody asks
  /// Each time that a full list is in, and the listeners were told of it.
  std::function<void(ListWatch::Begun const&)> on_list = {};
};

/// Keeps `store` equal to the server's objects of kind T until `stop`: initial events by watch where the server has
/// them, else paged lists; resumes watches that ended in time from the last resourceVersion; relists after 410 and
/// cuts; backs off 0.8 s to 30 s with jitter on failures, for ever, and logs each distinct failure once. An object that
/// cannot be read is set aside in the store, and the rest goes on. Blocks, in the clock and the transport alone; give
/// it a thread of its own. `prune` (optional) drops what is not needed before an object is kept.
template <class T>
void run_reflector(Transport& transport, Store<T>& store, ReflectorOptions const& options, Clock const& clock,
                   Log const& log, std::stop_token stop, std::function<void(T&)> prune = {});

}  // namespace k8s
