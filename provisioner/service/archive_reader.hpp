#pragma once

#include <cstddef>
#include <stop_token>

#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "provisioner/controller/export_queues.hpp"
#include "provisioner/controller/woken_keys.hpp"
#include "provisioner/exports/export_site.hpp"

namespace nfs {

/// Reads the archives of an export into memory when a replica begins to serve it. Claims that need no archive are
/// served meanwhile; those that wait for one are looked at when all are known, and told when the reason why they wait
/// is another one. Thread-safe, for one thread of each export.
class ArchiveReader {
 public:
  /// `readers` records are read at the same time; one: on the caller's thread alone. All references outlive it.
  ArchiveReader(WokenKeys const& keys, ExportQueues& queues, std::size_t readers, k8s::Clock const& clock,
                k8s::Log const& log);

  /// Tries until all archives of `site` are known (true) or `stop` is requested (false). Waits in the clock and in
  /// `site` alone.
  bool read(ExportSite& site, std::stop_token stop);

 private:
  void note(ExportSite& site, ArchiveSurvey survey);

  WokenKeys const& keys_;
  ExportQueues& queues_;
  std::size_t const readers_;
  k8s::Clock const& clock_;
  k8s::Log const& log_;
};

}  // namespace nfs
