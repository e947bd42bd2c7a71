#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "k8s/model/event.hpp"
#include "provisioner/controller/executor.hpp"
#include "provisioner/exports/export_site.hpp"

namespace nfs {

/// Looks after the exports' health: a thread of each export keeps touching it, and another one, which never does, says
/// when an export hangs and when it answers again.
class ExportWatchdog {
 public:
  /// Events are about `pod`, the one that we run in; nullopt: there are none. All references outlive it.
  ExportWatchdog(std::vector<std::unique_ptr<ExportSite>> const& sites, std::optional<k8s::ObjectReference> pod,
                 TellEvent tell, k8s::Clock const& clock, k8s::Log const& log);

  /// Notes every few seconds in the site's health how it is, until `stop`. May hang, as any file system call, and then
  /// nobody waits for it: its own call is one of those that look() sees. `leads` says each time whether this replica
  /// leads.
  void watch(ExportSite& site, std::function<bool()> const& leads, std::stop_token stop) const;
  /// To be called every few seconds, on one thread. Never waits for an export.
  void look();

 private:
  void say_hung(Export const& where, CallUnderWay const& call) const;

  std::vector<std::unique_ptr<ExportSite>> const& sites_;
  std::optional<k8s::ObjectReference> pod_;
  TellEvent tell_;
  k8s::Clock const& clock_;
  k8s::Log const& log_;
  std::vector<bool> hung_;  // by export; as far as was said
};

}  // namespace nfs
