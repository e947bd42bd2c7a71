#pragma once

#include <map>
#include <stop_token>
#include <string>

#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "provisioner/controller/export_queues.hpp"
#include "provisioner/controller/say_once.hpp"
#include "provisioner/controller/shared_settings.hpp"
#include "provisioner/controller/woken_keys.hpp"
#include "provisioner/core/take_over.hpp"
#include "provisioner/exports/export_site.hpp"

namespace nfs {

/// Carries out on one export what was decided about other clusters: that this one takes their place
/// (docs/behaviour.md#taking). Where the setting says so it decides itself. Of one thread; the archives are known.
class ClusterTaker {
 public:
  /// All references outlive it.
  ClusterTaker(ExportSite& site, SharedSettings const& settings, WokenKeys const& keys, ExportQueues& queues,
               k8s::Clock const& clock, k8s::Log const& log)
      : site_(site), settings_(settings), keys_(keys), queues_(queues), clock_(clock), log_(log) {}

  /// Looks at once and every few seconds, until `stop`. Waits in the clock and in the site alone.
  void run(std::stop_token stop);
  /// Once: decides, carries out, wakes those who waited. What fails is tried again the next time.
  void look();

 private:
  /// Since when a cluster has shown this heartbeat, as this program saw it.
  struct Watched {
    std::string heartbeat;
    k8s::SteadyTime since;
  };

  [[nodiscard]] StorageResult<void> try_to_look();
  [[nodiscard]] StorageResult<void> decide_by_itself(Settings const& settings, Neighbours const& neighbours);
  [[nodiscard]] StorageResult<bool> carry_out(TakeOverDecision const& decision, Neighbours const& neighbours);
  [[nodiscard]] bool may_live(TakeOverDecision const& decision, Neighbours const& neighbours);
  [[nodiscard]] bool was_watched_long_enough(Neighbour const& neighbour);
  void wake_if_one_is_seen_alive(Neighbours const& neighbours);
  void tell(TakeOverDecision const& decision, TakenOver const& done) const;
  void say_once(std::string const& message, std::string const& details);

  ExportSite& site_;
  SharedSettings const& settings_;
  WokenKeys const& keys_;
  ExportQueues& queues_;
  k8s::Clock const& clock_;
  k8s::Log const& log_;
  SayOnce once_;
  std::map<std::string, Watched> watched_;        // by cluster
  std::map<std::string, SignOfLife> last_signs_;  // by cluster
};

}  // namespace nfs
