#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "k8s/base/clock.hpp"
#include "provisioner/storage/files/storage_error.hpp"

namespace nfs::simulation {

enum class Moment { before, after };  ///< the effect does not take place, or does

/// How a request to the API server can go wrong.
enum class RequestFault {
  unauthorized,
  forbidden,
  conflict,
  expired,
  invalid,
  too_many,
  internal,
  unavailable,
  timeout,
  answer_lost,
  late,  ///< done some time after it was given up
  end,   ///< (number of kinds)
};

/// What is in store for one process.
struct Fate {
  template <class What>
  struct Plan {
    std::size_t skip = 0;   ///< so many go well before
    std::size_t count = 0;  ///< so many go wrong
    What what{};
    Moment moment = Moment::before;

    /// Whether it is the turn of the one that begins now.
    [[nodiscard]] bool strikes() {
      if (count == 0) return false;
      if (skip > 0) {
        --skip;
        return false;
      }
      --count;
      return true;
    }
  };

  Plan<RequestFault> requests;
  Plan<StorageFault> storage;
  Plan<bool> death;                 ///< true: the file server goes down with the process
  Plan<std::chrono::seconds> stop;  ///< at an effect that its fence has let pass
  k8s::SteadyTime stopped_until{};  ///< VirtualClock::lively(): it stands still, as by SIGSTOP
  k8s::SteadyTime
      cut_off_until{};         ///< of that clock, too: no request reaches the API server, nor its answer the sender
  std::uint64_t silenced = 0;  ///< how often all its watches fell silent: those that are under way bring nothing more
  bool unmounted = false;

  void stop_if_due(k8s::SteadyTime lively) {
    if (stop.strikes()) stopped_until = lively + stop.what;
  }
  /// What is under way stays so.
  void relent() {
    requests = {};
    storage = {};
    death = {};
    stop = {};
    unmounted = false;
  }
};

}  // namespace nfs::simulation
