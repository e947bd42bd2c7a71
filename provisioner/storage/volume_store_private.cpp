#include "provisioner/storage/failure.hpp"
#include "provisioner/storage/private_layout.hpp"
#include "provisioner/storage/volume_store.hpp"

// The program's own directories on the export. They are empty most of the time, and people clear empty directories
// away: one that is missing held nothing, and is made again.
namespace nfs {
namespace {

template <class T>
bool is_missing(StorageResult<T> const& result) {
  return result.has_error() && result.error().fault == StorageFault::not_found;
}

}  // namespace

StorageResult<void> VolumeStore::make_private_directories() {
  for (auto const directory : layout::homes) {
    auto const status = files_.status(directory);
    if (status.has_value() && status->kind != FileKind::directory) {
      return describe({StorageFault::not_directory, "something else than a directory stands there"}, "use", directory);
    }
    if (status.has_value()) continue;
    if (status.error().fault != StorageFault::not_found) return status.error();
    auto const made = files_.make_directory(directory, 0700);
    if (made.has_error() && made.error().fault != StorageFault::exists) return made;  // another worker was faster
  }
  if (auto synced = sync_standing(""); synced.has_error()) return synced;
  return sync_standing(names::private_directory);
}

StorageResult<void> VolumeStore::write_private(std::string const& path, std::string const& document) {
  auto written = files_.write_file(path, document);
  if (!is_missing(written)) return written;
  if (auto made = make_private_directories(); made.has_error()) return made;
  return files_.write_file(path, document);
}

StorageResult<void> VolumeStore::move_private(std::string_view from, std::string const& to) {
  auto moved = files_.rename(from, to);
  if (!is_missing(moved)) return moved;
  auto const home = stands(parent_of(to));
  if (home.has_error()) return home.error();
  if (*home) return moved;
  if (auto made = make_private_directories(); made.has_error()) return made;
  return files_.rename(from, to);
}

StorageResult<std::vector<DirectoryEntry>> VolumeStore::list_private(std::string_view home, std::size_t max_entries) {
  auto listed = files_.list(home, max_entries);
  if (is_missing(listed)) return std::vector<DirectoryEntry>();
  return listed;
}

}  // namespace nfs
