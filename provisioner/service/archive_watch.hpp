#pragma once

#include <optional>
#include <stop_token>
#include <utility>

#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "provisioner/exports/export_site.hpp"

namespace nfs {

/// Notices which archives of one export a person took away by a verb, beside this service: they are neither counted nor
/// given back from then on. Looks at the names on the export alone, and only when something has changed there. Of one
/// thread.
class ArchiveWatch {
 public:
  /// All references outlive it.
  ArchiveWatch(ExportSite& site, k8s::Clock const& clock, k8s::Log const& log)
      : site_(site), clock_(clock), log_(log) {}

  /// Looks every few seconds until `stop`, once all archives are known. Waits in the clock and in the site alone.
  void run(std::stop_token stop);
  /// Once. What cannot be looked at is left for the next time: others say what is wrong with the export.
  void look();

 private:
  struct Look {
    std::pair<FileTime, FileTime> changed_at;
    k8s::SteadyTime when;
  };

  ExportSite& site_;
  k8s::Clock const& clock_;
  k8s::Log const& log_;
  std::optional<Look> last_;
};

}  // namespace nfs
