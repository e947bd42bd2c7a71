#pragma once

#include <chrono>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "k8s/base/clock.hpp"
#include "k8s/base/log.hpp"
#include "provisioner/controller/say_once.hpp"
#include "provisioner/core/trash.hpp"
#include "provisioner/exports/export_site.hpp"

namespace nfs {

/// Lets what rests in the trash of one export rest until its time has ended, then hands it to the purger. With less
/// than a tenth of the export free the oldest goes first, one after the other, until that is free again. Of one thread.
class TrashKeeper {
 public:
  /// `setting`: how long those rest of which no record says it. All references outlive it.
  TrashKeeper(ExportSite& site, std::chrono::seconds setting, k8s::Clock const& clock, k8s::Log const& log)
      : site_(site), setting_(setting), clock_(clock), log_(log) {}

  /// Looks every few seconds until `stop`, at once for the first time. Waits in the clock and in the site alone.
  void run(std::stop_token stop);
  /// Once. True: room is needed, and something rests yet.
  bool look(std::stop_token const& stop);

 private:
  void take_stock();
  void end_what_is_due(std::stop_token const& stop);
  [[nodiscard]] bool make_room();
  [[nodiscard]] bool end(std::string const& name, std::string_view why);
  void note(StorageError const& error);
  [[nodiscard]] std::vector<RestingTree> all() const;

  ExportSite& site_;
  std::chrono::seconds const setting_;
  k8s::Clock const& clock_;
  k8s::Log const& log_;
  SayOnce once_;
  std::string trouble_;                         // the first of the look at hand
  std::map<std::string, RestingTree> resting_;  // as it was seen when it was new: records do not change
};

}  // namespace nfs
