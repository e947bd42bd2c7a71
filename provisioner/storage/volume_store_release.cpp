#include <fmt/format.h>

#include <variant>

#include "provisioner/storage/documents.hpp"
#include "provisioner/storage/failure.hpp"
#include "provisioner/storage/private_layout.hpp"
#include "provisioner/storage/volume_store.hpp"

namespace nfs {
namespace {

bool is_clean(std::string_view path) {
  auto const parsed = RelativePath::parse_internal(path);
  return std::holds_alternative<RelativePath>(parsed) && std::get<RelativePath>(parsed).text() == path;
}

std::optional<StorageError> refusal_of(ArchiveRecord const& record) {
  auto const refuse = [&](std::string_view why) {
    return StorageError{StorageFault::io, fmt::format("cannot archive volume {:?}: {}", record.volume, why)};
  };
  if (!is_clean(record.original_path) || layout::is_private(record.original_path)) {
    return refuse("its path is not one of a volume");
  }
  bool const in_place = record.archived_path == record.original_path;
  if (record.on_delete == "retain") return in_place ? std::nullopt : std::optional(refuse("it is to be kept in place"));
  if (record.on_delete != "archive") return refuse("neither archive nor retain is asked for");
  if (!is_clean(record.archived_path) || component_count(record.archived_path) != 1 || in_place ||
      layout::is_private(record.archived_path)) {
    return refuse("the archive is not a directory of its own at the export's root");
  }
  return std::nullopt;
}

/// Times and the like may differ: the program asked again later, or a newer one asks.
bool same_volume(ArchiveRecord const& left, ArchiveRecord const& right) {
  return left.volume == right.volume && left.claim_uid == right.claim_uid &&
         left.claim_namespace == right.claim_namespace && left.claim_name == right.claim_name &&
         left.original_path == right.original_path && left.archived_path == right.archived_path;
}

bool stays_for_good(StorageFault fault) {
  return fault == StorageFault::exists || fault == StorageFault::permission || fault == StorageFault::busy ||
         fault == StorageFault::not_directory;
}

}  // namespace

StorageResult<Released> VolumeStore::archive(ArchiveRecord const& record) {
  if (auto const refusal = refusal_of(record)) return *refusal;
  if (auto ready = ready_for(record.volume); ready.has_error()) return ready.error();
  auto const standing = find_record(record.volume);
  if (standing.has_error()) return standing.error();
  if (*standing && !same_volume(**standing, record)) {
    // One of this name was there before, and this one's request was done long after its sender had given it up: then
    // nothing was made for it.
    auto const there = stands(record.original_path);
    if (there.has_error()) return there.error();
    if (!*there) return never_there(record.volume, record.original_path, false);
    return describe({StorageFault::exists, "a record of another volume, or of another archive of it, stands there"},
                    "write", layout::record_of(record.volume));
  }
  bool const recorded = standing->has_value();
  auto const released = record.on_delete == "retain" ? retain(record, recorded) : archive_by_move(record, recorded);
  if (released.has_error()) return released;
  if (*released == Released::archived || *released == Released::retained) {
    if (auto noted = note_archive(record, recorded); noted.has_error()) return noted.error();
  }
  if (*released == Released::archived) return forget_kept_in_place(record.original_path, *released);
  return released;
}

/// The catalog says what the record says: of a move that was finished the second time, that is what was written first.
StorageResult<void> VolumeStore::note_archive(ArchiveRecord const& record, bool recorded_before) {
  auto standing = recorded_before ? find_record(record.volume) : StorageResult<std::optional<ArchiveRecord>>(record);
  if (standing.has_error()) return standing.error();
  if (*standing) catalog_.put(std::move(**standing));
  return {};
}

StorageResult<Released> VolumeStore::archive_by_move(ArchiveRecord const& record, bool recorded) {
  auto const& from = record.original_path;
  auto const& to = record.archived_path;
  auto const moved = stands(to);
  if (moved.has_error()) return moved.error();
  // The record is written first, and never when something stood at the target: with both there, the move was done.
  if (*moved && recorded) return finish_move(record.volume, from, to, Released::archived);
  auto const there = directory_stands(from);
  if (there.has_error()) return there.error();
  if (*moved && *there) {
    return describe(
        {StorageFault::exists, fmt::format("{:?} stands there already, without a record; move one of them away", to)},
        "archive", from);
  }
  auto const record_path = layout::record_of(record.volume);
  if (*moved) {  // the name holds the volume's: moved by a program that kept no records, or the record was removed
    if (auto written = write_private(record_path, write_document(record)); written.has_error()) {
      return written.error();
    }
    return finish_move(record.volume, from, to, Released::archived);
  }
  if (!*there) return vanished(record, recorded);
  auto const discarded = discard_unused(record.volume, from);
  if (discarded.has_error()) return discarded.error();
  if (*discarded) return Released::discarded;
  if (auto written = write_private(record_path, write_document(record)); written.has_error()) {
    return written.error();
  }
  auto const renamed = files_.rename(from, to);
  if (renamed.has_value()) return finish_move(record.volume, from, to, Released::archived);
  if (renamed.error().fault == StorageFault::not_found) return vanished(record, true);
  if (renamed.error().fault != StorageFault::exists) return renamed.error();
  // A record of what somebody else put there would let it be restored, and pruned. Unless both stand, another process
  // has moved the directory, or is about to: the record is its own as well.
  auto const foreign = stands(to), left = stands(from);
  if (foreign.has_value() && *foreign && left.has_value() && *left) (void)forget_record(record.volume);
  return renamed.error();
}

StorageResult<Released> VolumeStore::retain(ArchiveRecord const& record, bool recorded) {
  auto const there = directory_stands(record.original_path);
  if (there.has_error()) return there.error();
  if (!*there) return never_there(record.volume, record.original_path, recorded);
  auto const discarded = discard_unused(record.volume, record.original_path);
  if (discarded.has_error()) return discarded.error();
  if (*discarded) return Released::discarded;
  auto const path = layout::record_of(record.volume);
  if (auto written = write_private(path, write_document(record)); written.has_error()) return written.error();
  if (auto finished = finish_intent(record.volume); finished.has_error()) return finished.error();
  return Released::retained;
}

StorageResult<Released> VolumeStore::trash(std::string_view volume, RelativePath const& path) {
  auto const& from = path.text();
  if (layout::is_private(from)) return describe({StorageFault::io, "it is not a volume's"}, "remove directory", from);
  if (auto ready = ready_for(volume); ready.has_error()) return ready.error();
  auto const to = layout::trash_of(volume);
  auto const moved = stands(to);
  if (moved.has_error()) return moved.error();
  if (!*moved) {
    auto const given_back = give_back_unused(volume, from);
    if (given_back.has_error()) return given_back.error();
    if (*given_back) return Released::discarded;
    auto const there = directory_stands(from);
    if (there.has_error()) return there.error();
    if (!*there) return never_there(volume, from, false);
    auto const discarded = discard_unused(volume, from);
    if (discarded.has_error()) return discarded.error();
    if (*discarded) return Released::discarded;
    auto const renamed = move_private(from, to);
    if (renamed.has_error() && renamed.error().fault == StorageFault::not_found) {
      return never_there(volume, from, false);
    }
    if (renamed.has_error()) return renamed.error();
  }
  auto const finished = finish_move(volume, from, to, Released::trashed);
  if (finished.has_error()) return finished;
  return forget_kept_in_place(from, Released::trashed);
}

/// Earlier volumes that were kept at this path: what stood there has moved, and their records would tell of nothing.
StorageResult<Released> VolumeStore::forget_kept_in_place(std::string_view path, Released released) {
  for (auto const& volume : catalog_.vacate(path)) {
    if (auto forgotten = forget_record(volume); forgotten.has_error()) return forgotten.error();
    catalog_.remove(volume);
  }
  return released;
}

/// A directory that create() made for a volume that was never used is no data to be kept. What restore() put there is
/// data: it is released as any other, under this volume's name, from now on.
StorageResult<bool> VolumeStore::discard_unused(std::string_view volume, std::string_view path) {
  auto const intent = find_intent(volume);
  if (intent.has_error() && intent.error().fault == StorageFault::malformed) return false;
  if (intent.has_error()) return intent.error();
  if (!*intent || (*intent)->path != path || (*intent)->existing == component_count(path)) return false;
  if (!(*intent)->restored_from.empty()) return false;
  auto const gone = remove_made(**intent);
  if (gone.has_error() || !*gone) return gone;
  if (auto removed = remove_intent(volume); removed.has_error()) return removed.error();
  return true;
}

/// An archive that was given to a volume which, for all we know, was never used is not to be removed with it.
StorageResult<bool> VolumeStore::give_back_unused(std::string_view volume, std::string_view path) {
  auto const intent = find_intent(volume);
  if (intent.has_error() && intent.error().fault == StorageFault::malformed) return false;
  if (intent.has_error()) return intent.error();
  if (!*intent || (*intent)->path != path || (*intent)->restored_from.empty()) return false;
  auto const gone = remove_made(**intent);
  if (gone.has_error() || !*gone) return gone;
  if (auto removed = remove_intent(volume); removed.has_error()) return removed.error();
  return true;
}

/// What was to be moved is not there any more. Another process may have moved it since we looked at the target: then
/// the record tells of an archive that is there.
StorageResult<Released> VolumeStore::vanished(ArchiveRecord const& record, bool recorded) {
  auto const moved = stands(record.archived_path);
  if (moved.has_error()) return moved.error();
  if (!*moved) return never_there(record.volume, record.original_path, recorded);
  return finish_move(record.volume, record.original_path, record.archived_path, Released::archived);
}

/// Nothing stands at the path, nor where it would have been moved to.
StorageResult<Released> VolumeStore::never_there(std::string_view volume, std::string_view path, bool recorded) {
  // A mount that went away meanwhile shows nothing, either.
  if (auto ready = healthy(); ready.has_error()) return ready.error();
  // What an earlier life moved away and did not sync would be there again when the server comes back.
  if (auto synced = sync(layout::trash); synced.has_error()) return synced.error();
  if (auto synced = sync_nearest(parent_of(path)); synced.has_error()) return synced.error();
  // One that is being restored goes back there if its volume never comes to be.
  if (recorded && !being_restored(volume)) {
    // Pruned, maybe, by a move that is not synced yet: an archive that came back would be without its record.
    if (auto synced = sync(""); synced.has_error()) return synced.error();
    if (auto forgotten = forget_record(volume); forgotten.has_error()) return forgotten.error();
  }
  auto const discarded = discard_unused(volume, path);
  if (discarded.has_error()) return discarded.error();
  if (*discarded) return Released::discarded;
  if (auto finished = finish_intent(volume); finished.has_error()) return finished.error();
  return Released::missing;
}

StorageResult<Released> VolumeStore::finish_move(std::string_view volume, std::string_view from, std::string_view to,
                                                 Released released) {
  if (auto synced = sync(parent_of(to)); synced.has_error()) return synced.error();
  if (auto synced = sync_nearest(parent_of(from)); synced.has_error()) return synced.error();
  if (auto tidied = remove_empty_parents(from); tidied.has_error()) return tidied.error();
  if (auto finished = finish_intent(volume); finished.has_error()) return finished.error();
  return released;
}

/// One that is in use, not ours to remove, or no directory any more stays: waiting does not help, and it harms nobody.
StorageResult<void> VolumeStore::remove_empty_parents(std::string_view path) {
  auto parent = parent_of(path);
  for (; !parent.empty(); parent = parent_of(parent)) {
    auto const removed = files_.remove_directory(parent);
    if (removed.has_value() || removed.error().fault == StorageFault::not_found) continue;
    if (!stays_for_good(removed.error().fault)) return removed;
    break;
  }
  return sync_nearest(parent);
}

/// One that cannot be read is kept.
StorageResult<void> VolumeStore::finish_intent(std::string_view volume) {
  // A settle() that failed half-way has not forgotten the archive yet.
  auto const restored = restored_for(volume);
  if (restored.has_error() && restored.error().fault != StorageFault::malformed) return restored.error();
  if (restored.has_value() && *restored) {
    if (auto finished = finish_restore(**restored); finished.has_error()) return finished;
  }
  auto const removed = files_.remove_file(layout::volume_of(volume));
  if (removed.has_error() && removed.error().fault != StorageFault::not_found) return removed;
  if (auto synced = sync(layout::volumes); synced.has_error()) return synced;
  auto const intent = find_intent(volume);
  if (intent.has_error()) {
    if (intent.error().fault == StorageFault::malformed) return {};
    return intent.error();
  }
  if (!*intent) return forget_intent(volume);
  if (auto finished = finish_restore(**intent); finished.has_error()) return finished;
  return remove_intent(volume);
}

StorageResult<bool> VolumeStore::stands(std::string_view path) {
  auto const status = files_.status(path);
  if (status.has_value()) return true;
  if (status.error().fault == StorageFault::not_found) return false;
  return status.error();
}

StorageResult<bool> VolumeStore::directory_stands(std::string_view path) {
  auto const status = files_.status(path);
  if (status.has_error()) {
    if (status.error().fault == StorageFault::not_found) return false;
    return status.error();
  }
  if (status->kind == FileKind::directory) return true;
  return describe({StorageFault::not_directory, "something else than a directory stands there"}, "release", path);
}

StorageResult<std::optional<ArchiveRecord>> VolumeStore::find_record(std::string_view volume) {
  auto const path = layout::record_of(volume);
  auto const text = files_.read_file(path, layout::max_document_bytes);
  if (text.has_error() && text.error().fault == StorageFault::not_found) return std::optional<ArchiveRecord>();
  if (text.has_error()) return text.error();
  auto record = read_record(*text);
  if (record.has_error()) return describe(record.error(), "read", path);
  return std::optional(std::move(*record));
}

StorageResult<void> VolumeStore::forget_record(std::string_view volume) {
  auto removed = files_.remove_file(layout::record_of(volume));
  if (removed.has_error() && removed.error().fault != StorageFault::not_found) return removed;
  return sync(layout::archives);
}

}  // namespace nfs
