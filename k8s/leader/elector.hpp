#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "k8s/http/transport.hpp"
#include "k8s/leader/election.hpp"
#include "k8s/leader/term.hpp"
#include "k8s/model/object_meta.hpp"

namespace k8s {

struct ElectorOptions {
  std::string name_space;  ///< where the lock stands
  std::string name;        ///< see lock_name()
  std::string identity;    ///< ours; no other process has it
  ElectionTimes times;
  std::optional<std::uint64_t> seed = {};  ///< of the jitter; nullopt: another one each time
};

/// Takes part in an election on a connection of its own: takes the lock when it is free, renews it, and keeps `term` as
/// long as it is ours. A Lease where that is allowed, else the older lock on Endpoints; a Lease is not taken while an
/// older program holds the Endpoints lock of the same name. Nobody leads without a lock. It has no thread: it waits in
/// the clock and the transport that it is given, nowhere else. Not thread-safe.
class Elector {
 public:
  /// Called from within run(), which renews: not to be held up.
  struct Callbacks {
    std::function<void(ObjectReference const& lock)> elected;  ///< once at most
    std::function<void()> lost;                                ///< once at most; the term has ended, run() returns next
  };

  /// All references outlive this. `term` is this elector's alone to extend.
  Elector(Transport& transport, ElectorOptions options, Term& term, Clock const& clock, Log const& log);
  ~Elector();

  /// Takes part until `stop`, or until it has lost what it held. What is held then runs out by itself. Blocks: give it
  /// a thread of its own. Once at most.
  void run(Callbacks callbacks, std::stop_token stop);
  /// If we lead, gives the lock to whoever comes next. To be called when run() has returned, or was never called, and
  /// nothing is done any more: the term ends first. Takes half the renew deadline at the most.
  void release();

 private:
  class Candidate;
  std::unique_ptr<Candidate> candidate_;
};

}  // namespace k8s
