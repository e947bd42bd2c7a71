#include <fmt/format.h>

#include <set>

#include "provisioner/storage/documents.hpp"
#include "provisioner/storage/failure.hpp"
#include "provisioner/storage/private_layout.hpp"
#include "provisioner/storage/volume_store.hpp"

namespace nfs {
namespace {

constexpr std::size_t most_entries = 1 << 20;
/// Short enough to be purged by: the end, with the volume's name, is kept.
std::string trash_name(std::string_view archive) {
  constexpr std::size_t longest = 250;
  std::string name(archive);
  if (name.size() > longest) name.erase(names::archive_prefix.size(), name.size() - longest);
  return name;
}

}  // namespace

StorageResult<ArchiveSurvey> VolumeStore::survey_archives(SurveyOptions const& options) {
  if (auto ready = healthy(); ready.has_error()) return ready.error();
  catalog_.begin_reading();
  auto found = survey(files_, options, [this](std::string_view volume) { return being_restored(volume); });
  if (found.has_error()) return found.error();
  auto& dangling = found->rest.dangling;
  std::erase_if(dangling, [&](std::string const& volume) { return catalog_.changed_meanwhile(volume); });
  for (auto const& volume : catalog_.finish_reading(std::move(found->records))) {
    // Kept in place, and released from there while the records were read. One that stays tells of nothing, no more.
    (void)forget_record(volume);
  }
  forget_spent(dangling);
  return std::move(found->rest);
}

/// settle() and prune() remove a record last: after a crash before that it tells of nothing. Best effort.
void VolumeStore::forget_spent(std::vector<std::string>& dangling) {
  if (dangling.empty()) return;
  // What is seen may be a crash old and not synced yet: an archive that came back, or an intent that would take it
  // back, would be without its record.
  for (auto const directory : {layout::volumes, layout::creating, layout::trash, std::string_view("")}) {
    if (sync(directory).has_error()) return;
  }
  std::lock_guard const lock(archives_mutex_);
  std::set<std::string, std::less<>> restored;
  if (auto const settled = read_intents(layout::volumes); settled.has_value()) {
    for (auto const& intent : *settled) restored.insert(intent.restored_from);
  }
  std::erase_if(dangling, [&](std::string const& volume) {
    auto const record = find_record(volume);
    if (record.has_error()) return false;
    if (!*record) return true;  // settled or pruned meanwhile
    auto const back = stands((*record)->archived_path);
    auto const trashed = stands(layout::trash_of(volume));
    bool const spent = restored.contains(volume) || (trashed.has_value() && *trashed);
    return spent && back.has_value() && !*back && forget_record(volume).has_value();
  });
}

StorageResult<bool> VolumeStore::prune(ArchiveRecord const& record) {
  if (auto ready = ready_for(record.volume); ready.has_error()) return ready.error();
  std::lock_guard const lock(archives_mutex_);
  auto const standing = find_record(record.volume);
  if (standing.has_error()) return standing.error();
  // Restored or changed meanwhile: what was meant to go is not what stands there.
  if (!*standing || **standing != record || record.in_place()) {
    catalog_.remove(record.volume);
    return false;
  }
  auto const there = directory_stands(record.archived_path);
  if (there.has_error()) return there.error();
  if (being_restored(record.volume)) return false;
  if (*there) {
    auto const moved = move_private(record.archived_path, layout::trash_of(record.volume));
    if (moved.has_error()) return moved.error();
  }
  // Moved just now, or by a call that failed after that: an archive that came back would be without its record.
  if (auto synced = sync(layout::trash); synced.has_error()) return synced.error();
  if (auto synced = sync(""); synced.has_error()) return synced.error();
  if (auto forgotten = forget_record(record.volume); forgotten.has_error()) return forgotten.error();
  catalog_.remove(record.volume);
  return *there;
}

StorageResult<void> VolumeStore::take_out(std::string_view archive, RelativePath const& to) {
  if (auto ready = healthy(); ready.has_error()) return ready;
  auto const& path = to.text();
  if (!archive.starts_with(names::archive_prefix) || component_count(archive) != 1 || layout::is_private(path)) {
    return describe({StorageFault::io, "it is no archive, or the target is the program's own"}, "restore", archive);
  }
  std::lock_guard const lock(archives_mutex_);
  auto const there = directory_stands(archive);
  if (there.has_error()) return there.error();
  if (!*there) return describe({StorageFault::not_found, "there is no such archive"}, "restore", archive);
  auto const occupied = stands(path);
  if (occupied.has_error()) return occupied.error();
  if (*occupied) return describe({StorageFault::exists, "something stands there already"}, "restore to", path);
  if (auto clear = clear_of_volumes(path); clear.has_error()) return clear;
  Intent way;
  way.path = path;
  if (auto made = make_parents(way); made.has_error()) return made;
  // Data must not be moved to a place that a crash could take away.
  if (auto synced = sync_way_to(path); synced.has_error()) return synced;
  if (auto moved = files_.rename(archive, path); moved.has_error()) return moved;
  if (auto synced = sync(parent_of(path)); synced.has_error()) return synced;
  if (auto synced = sync(""); synced.has_error()) return synced;
  return forget_records_of(archive);
}

/// Of those that this program made or is making. The place of one whose directory is gone may be filled again.
StorageResult<void> VolumeStore::clear_of_volumes(std::string_view path) {
  for (auto const directory : {layout::volumes, layout::creating}) {
    auto const standing = read_intents(directory);
    if (standing.has_error()) return standing.error();
    for (auto const& each : *standing) {
      if (!lies_below(path, each.path) && !lies_below(each.path, path)) continue;
      return describe({StorageFault::exists, fmt::format("it is in one tree with {:?}, which volume {} has; choose "
                                                         "another place",
                                                         each.path, each.volume)},
                      "restore to", path);
    }
  }
  return {};
}

StorageResult<std::string> VolumeStore::throw_away(std::string_view archive) {
  if (auto ready = healthy(); ready.has_error()) return ready.error();
  if (!archive.starts_with(names::archive_prefix) || component_count(archive) != 1) {
    return describe({StorageFault::io, "it is no archive"}, "purge", archive);
  }
  std::lock_guard const lock(archives_mutex_);
  auto const there = directory_stands(archive);
  if (there.has_error()) return there.error();
  if (!*there) return describe({StorageFault::not_found, "there is no such archive"}, "purge", archive);
  auto const name = trash_name(archive);
  if (auto moved = move_private(archive, layout::trash_of(name)); moved.has_error()) return moved.error();
  if (auto synced = sync(layout::trash); synced.has_error()) return synced.error();
  if (auto synced = sync(""); synced.has_error()) return synced.error();
  if (auto forgotten = forget_records_of(archive); forgotten.has_error()) return forgotten.error();
  return name;
}

StorageResult<void> VolumeStore::forget_records_of(std::string_view archive) {
  for (auto const& record : catalog_.all()) {
    if (record.archived_path != archive) continue;
    if (auto forgotten = forget_record(record.volume); forgotten.has_error()) return forgotten;
    catalog_.remove(record.volume);
  }
  return {};
}

StorageResult<std::vector<Intent>> VolumeStore::volumes() {
  if (auto ready = healthy(); ready.has_error()) return ready.error();
  return read_intents(layout::volumes);
}

StorageResult<std::vector<Intent>> VolumeStore::read_intents(std::string_view directory) {
  auto const listed = list_private(directory, most_entries);
  if (listed.has_error()) return listed.error();
  std::vector<Intent> found;
  for (auto const& entry : *listed) {
    if (!layout::is_volume_name(entry.name)) continue;
    auto const text = files_.read_file(joined(directory, entry.name), layout::max_document_bytes);
    if (text.has_error() && text.error().fault == StorageFault::not_found) continue;
    if (text.has_error() && text.error().fault != StorageFault::malformed) return text.error();
    if (text.has_error()) continue;
    auto intent = read_intent(*text);
    if (intent.has_value() && intent->volume == entry.name) found.push_back(std::move(*intent));
  }
  return found;
}

}  // namespace nfs
