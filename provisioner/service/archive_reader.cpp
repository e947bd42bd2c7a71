#include "provisioner/service/archive_reader.hpp"

#include <cstdint>
#include <string>
#include <utility>

#include "provisioner/controller/say_once.hpp"
#include "provisioner/controller/start_backoff.hpp"

namespace nfs {

ArchiveReader::ArchiveReader(WokenKeys const& keys, ExportQueues& queues, std::size_t readers, k8s::Clock const& clock,
                             k8s::Log const& log)
    : keys_(keys), queues_(queues), readers_(readers), clock_(clock), log_(log) {}

bool ArchiveReader::read(ExportSite& site, std::stop_token stop) {
  SayOnce once;
  for (std::uint32_t failures = 1;; ++failures) {
    auto survey = site.store().survey_archives({.readers = readers_, .stop = stop});
    if (stop.stop_requested()) return false;
    if (survey.has_value()) {
      note(site, std::move(*survey));
      queues_.add(keys_.unbound());
      return true;
    }
    if (site.cannot_survey(survey.error())) queues_.add(keys_.unbound());
    if (once.changed(survey.error().message))
      log_.error("the archives cannot be read: claims that want data back wait; retrying",
                 {{"export", site.where().mount}, {"error", survey.error().message}});
    if (!clock_.wait_for(start_backoff(failures), stop)) return false;
  }
}

void ArchiveReader::note(ExportSite& site, ArchiveSurvey survey) {
  for (auto const& name : survey.unreadable)
    log_.warning("a record cannot be read; it and its archive are kept as they are",
                 {{"export", site.where().mount}, {"record", name}});
  for (auto const& volume : survey.away)
    log_.warning(
        "an archive is on a file system inside the export that is not mounted; it is kept, and who wants it waits",
        {{"export", site.where().mount}, {"volume", volume}});
  for (auto const& volume : survey.dangling)
    log_.warning("an archive is gone, its record is still there", {{"export", site.where().mount}, {"volume", volume}});
  site.found_unrecorded(std::move(survey.unrecorded));
  log_.info("all archives are known",
            {{"export", site.where().mount}, {"archives", std::to_string(site.archive_count())}});
}

}  // namespace nfs
