#include "provisioner/exports/export_site.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "provisioner/core/naming.hpp"

namespace nfs {
namespace {

/// By its names, or by the directory that the claim may share.
bool may_be_of(ArchiveRecord const& record, k8s::Claim const& claim, std::optional<RelativePath> const& shared) {
  if (record.claim_namespace != claim.meta.name_space) return false;
  return record.claim_name == claim.meta.name || (shared && record.original_path == shared->text());
}

}  // namespace

KnownArchives ExportSite::archives_of(k8s::Claim const& claim, std::optional<WantedPlace> const& place) const {
  // In this order: what comes to be known while it is read makes the version differ.
  KnownArchives archives{.version = archives_version()};
  archives.known = archives_known();
  auto const& catalog = store_.catalog();
  if (place) {
    archives.here = catalog.around_path(place->path.text(), [&](ArchiveRecord const& record) {
      return reserves(record, place->path, place->asker, place->sharing) ||
             was_kept_for(record, place->path, place->asker, place->sharing);
    });
  }
  bool const may_share = place && place->sharing != SharedDirectory::never;
  auto const shared = may_share ? std::optional(place->path) : std::nullopt;
  auto const* wanted = k8s::find(claim.meta.annotations, names::restore_from);
  if (wanted != nullptr && *wanted != names::restore_latest && *wanted != names::restore_none) {
    auto record = catalog.find(*wanted);
    if (record && may_be_of(*record, claim, shared)) archives.records.push_back(std::move(*record));
    if (auto left = upstreams_archive(claim, *wanted)) archives.records.push_back(std::move(*left));
    return archives;
  }
  archives.records = catalog.newest_of_claim(claim.meta.name_space, claim.meta.name);
  if (shared) {
    for (auto& record : catalog.newest_of_path(shared->text())) archives.records.push_back(std::move(record));
  }
  return archives;
}

std::optional<ArchiveRecord> ExportSite::upstreams_archive(k8s::Claim const& claim, std::string const& volume) const {
  auto const name = archive_name(claim.meta.name_space, claim.meta.name, volume);
  k8s::MutexLock const lock(mutex_);
  if (!unrecorded_.contains(name)) return std::nullopt;
  // No time and no namespace's uid: it is given only by name, and only where the class vouches for the namespace.
  ArchiveRecord upstreams;
  upstreams.volume = volume;
  upstreams.claim_namespace = claim.meta.name_space;
  upstreams.claim_name = claim.meta.name;
  upstreams.archived_path = name;
  return upstreams;
}

std::uint64_t ExportSite::archives_version() const {
  auto const recorded = store_.catalog().version();
  k8s::MutexLock const lock(mutex_);
  return recorded + unrecorded_version_;
}

void ExportSite::found_unrecorded(std::vector<std::string> archives) {
  k8s::MutexLock const lock(mutex_);
  unrecorded_ = {archives.begin(), archives.end()};
  archives_known_ = ArchiveKnowledge::complete;
  ++unrecorded_version_;
}

bool ExportSite::cannot_survey(StorageError const& error) {
  auto const why = error.fault == StorageFault::too_many ? ArchiveKnowledge::too_many : ArchiveKnowledge::unreadable;
  k8s::MutexLock const lock(mutex_);
  ++unrecorded_version_;
  return std::exchange(archives_known_, why) != why;
}

ArchiveKnowledge ExportSite::archives_known() const {
  k8s::MutexLock const lock(mutex_);
  return archives_known_;
}

std::size_t ExportSite::archive_count() const {
  auto const recorded = store_.catalog().moved_aside();
  k8s::MutexLock const lock(mutex_);
  return recorded + unrecorded_.size();
}

std::vector<std::string> ExportSite::keep_unrecorded(std::set<std::string, std::less<>> const& standing) {
  std::vector<std::string> gone;
  k8s::MutexLock const lock(mutex_);
  std::ranges::set_difference(unrecorded_, standing, std::back_inserter(gone));
  for (auto const& name : gone) unrecorded_.erase(name);
  if (!gone.empty()) ++unrecorded_version_;
  return gone;
}

void ExportSite::forget_archive(std::string const& name) {
  k8s::MutexLock const lock(mutex_);
  unrecorded_.erase(name);
  ++unrecorded_version_;
}

}  // namespace nfs
