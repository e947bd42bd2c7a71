#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "k8s/base/clock.hpp"
#include "k8s/leader/lock.hpp"

namespace nfs {

/// The program that leads, as its lock says.
struct LiveLeader {
  std::string holder;  ///< empty: none leads
  std::string lock;    ///< "Lease storage/example.com-nfs"
};

/// Whether a program leads by a lock of this name, in whichever namespace: a Lease, or upstream's annotation of
/// Endpoints. One whose record changes while we look is alive; one whose record stands still for as long as its holder
/// may be silent is not. (The times in it are not believed.) So this may take some seconds; `on_wait` is told before,
/// with the lock that is looked at. Needs list on both kinds.
[[nodiscard]] k8s::Result<LiveLeader> find_live_leader(k8s::Client& client, std::string const& lock_name,
                                                       k8s::Clock const& clock,
                                                       std::function<void(std::string const& lock)> const& on_wait);

}  // namespace nfs
