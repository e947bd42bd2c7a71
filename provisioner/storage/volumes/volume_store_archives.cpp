#include <fmt/format.h>

#include <set>

#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/inner_place.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"

namespace nfs {

StorageResult<ArchiveSurvey> VolumeStore::survey_archives(SurveyOptions const& options) {
  if (auto ready = healthy(); ready.has_error()) return ready.error();
  catalog_.begin_reading();
  auto ours = options;
  ours.cluster_id = cluster_id();
  auto found = survey(files_, ours, [this](std::string_view volume) { return being_restored(volume); });
  if (found.has_error()) return found.error();
  auto& dangling = found->rest.dangling;
  std::erase_if(dangling, [&](std::string const& volume) { return catalog_.changed_meanwhile(volume); });
  auto const left = catalog_.finish_reading(std::move(found->records));
  if (!options.tidy) return std::move(found->rest);
  for (auto const& volume : left) {
    // Kept in place, and released from there while the records were read. One that stays tells of nothing, no more.
    (void)forget_record(volume);
  }
  forget_spent(dangling);
  return std::move(found->rest);
}

StorageResult<bool> VolumeStore::is_taken_away(ArchiveRecord const& archive) {
  RETURN_IF_ERROR(ready_for(archive.volume));
  return parts_.archives.is_taken_away(archive);
}

StorageResult<TakenAway> VolumeStore::forget_taken_away() {
  RETURN_IF_ERROR(healthy());
  return parts_.archives.forget_taken_away();
}

StorageResult<std::pair<FileTime, FileTime>> VolumeStore::archives_changed_at() {
  RETURN_IF_ERROR(healthy());
  ASSIGN_OR_RETURN(auto const root, files_.status(""));
  auto const records = files_.status(layout::archives);
  // Nobody has archived anything yet, or the empty directory was cleared away.
  bool const none = records.has_error() && records.error().fault == StorageFault::not_found;
  if (records.has_error() && !none) return records.error();
  return std::pair(root.changed, none ? FileTime() : records->changed);
}

StorageResult<std::optional<std::string>> VolumeStore::unknown_above(RelativePath const& to) {
  RETURN_IF_ERROR(healthy());
  std::string above(parent_of(to.text()));
  while (!above.empty()) {
    ASSIGN_OR_RETURN(bool const there, stands(above));
    if (there) break;
    above = std::string(parent_of(above));
  }
  if (above.empty()) return std::optional<std::string>{};
  for (auto const all : {&Intents::all_settled, &Intents::all_begun}) {
    ASSIGN_OR_RETURN(auto const found, (parts_.intents.*all)());
    for (auto const& each : found) {
      if (lies_below(each.path, above)) return std::optional<std::string>{};
    }
  }
  for (auto const& record : catalog_.all()) {
    if (lies_below(record.original_path, above)) return std::optional<std::string>{};
  }
  return std::optional(above);
}

/// settle() and prune() remove a record last: after a crash before that it tells of nothing. Best effort.
void VolumeStore::forget_spent(std::vector<std::string>& dangling) {
  if (dangling.empty()) return;
  // What is seen may be a crash old and not synced yet: an archive that came back, or an intent that would take it
  // back, would be without its record.
  for (auto const& directory : {parts_.cluster.volumes(), parts_.cluster.creating(), parts_.cluster.resting(),
                                parts_.cluster.trash(), std::string()}) {
    if (sync(directory).has_error()) return;
  }
  k8s::MutexLock const lock(archives_mutex_);
  std::set<std::string, std::less<>> restored;
  if (auto const settled = parts_.intents.all_settled(); settled.has_value()) {
    for (auto const& intent : *settled) restored.insert(intent.restored_from);
  }
  std::erase_if(dangling, [&](std::string const& volume) {
    auto const record = find_record(volume);
    if (record.has_error()) return false;
    if (!*record) return true;  // settled or pruned meanwhile
    // After a restore of etcd a volume may have been made again, and what is in the trash is of its first life.
    if (parts_.archives.is_being_released(volume)) return false;
    auto const& place = (*record)->archived_path;
    if (!inner_root_of(place).empty() && parts_.directories.sync_nearest(parent_of(place)).has_error()) return false;
    auto const back = stands(place);
    auto const rests = stands(parts_.cluster.resting_of(volume));
    auto const trashed = stands(parts_.cluster.trash_of(volume));
    bool const in_trash = (rests.has_value() && *rests) || (trashed.has_value() && *trashed);
    bool const spent = restored.contains(volume) || in_trash;
    return spent && back.has_value() && !*back && forget_record(volume).has_value();
  });
}

}  // namespace nfs
