#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "k8s/http/transport.hpp"
#include "k8s/watch/reflector.hpp"
#include "provisioner/controller/cluster_view.hpp"
#include "provisioner/core/cached.hpp"
#include "provisioner/web/status_report.hpp"

namespace nfs {

struct ClusterWatchOptions {
  int page_size = k8s::ReflectorOptions{}.page_size;
  std::optional<std::uint64_t> seed = {};  ///< of the jitter; nullopt: another one each time
  /// What is kept of a claim, and of a volume.
  std::function<void(k8s::Claim&)> prune_claim = [](k8s::Claim& claim) { keep_what_is_needed(claim); };
  std::function<void(k8s::Volume&)> prune_volume = [](k8s::Volume& volume) { keep_what_is_needed(volume); };
  /// Called, on the thread of a reflector, after a list of claims or volumes that may not follow from what was there
  /// before (etcd was restored): no change tells of what became undone, so all is to be looked at.
  std::function<void()> on_list_afresh = [] {};
};

/// Keeps the view equal to what the API server has: a reflector for each kind, each on a thread of its own.
/// Thread-safe.
class ClusterWatch {
 public:
  /// All references outlive it. Of classes of others than `provisioner` nothing but their existence is kept.
  ClusterWatch(k8s::Transport& transport, ClusterView& view, std::string provisioner, k8s::Clock const& clock,
               k8s::Log const& log, ClusterWatchOptions options = {});

  /// Each until `stop`, once. They wait in the clock and the transport alone.
  void watch_classes(std::stop_token stop);
  void watch_claims(std::stop_token stop);
  void watch_volumes(std::stop_token stop);

  /// This replica leads from now on. Its forerunner's last writes may not have reached a standby's watch: a volume that
  /// it made, and that we do not know, would be a directory that looks free. So the volumes are listed anew.
  void lead() { standby_.request_stop(); }
  /// Whether all that there is is known: everything was listed, and the volumes since lead().
  [[nodiscard]] bool complete() const { return volumes_listed_ && view_.synced(); }

  /// How the three copies are.
  [[nodiscard]] std::vector<WatchStatus> status() const;

 private:
  [[nodiscard]] k8s::ReflectorOptions options_for(k8s::WatchHealth& health) const;
  void listed(k8s::ListWatch::Begun const& list) const;

  k8s::Transport& transport_;
  ClusterView& view_;
  std::string const provisioner_;
  k8s::Clock const& clock_;
  k8s::Log const& log_;
  ClusterWatchOptions const options_;
  k8s::WatchHealth claims_health_;
  k8s::WatchHealth volumes_health_;
  k8s::WatchHealth classes_health_;
  std::stop_source standby_;
  std::atomic<bool> volumes_listed_ = false;  // since lead()
};

}  // namespace nfs
