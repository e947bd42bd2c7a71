#include "provisioner/storage/volume_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <utility>

#include "provisioner/storage/documents.hpp"
#include "provisioner/storage/failure.hpp"
#include "provisioner/storage/private_layout.hpp"
#include "provisioner/storage/tree_purge.hpp"

namespace nfs {
namespace {

constexpr std::size_t listed_at_once = 1 << 16;

StorageError wrong_export(std::string_view why) {
  return describe({StorageFault::wrong_export, std::string(why)}, "use", "");
}

}  // namespace

VolumeStore::VolumeStore(FileSystem& files) : files_(files) {}

StorageResult<VolumeStore::Mounted> VolumeStore::look_at_marker() {
  auto sight = files_.look(layout::marker, layout::max_document_bytes);
  if (sight.has_error()) return sight.error();
  Mounted mounted{.id = {}, .root = std::move(sight->root)};
  if (!sight->content) return mounted;
  auto marker = read_marker(*sight->content);
  if (marker.has_error()) return describe(marker.error(), "read", layout::marker);
  mounted.id = std::move(marker->id);
  return mounted;
}

StorageResult<std::string> VolumeStore::identify(std::vector<std::string> const& known_ids) {
  auto mounted = look_at_marker();
  if (mounted.has_error()) return mounted.error();
  auto& standing = mounted->id;
  std::lock_guard const lock(mutex_);
  bool const known = known_ids.empty() || (standing && std::ranges::find(known_ids, *standing) != known_ids.end());
  if (!standing && (!known || !id_.empty())) return wrong_export("its marker is missing: is the mount missing?");
  if (!known || (!id_.empty() && *standing != id_)) {
    return wrong_export(fmt::format("it is another export, {}, than the one that the volumes are on", *standing));
  }
  files_.use(mounted->root);
  if (auto made = make_private_directories(); made.has_error()) return made.error();
  if (!standing) {
    auto marked = make_marker();
    if (marked.has_error()) return marked.error();
    standing = std::move(*marked);
  }
  if (id_.empty()) remove_temporaries();
  id_ = *standing;
  return id_;
}

/// Renamed into place, which replaces nothing: of two processes that start at once, both take the marker of one.
StorageResult<std::string> VolumeStore::make_marker() {
  auto const id = to_string(boost::uuids::random_generator()());
  auto const aside = joined(names::private_directory, fmt::format("{}{}", temporary_prefix, id));
  if (auto written = files_.write_file(aside, write_document(Marker{.id = id})); written.has_error()) {
    return written.error();
  }
  auto const placed = files_.rename(aside, layout::marker);
  if (placed.has_error()) (void)files_.remove_file(aside);
  // Not found: somebody who was faster has cleared away what looked left over from a crash.
  bool const outrun = placed.has_error() &&
                      (placed.error().fault == StorageFault::exists || placed.error().fault == StorageFault::not_found);
  if (placed.has_error() && !outrun) return placed.error();
  if (auto synced = sync(names::private_directory); synced.has_error()) return synced.error();
  auto mounted = look_at_marker();
  if (mounted.has_error()) return mounted.error();
  if (!mounted->id) return wrong_export("its marker is missing: is the mount missing?");
  files_.use(mounted->root);
  return std::move(*mounted->id);
}

StorageResult<std::string> VolumeStore::join() {
  auto const mounted = look_at_marker();
  if (mounted.has_error()) return mounted.error();
  if (!mounted->id) {
    return describe({StorageFault::not_found, "no export.json: is this the export, and has the service run on it?"},
                    "use", "");
  }
  files_.use(mounted->root);
  std::lock_guard const lock(mutex_);
  id_ = *mounted->id;
  return id_;
}

/// Those of a crashed process: ours has written nothing yet.
void VolumeStore::remove_temporaries() {
  for (auto const directory : {names::private_directory, layout::creating, layout::archives}) {
    auto const listed = files_.list(directory, listed_at_once);
    if (listed.has_error()) continue;
    for (auto const& entry : *listed) {
      if (layout::is_temporary(entry.name)) (void)files_.remove_file(joined(directory, entry.name));
    }
  }
}

StorageResult<void> VolumeStore::healthy() {
  auto const id = [this] {
    std::lock_guard const lock(mutex_);
    return id_;
  }();
  if (id.empty()) return wrong_export("it was not identified yet");
  auto const mounted = look_at_marker();
  bool const replaced = mounted.has_error() && mounted.error().fault == StorageFault::not_directory;
  if (replaced) return wrong_export(mounted.error().message);
  if (mounted.has_error()) return mounted.error();
  if (!mounted->id) return wrong_export("its marker is missing: is the mount missing?");
  if (*mounted->id != id) return wrong_export(fmt::format("it is {} now, and was {}", *mounted->id, id));
  files_.use(mounted->root);
  return {};
}

StorageResult<void> VolumeStore::ready_for(std::string_view volume) {
  if (!layout::is_volume_name(volume)) {
    return StorageError{StorageFault::io, fmt::format("{:?} is not the name of a volume", volume)};
  }
  return healthy();
}

StorageResult<void> VolumeStore::settle(std::string_view volume) {
  if (auto ready = ready_for(volume); ready.has_error()) return ready;
  auto const restored = restored_for(volume);
  if (restored.has_error()) return restored.error();
  // From now on it tells what the volume in use was made for.
  auto const kept = move_private(layout::intent_of(volume), layout::volume_of(volume));
  if (kept.has_error() && kept.error().fault == StorageFault::not_found && !*restored) {
    forget_restoring(std::string(volume));  // another process has undone it
    return {};
  }
  if (kept.has_error() && kept.error().fault == StorageFault::exists) {
    if (auto removed = remove_intent(volume); removed.has_error()) return removed;
  } else if (kept.has_error() && kept.error().fault != StorageFault::not_found) {
    return kept;
  }
  if (auto synced = sync(layout::volumes); synced.has_error()) return synced;
  // An intent that came back after a crash would undo the directory of a later volume on the same path.
  if (auto synced = sync(layout::creating); synced.has_error()) return synced;
  // Last: as long as there is an intent, the archive may go back to where it stood, and then it needs its record.
  return *restored ? finish_restore(**restored) : StorageResult<void>();
}

StorageResult<std::vector<Intent>> VolumeStore::intents() {
  if (auto ready = healthy(); ready.has_error()) return ready.error();
  auto found = read_intents(layout::creating);
  if (found.has_error()) return found;
  for (auto const& intent : *found) {
    if (!intent.restored_from.empty()) note_restoring(intent.volume, intent.restored_from);
  }
  return found;
}

StorageResult<std::vector<std::string>> VolumeStore::trashed() {
  if (auto ready = healthy(); ready.has_error()) return ready.error();
  std::vector<std::string> volumes;
  auto const scanned = files_.scan(layout::trash, [&](DirectoryEntry const& entry) {
    if (layout::is_volume_name(entry.name)) volumes.push_back(entry.name);
  });
  // A trash that was cleared away held nothing.
  bool const missing = scanned.has_error() && scanned.error().fault == StorageFault::not_found;
  if (scanned.has_error() && !missing) return scanned.error();
  return volumes;
}

StorageResult<bool> VolumeStore::purge_some(std::string_view volume, std::size_t budget) {
  if (auto ready = ready_for(volume); ready.has_error()) return ready.error();
  return purge_tree(files_, layout::trash_of(volume), budget);
}

StorageResult<void> VolumeStore::sync(std::string_view directory) {
  auto synced = sync_standing(directory);
  bool const gone = synced.has_error() && synced.error().fault == StorageFault::not_found;
  return gone && layout::is_home(directory) ? make_private_directories() : synced;
}

/// The export's durability is the server's affair; a directory that we may not open cannot be synced from here.
StorageResult<void> VolumeStore::sync_standing(std::string_view directory) {
  auto synced = files_.sync_directory(directory);
  if (synced.has_error() && synced.error().fault == StorageFault::permission) return {};
  return synced;
}

/// The directory, or, where it is gone, the nearest one above it.
StorageResult<void> VolumeStore::sync_nearest(std::string_view directory) {
  while (true) {
    auto synced = sync(directory);
    bool const gone = synced.has_error() && synced.error().fault == StorageFault::not_found;
    if (!gone || directory.empty()) return synced;
    directory = parent_of(directory);
  }
}

}  // namespace nfs
