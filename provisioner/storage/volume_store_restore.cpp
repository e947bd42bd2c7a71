#include <fmt/format.h>

#include <algorithm>

#include "provisioner/storage/documents.hpp"
#include "provisioner/storage/failure.hpp"
#include "provisioner/storage/private_layout.hpp"
#include "provisioner/storage/volume_store.hpp"

namespace nfs {
namespace {

/// A parent may go, empty so far, between two steps of ours.
constexpr int tries_to_make = 8;

StorageError no_archive(ArchiveRecord const& archive, std::string_view why) {
  return describe({StorageFault::not_found, std::string(why)}, "restore archive", archive.archived_path);
}

}  // namespace

StorageResult<Created> VolumeStore::restore(DirectoryRequest const& request, ArchiveRecord const& archive,
                                            bool asked_for) {
  auto const& path = request.path.text();
  if (layout::is_private(path) || layout::is_private(archive.archived_path) || archive.in_place()) {
    return describe({StorageFault::io, "neither may lie in the program's own directory, nor be the same"},
                    "restore archive", archive.archived_path);
  }
  if (auto ready = ready_for(request.volume); ready.has_error()) return ready.error();
  if (!layout::is_volume_name(archive.volume)) return no_archive(archive, "its record names no volume");
  auto const intent = find_intent(request.volume);
  if (intent.has_error()) return intent.error();
  bool const same = *intent && (*intent)->path == path && (*intent)->restored_from == archive.volume;
  if (*intent && !same) {  // asked for differently before, in vain
    if (auto undone = undo_create(request.volume); undone.has_error()) return undone.error();
  }
  std::lock_guard const lock(archives_mutex_);
  auto const there = directory_stands(path);
  if (there.has_error()) {
    if (there.error().fault != StorageFault::not_directory) return there.error();
    return describe({StorageFault::not_directory, "something else than a directory stands there; move it away"},
                    "restore to", path);
  }
  if (same && *there) {
    auto const waits = stands(archive.archived_path);
    if (waits.has_error()) return waits.error();
    if (!*waits) {
      note_restoring(request.volume, archive.volume);
      if (auto synced = sync_way_to(path); synced.has_error()) return synced.error();
      return Created::restored;
    }
  }
  if (*there && !asked_for) {
    // An intent would have this directory put where the archive stood.
    if (same) {
      if (auto removed = remove_intent(request.volume); removed.has_error()) return removed.error();
    }
    if (request.only_new) return create(request);  // which says why not
    return adopt(path);
  }
  if (auto waiting = archive_there(archive, request.volume); waiting.has_error()) return waiting.error();
  if (*there) {
    if (auto room = make_room(path); room.has_error()) return room.error();
  }
  return restore_by_move(request, archive,
                         same ? (*intent)->existing : static_cast<std::uint32_t>(component_count(path)));
}

/// `most_existing`: of the leading components that stand, how many at most did so before this volume made any.
StorageResult<Created> VolumeStore::restore_by_move(DirectoryRequest const& request, ArchiveRecord const& archive,
                                                    std::uint32_t most_existing) {
  auto const& path = request.path.text();
  for (int tries = tries_to_make;; --tries) {
    auto const standing = count_standing(path);
    if (standing.has_error()) return standing.error();
    most_existing = std::min(most_existing, *standing);
    Intent const intent{.volume = request.volume,
                        .claim_namespace = request.claim_namespace,
                        .claim_name = request.claim_name,
                        .claim_uid = request.claim_uid,
                        .path = path,
                        .existing = most_existing,
                        .restored_from = archive.volume,
                        .restored_path = archive.archived_path};
    // Before it is written: what answers with an error may be written all the same, and the archive must not be pruned.
    note_restoring(request.volume, archive.volume);
    if (auto written = write_intent(intent); written.has_error()) {
      auto const stands = find_intent(request.volume);
      if (stands.has_value() && !*stands) forget_restoring(request.volume);
      return written.error();
    }
    auto const parents = make_parents(intent);
    // Data must not be moved to a place that a crash could take away.
    auto const way = parents.has_value() ? sync_way_to(path) : parents;
    auto const moved = way.has_value() ? files_.rename(archive.archived_path, path) : way;
    if (moved.has_error() && moved.error().fault == StorageFault::not_found) {
      if (auto there = archive_there(archive, request.volume); there.has_error()) return there.error();
      if (tries > 0) continue;
      return describe({StorageFault::busy, "its parents come and go"}, "restore to", path);
    }
    if (moved.has_error()) return moved.error();
    if (auto synced = sync(parent_of(path)); synced.has_error()) return synced.error();
    if (auto synced = sync(parent_of(archive.archived_path)); synced.has_error()) return synced.error();
    return Created::restored;
  }
}

/// All the way: a neighbour may have made a parent and not have synced it yet. The archive's parent, the root, is on
/// it. First the trash: a release that went no further than its rename has left the place free, and the directory that
/// it moved must not come back to it.
StorageResult<void> VolumeStore::sync_way_to(std::string_view path) {
  if (auto synced = sync(layout::trash); synced.has_error()) return synced;
  for (std::size_t count = 0; count < component_count(path); ++count) {
    if (auto synced = sync(leading(path, count)); synced.has_error()) return synced;
  }
  return {};
}

/// An empty directory gives way to what was asked for.
StorageResult<void> VolumeStore::make_room(std::string_view path) {
  auto const removed = files_.remove_directory(path);
  if (removed.has_value() || removed.error().fault == StorageFault::not_found) return {};
  if (removed.error().fault != StorageFault::exists) return removed.error();
  return describe(
      {StorageFault::exists, "a directory with data stands there; move it away, or take the annotation off"},
      "restore to", path);
}

StorageResult<void> VolumeStore::archive_there(ArchiveRecord const& archive, std::string_view for_volume) {
  {
    std::lock_guard const lock(mutex_);
    for (auto const& [volume, restored] : restoring_) {
      if (restored == archive.volume && volume != for_volume) {
        return describe({StorageFault::busy, "another volume is being made of it"}, "restore archive",
                        archive.archived_path);
      }
    }
  }
  auto const record = find_record(archive.volume);
  if (record.has_error()) return record.error();
  bool const recorded = !archive.time.empty();
  bool const known = !recorded || (*record && (*record)->archived_path == archive.archived_path);
  auto const there = directory_stands(archive.archived_path);
  if (there.has_error()) return there.error();
  if (known && *there) return {};
  // Somebody moved it by hand, or purged it: it is not to be chosen again.
  catalog_.remove(archive.volume);
  return no_archive(archive, known ? "it is gone" : "its record is gone or is of another archive");
}

/// The volume never came to be: the archive goes back to where it stood.
StorageResult<void> VolumeStore::take_back(Intent const& intent) {
  if (intent.restored_from.empty()) return {};
  std::lock_guard const lock(archives_mutex_);
  auto const waits = stands(intent.restored_path);
  if (waits.has_error()) return waits.error();
  auto const there = directory_stands(intent.path);
  if (there.has_error()) return there.error();
  if (!*waits && *there) {
    if (auto moved = files_.rename(intent.path, intent.restored_path); moved.has_error()) return moved.error();
  }
  if (auto synced = sync(parent_of(intent.restored_path)); synced.has_error()) return synced;
  if (auto synced = sync_nearest(parent_of(intent.path)); synced.has_error()) return synced;
  return {};
}

/// The volume came to be: what its archive was is told by no record any more.
StorageResult<void> VolumeStore::finish_restore(Intent const& intent) {
  if (intent.restored_from.empty()) return {};
  std::lock_guard const lock(archives_mutex_);
  auto const waits = stands(intent.restored_path);
  if (waits.has_error()) return waits.error();
  if (!*waits) {
    if (auto forgotten = forget_record(intent.restored_from); forgotten.has_error()) return forgotten;
    catalog_.remove(intent.restored_from);
  }
  forget_restoring(intent.volume);
  return {};
}

/// What a volume that is being settled was restored from, if it was; the first settle() may have failed half-way.
StorageResult<std::optional<Intent>> VolumeStore::restored_for(std::string_view volume) {
  if (!restoring(volume)) return std::optional<Intent>();
  auto intent = find_intent(volume);
  return intent.has_value() && !*intent ? find_settled(volume) : intent;
}

std::optional<std::string> VolumeStore::restoring(std::string_view volume) const {
  std::lock_guard const lock(mutex_);
  auto const at = restoring_.find(volume);
  return at == restoring_.end() ? std::nullopt : std::optional(at->second);
}

bool VolumeStore::being_restored(std::string_view archive) const {
  std::lock_guard const lock(mutex_);
  return std::ranges::any_of(restoring_, [&](auto const& entry) { return entry.second == archive; });
}

void VolumeStore::note_restoring(std::string const& volume, std::string const& archive) {
  std::lock_guard const lock(mutex_);
  restoring_.insert_or_assign(volume, archive);
}

void VolumeStore::forget_restoring(std::string const& volume) {
  std::lock_guard const lock(mutex_);
  restoring_.erase(volume);
}

}  // namespace nfs
