#pragma once

#include <functional>
#include <stop_token>

#include "k8s/base/clock.hpp"

namespace nfs {

/// Has claims that wait looked at again every 45 minutes, though nothing changed. A refused claim is told why by an
/// Event, and the API server forgets Events after an hour (kube-apiserver, --event-ttl): whoever describes the claim
/// later should see it, too. Of one thread.
class ClaimReminder {
 public:
  /// `look_again` has the claims looked at. `clock` outlives it.
  ClaimReminder(std::function<void()> look_again, k8s::Clock const& clock)
      : look_again_(std::move(look_again)), clock_(clock) {}

  /// Until `stop`. Waits in the clock alone.
  void run(std::stop_token stop) const;

 private:
  std::function<void()> look_again_;
  k8s::Clock const& clock_;
};

}  // namespace nfs
