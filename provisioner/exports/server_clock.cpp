#include "provisioner/exports/server_clock.hpp"

#include <utility>

#include "provisioner/core/clocks.hpp"

namespace nfs {

std::optional<k8s::WallTime> ServerClock::agreed_now() {
  auto const servers = store_.server_time();
  if (servers.has_error()) {
    note_failure(servers.error().message);
    return std::nullopt;
  }
  // Afterwards: a server that takes minutes to answer seems to be behind, and nothing ends.
  auto const ours = clock_.wall();
  note(ours, *servers);
  return clocks_agree(ours, *servers) ? std::optional(*servers) : std::nullopt;
}

void ServerClock::look_again_if_paused() {
  if (paused()) {
    (void)agreed_now();
  }
}

bool ServerClock::paused() const {
  k8s::MutexLock const lock(mutex_);
  return paused_;
}

void ServerClock::note(k8s::WallTime ours, k8s::WallTime servers) {
  bool const differ = !clocks_agree(ours, servers);
  k8s::MutexLock const lock(mutex_);
  told_failure_.clear();
  if (std::exchange(paused_, differ) == differ) {
    return;
  }
  if (differ) {
    log_.warning(
        "our clock and the NFS server's differ by more than 5 minutes: nothing that rests in the trash is "
        "removed and no archive is pruned until they agree; set the clock that is wrong",
        {{"ours", k8s::to_rfc3339(ours)}, {"server", k8s::to_rfc3339(servers)}});
  } else {
    log_.info("our clock and the NFS server's agree again: retentions end as before");
  }
}

void ServerClock::note_failure(std::string const& why) {
  k8s::MutexLock const lock(mutex_);
  if (std::exchange(told_failure_, why) != why) {
    log_.warning("cannot see what the NFS server's clock says, so no retention ends; retrying", {{"error", why}});
  }
}

}  // namespace nfs
