#pragma once

#include <stop_token>

#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "provisioner/controller/say_once.hpp"
#include "provisioner/controller/shared_settings.hpp"
#include "provisioner/exports/export_site.hpp"

namespace nfs {

/// Says on one export, at once and every minute, that this cluster's program lives, and looks at what the other
/// clusters there have: claims that wait for a directory of theirs are decided on that. Of one thread.
class ClusterHeartbeat {
 public:
  /// All references outlive it.
  ClusterHeartbeat(ExportSite& site, SharedSettings const& settings, k8s::Clock const& clock, k8s::Log const& log)
      : site_(site), settings_(settings), clock_(clock), log_(log) {}

  /// Until `stop` is requested. The export is open. One that is full keeps nothing else from being done.
  void run(std::stop_token stop);
  /// Once.
  void beat();

 private:
  ExportSite& site_;
  SharedSettings const& settings_;
  k8s::Clock const& clock_;
  k8s::Log const& log_;
  SayOnce once_;
};

}  // namespace nfs
