#include "provisioner/storage/archive_catalog.hpp"

#include <algorithm>

#include "provisioner/core/restore.hpp"

namespace nfs {

namespace {

template <class Index, class Key>
void drop_from(Index& index, Key const& key, std::string_view volume) {
  auto [from, to] = index.equal_range(key);
  auto const at = std::find_if(from, to, [&](auto const& each) { return each.second == volume; });
  if (at != to) index.erase(at);
}

}  // namespace

void ArchiveCatalog::begin_reading() {
  auto const lock = std::scoped_lock(mutex_);
  complete_ = false;
  changed_.clear();  // what was changed before is read
}

std::vector<std::string> ArchiveCatalog::finish_reading(std::vector<ArchiveRecord> records) {
  auto const lock = std::scoped_lock(mutex_);
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
  return moved;
}

bool ArchiveCatalog::complete() const {
  auto const lock = std::scoped_lock(mutex_);
  return complete_;
}

bool ArchiveCatalog::changed_meanwhile(std::string_view volume) const {
  auto const lock = std::scoped_lock(mutex_);
  return changed_.contains(volume);
}

void ArchiveCatalog::put(ArchiveRecord record) {
  auto const lock = std::scoped_lock(mutex_);
  note_change(record.volume);
  auto const vacated = record.in_place() ? vacated_.find(record.original_path) : vacated_.end();
  if (vacated != vacated_.end()) vacated->second.insert(record.volume);
  erase(record.volume);
  insert(std::move(record));
}

void ArchiveCatalog::remove(std::string_view volume) {
  auto const lock = std::scoped_lock(mutex_);
  note_change(volume);
  erase(volume);
}

void ArchiveCatalog::note_change(std::string_view volume) {
  if (!complete_) changed_.emplace(volume);
}

std::vector<std::string> ArchiveCatalog::vacate(std::string_view path) {
  auto const lock = std::scoped_lock(mutex_);
  if (!complete_) vacated_.try_emplace(std::string(path));
  std::vector<std::string> volumes;
  auto const [from, to] = by_path_.equal_range(std::string(path));
  for (auto at = from; at != to; ++at) {
    if (by_volume_.find(at->second)->second.record.in_place()) volumes.push_back(at->second);
  }
  return volumes;
}

void ArchiveCatalog::insert(ArchiveRecord record) {
  by_claim_.emplace(ClaimKey{record.claim_namespace, record.claim_name}, record.volume);
  by_path_.emplace(record.original_path, record.volume);
  auto const ends = ends_at(record);
  auto volume = record.volume;
  by_volume_.insert_or_assign(std::move(volume), Entry{std::move(record), ends});
}

void ArchiveCatalog::erase(std::string_view volume) {
  auto const at = by_volume_.find(volume);
  if (at == by_volume_.end()) return;
  auto const& record = at->second.record;
  drop_from(by_claim_, ClaimKey{record.claim_namespace, record.claim_name}, volume);
  drop_from(by_path_, record.original_path, volume);
  by_volume_.erase(at);
}

std::vector<ArchiveRecord> ArchiveCatalog::of_claim(std::string const& name_space, std::string const& claim) const {
  auto const lock = std::scoped_lock(mutex_);
  std::vector<ArchiveRecord> records;
  auto const [from, to] = by_claim_.equal_range({name_space, claim});
  for (auto at = from; at != to; ++at) records.push_back(by_volume_.find(at->second)->second.record);
  return records;
}

std::vector<ArchiveRecord> ArchiveCatalog::of_path(std::string const& path) const {
  auto const lock = std::scoped_lock(mutex_);
  std::vector<ArchiveRecord> records;
  auto const [from, to] = by_path_.equal_range(path);
  for (auto at = from; at != to; ++at) records.push_back(by_volume_.find(at->second)->second.record);
  return records;
}

std::vector<ArchiveRecord> ArchiveCatalog::all() const {
  auto const lock = std::scoped_lock(mutex_);
  std::vector<ArchiveRecord> records;
  for (auto const& [volume, entry] : by_volume_) records.push_back(entry.record);
  return records;
}

std::size_t ArchiveCatalog::moved_aside() const {
  auto const lock = std::scoped_lock(mutex_);
  return static_cast<std::size_t>(std::count_if(by_volume_.begin(), by_volume_.end(),
                                                [](auto const& each) { return !each.second.record.in_place(); }));
}

std::vector<ArchiveRecord> ArchiveCatalog::ended(std::chrono::system_clock::time_point now) const {
  auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  auto const lock = std::scoped_lock(mutex_);
  std::vector<ArchiveRecord> records;
  if (!complete_) return records;
  for (auto const& [volume, entry] : by_volume_)
    if (entry.ends_at && *entry.ends_at <= seconds) records.push_back(entry.record);
  return records;
}

}  // namespace nfs
