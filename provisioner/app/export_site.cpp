#include "provisioner/app/export_site.hpp"

#include <utility>

#include "provisioner/core/naming.hpp"

namespace nfs {

std::vector<ArchiveRecord> ExportSite::archives_of(k8s::Claim const& claim,
                                                   std::optional<RelativePath> const& shared) const {
  auto records = store_.catalog().of_claim(claim.meta.name_space, claim.meta.name);
  if (shared)
    for (auto& record : store_.catalog().of_path(shared->text())) records.push_back(std::move(record));
  auto const* wanted = k8s::find(claim.meta.annotations, names::restore_from);
  if (wanted == nullptr) return records;
  auto const name = archive_name(claim.meta.name_space, claim.meta.name, *wanted);
  auto const lock = std::scoped_lock(mutex_);
  if (!unrecorded_.contains(name)) return records;
  // No time and no namespace's uid: it is given only by name, and only where the class vouches for the namespace.
  ArchiveRecord upstreams;
  upstreams.volume = *wanted;
  upstreams.claim_namespace = claim.meta.name_space;
  upstreams.claim_name = claim.meta.name;
  upstreams.archived_path = name;
  records.push_back(std::move(upstreams));
  return records;
}

void ExportSite::found_unrecorded(std::vector<std::string> archives) {
  auto const lock = std::scoped_lock(mutex_);
  unrecorded_ = {archives.begin(), archives.end()};
  archives_known_ = ArchiveKnowledge::complete;
}

bool ExportSite::cannot_survey(StorageError const& error) {
  auto const why = error.fault == StorageFault::too_many ? ArchiveKnowledge::too_many : ArchiveKnowledge::unreadable;
  auto const lock = std::scoped_lock(mutex_);
  return std::exchange(archives_known_, why) != why;
}

ArchiveKnowledge ExportSite::archives_known() const {
  auto const lock = std::scoped_lock(mutex_);
  return archives_known_;
}

std::size_t ExportSite::archive_count() const {
  auto const recorded = store_.catalog().moved_aside();
  auto const lock = std::scoped_lock(mutex_);
  return recorded + unrecorded_.size();
}

void ExportSite::forget_archive(std::string const& name) {
  auto const lock = std::scoped_lock(mutex_);
  unrecorded_.erase(name);
}

}  // namespace nfs
