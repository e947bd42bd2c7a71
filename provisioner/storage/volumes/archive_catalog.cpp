#include "provisioner/storage/volumes/archive_catalog.hpp"

#include <algorithm>

#include "provisioner/core/restore.hpp"

namespace nfs {

namespace {

namespace order = archive_order;

bool is_of_claim(ArchiveRecord const& record, std::string_view name_space, std::string_view claim) {
  return record.claim_namespace == name_space && record.claim_name == claim;
}

/// The first of each group, from `first` on, as long as `belongs`.
template <class Index, class Group, class Predicate>
std::vector<ArchiveRecord> newest_of_each(Index const& index, Group const& first, Predicate belongs) {
  std::vector<ArchiveRecord> records;
  auto at = index.lower_bound(first);
  while (at != index.end() && belongs(**at)) {
    records.push_back(**at);
    at = index.upper_bound(Index::key_compare::group(**at));
  }
  return records;
}

/// Whether one `belongs` that is of another volume. Only one can be of this volume.
template <class Index, class Group, class Predicate>
bool has_other(Index const& index, Group const& first, std::string_view volume, Predicate belongs) {
  auto at = index.lower_bound(first);
  if (at != index.end() && belongs(**at) && (*at)->volume == volume) ++at;
  return at != index.end() && belongs(**at);
}

}  // namespace

void ArchiveCatalog::begin_reading() {
  k8s::MutexLock const lock(mutex_);
  complete_ = false;
  changed_.clear();  // what was changed before is read
}

std::vector<std::string> ArchiveCatalog::finish_reading(std::vector<ArchiveRecord> records) {
  k8s::MutexLock const lock(mutex_);
  // What an earlier reading found, and this one did not, is gone.
  std::vector<std::string> unconfirmed;
  for (auto const& [volume, entry] : by_volume_) {
    if (!changed_.contains(volume)) unconfirmed.push_back(volume);
  }
  for (auto const& volume : unconfirmed) erase(volume);
  std::vector<std::string> moved;
  for (auto& record : records) {
    if (changed_.contains(record.volume)) continue;
    auto const vacated = record.in_place() ? vacated_.find(record.original_path) : vacated_.end();
    if (vacated != vacated_.end() && !vacated->second.contains(record.volume)) {
      moved.push_back(record.volume);
    } else {
      insert(std::move(record));
    }
  }
  changed_.clear();
  vacated_.clear();
  complete_ = true;
  ++version_;
  return moved;
}

bool ArchiveCatalog::complete() const {
  k8s::MutexLock const lock(mutex_);
  return complete_;
}

bool ArchiveCatalog::changed_meanwhile(std::string_view volume) const {
  k8s::MutexLock const lock(mutex_);
  return changed_.contains(volume);
}

void ArchiveCatalog::put(ArchiveRecord record) {
  k8s::MutexLock const lock(mutex_);
  note_change(record.volume);
  auto const vacated = record.in_place() ? vacated_.find(record.original_path) : vacated_.end();
  if (vacated != vacated_.end()) vacated->second.insert(record.volume);
  insert(std::move(record));
}

void ArchiveCatalog::remove(std::string_view volume) {
  k8s::MutexLock const lock(mutex_);
  note_change(volume);
  erase(volume);
}

bool ArchiveCatalog::remove_unchanged(ArchiveRecord const& known) {
  k8s::MutexLock const lock(mutex_);
  auto const at = by_volume_.find(known.volume);
  if (at == by_volume_.end() || at->second.record != known) return false;
  note_change(known.volume);
  erase(known.volume);
  return true;
}

void ArchiveCatalog::note_change(std::string_view volume) {
  if (!complete_) changed_.emplace(volume);
}

std::vector<std::string> ArchiveCatalog::vacate(std::string_view path) {
  k8s::MutexLock const lock(mutex_);
  if (!complete_) vacated_.try_emplace(std::string(path));
  std::vector<std::string> volumes;
  auto at = by_path_.lower_bound(order::first_group_of_path(path));  // those in place come first
  for (; at != by_path_.end() && (*at)->original_path == path && (*at)->in_place(); ++at) {
    volumes.push_back((*at)->volume);
  }
  return volumes;
}

void ArchiveCatalog::insert(ArchiveRecord record) {
  auto const ends = ends_at(record);
  auto volume = record.volume;
  erase(volume);
  auto const& kept = by_volume_.emplace(std::move(volume), Entry{std::move(record), ends}).first->second.record;
  by_claim_.insert(&kept);
  by_path_.insert(&kept);
  ++version_;
}

void ArchiveCatalog::erase(std::string_view volume) {
  auto const at = by_volume_.find(volume);
  if (at == by_volume_.end()) return;
  by_claim_.erase(&at->second.record);
  by_path_.erase(&at->second.record);
  by_volume_.erase(at);
  ++version_;
}

std::uint64_t ArchiveCatalog::version() const {
  k8s::MutexLock const lock(mutex_);
  return version_;
}

std::optional<ArchiveRecord> ArchiveCatalog::find(std::string_view volume) const {
  k8s::MutexLock const lock(mutex_);
  auto const at = by_volume_.find(volume);
  return at == by_volume_.end() ? std::nullopt : std::optional(at->second.record);
}

std::vector<ArchiveRecord> ArchiveCatalog::newest_of_claim(std::string_view name_space, std::string_view claim) const {
  k8s::MutexLock const lock(mutex_);
  return newest_of_each(by_claim_, order::first_group_of_claim(name_space, claim),
                        [&](ArchiveRecord const& record) { return is_of_claim(record, name_space, claim); });
}

std::vector<ArchiveRecord> ArchiveCatalog::newest_of_path(std::string_view path) const {
  k8s::MutexLock const lock(mutex_);
  return newest_of_each(by_path_, order::first_group_of_path(path),
                        [&](ArchiveRecord const& record) { return record.original_path == path; });
}

std::vector<ArchiveRecord> ArchiveCatalog::around_path(std::string_view path, Predicate const& concerns) const {
  k8s::MutexLock const lock(mutex_);
  std::vector<ArchiveRecord> records;
  auto at = by_path_.lower_bound(order::first_group_of_path(path));
  for (; at != by_path_.end() && (*at)->original_path == path; ++at) {
    if (concerns(**at)) records.push_back(**at);
  }
  for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
    auto const above = path.substr(0, slash);
    auto const stood_there = [above](ArchiveRecord const& record) { return record.original_path == above; };
    if (auto const* record = first_from(above, stood_there, concerns)) records.push_back(*record);
  }
  auto const inside = std::string(path) + "/";
  auto const stood_inside = [&](ArchiveRecord const& record) { return record.original_path.starts_with(inside); };
  if (auto const* record = first_from(inside, stood_inside, concerns)) records.push_back(*record);
  return records;
}

ArchiveRecord const* ArchiveCatalog::first_from(std::string_view first, Predicate const& belongs,
                                                Predicate const& concerns) const {
  auto at = by_path_.lower_bound(order::first_group_of_path(first));
  while (at != by_path_.end() && belongs(**at) && !concerns(**at)) ++at;
  return at != by_path_.end() && belongs(**at) ? *at : nullptr;
}

bool ArchiveCatalog::keeps_what_was_in_use(std::string_view path) const {
  k8s::MutexLock const lock(mutex_);
  auto at = by_path_.lower_bound(order::first_group_of_path(path));  // those in place come first
  for (; at != by_path_.end() && (*at)->original_path == path && (*at)->in_place(); ++at) {
    if ((*at)->was_in_use()) return true;
  }
  return false;
}

std::vector<ArchiveRecord> ArchiveCatalog::all() const {
  k8s::MutexLock const lock(mutex_);
  std::vector<ArchiveRecord> records;
  for (auto const& [volume, entry] : by_volume_) records.push_back(entry.record);
  return records;
}

std::vector<ArchiveRecord> ArchiveCatalog::those(Predicate const& concerns) const {
  k8s::MutexLock const lock(mutex_);
  std::vector<ArchiveRecord> records;
  for (auto const& [volume, entry] : by_volume_) {
    if (concerns(entry.record)) records.push_back(entry.record);
  }
  return records;
}

std::size_t ArchiveCatalog::moved_aside() const {
  k8s::MutexLock const lock(mutex_);
  return static_cast<std::size_t>(std::count_if(by_volume_.begin(), by_volume_.end(),
                                                [](auto const& each) { return !each.second.record.in_place(); }));
}

bool ArchiveCatalog::may_have_another(std::string_view name_space, std::string_view claim, std::string_view path,
                                      std::string_view but_volume) const {
  k8s::MutexLock const lock(mutex_);
  if (!complete_) return true;
  auto const of_claim = [&](ArchiveRecord const& record) { return is_of_claim(record, name_space, claim); };
  auto const of_path = [&](ArchiveRecord const& record) { return record.original_path == path; };
  return has_other(by_claim_, order::first_group_of_claim(name_space, claim), but_volume, of_claim) ||
         has_other(by_path_, order::first_group_of_path(path), but_volume, of_path);
}

std::vector<ArchiveRecord> ArchiveCatalog::ended(std::chrono::system_clock::time_point now) const {
  auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  k8s::MutexLock const lock(mutex_);
  std::vector<ArchiveRecord> records;
  if (!complete_) return records;
  for (auto const& [volume, entry] : by_volume_)
    if (entry.ends_at && *entry.ends_at <= seconds) records.push_back(entry.record);
  return records;
}

}  // namespace nfs
