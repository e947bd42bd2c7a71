#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "k8s/base/mutex.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"

namespace nfs {

/// The clock of one export's server, and whether ours agrees with it: only then does a retention end, because data that
/// goes too early is lost. Thread-safe.
class ServerClock {
 public:
  /// All references outlive it.
  ServerClock(VolumeStore& store, k8s::Clock const& clock, k8s::Log const& log)
      : store_(store), clock_(clock), log_(log) {}

  /// Writes a file to see what the server's clock says now. nullopt: it differs from ours by too much, or could not be
  /// seen; nothing may end by either. Said in the log once, and once more when they agree again.
  [[nodiscard]] std::optional<k8s::WallTime> agreed_now();
  /// Looks again if the clocks differed when they were looked at last.
  void look_again_if_paused();
  /// Whether retentions wait, because the clocks differed when they were looked at last.
  [[nodiscard]] bool paused() const;

 private:
  void note(k8s::WallTime ours, k8s::WallTime servers);
  void note_failure(std::string const& why);

  VolumeStore& store_;
  k8s::Clock const& clock_;
  k8s::Log const& log_;
  mutable k8s::Mutex mutex_;
  bool paused_ GUARDED_BY(mutex_) = false;
  std::string told_failure_ GUARDED_BY(mutex_);
};

}  // namespace nfs
