#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"

namespace nfs {

/// The program's own directories on the export, and the syncing of directories. They are empty most of the time, and
/// people clear empty directories away: one that is missing held nothing, and is made again by what needs it.
/// Thread-safe.
class PrivateDirectories {
 public:
  PrivateDirectories(FileSystem& files, ClusterLayout const& cluster) : files_(files), cluster_(cluster) {}

  [[nodiscard]] StorageResult<void> make();
  /// Those that a crashed process left behind half-written. Best effort; not while others of ours write.
  void remove_temporaries();

  // As the file system's own, but a private directory that is missing is made again, or counts as empty.
  [[nodiscard]] StorageResult<void> write(std::string const& path, std::string const& document);
  [[nodiscard]] StorageResult<void> move(std::string_view from, std::string const& to);
  [[nodiscard]] StorageResult<std::vector<DirectoryEntry>> list(std::string_view directory, std::size_t max_entries);

  /// What was changed in the directory lasts when this returns. A private one that is missing is made again.
  [[nodiscard]] StorageResult<void> sync(std::string_view directory);
  /// The directory or, where it is gone, the nearest one above it.
  [[nodiscard]] StorageResult<void> sync_nearest(std::string_view directory);
  /// Both that a tree may have been moved into when it was released: where trees rest, and where they are removed.
  [[nodiscard]] StorageResult<void> sync_trash();
  /// The trash, then every directory above `path`, from the root down: a neighbour may have made one of them and not
  /// have synced it yet. First the trash: a release that went no further than its rename has left the place free, and
  /// the directory that it moved must not come back to it.
  [[nodiscard]] StorageResult<void> sync_way_to(std::string_view path);

 private:
  /// make(), where they stood before: not where the marker, too, is gone.
  [[nodiscard]] StorageResult<void> make_again();
  [[nodiscard]] StorageResult<void> sync_what_stands(std::string_view directory);
  [[nodiscard]] bool is_own(std::string_view directory) const;

  FileSystem& files_;
  ClusterLayout const& cluster_;
};

}  // namespace nfs
