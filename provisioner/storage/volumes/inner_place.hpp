#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/volumes/private_directories.hpp"

// A directory of the export may be a file system of its own (a dataset, a volume with a quota): nothing is renamed into
// it or out of it. What is archived or deleted there stays within it, in `.nfs-subdir-provisioner` at its root; the
// export's own records and signposts say where.
namespace nfs {

/// The root of the inner file system that a place in such a directory is on; empty: the place is none.
[[nodiscard]] std::string_view inner_root_of(std::string_view place);

/// Where an archive of this name stands on the inner file system at `root`.
[[nodiscard]] std::string inner_archive(std::string_view root, std::string_view archive);
/// Whether an archive may stand there that stood at `original_path` as a volume.
[[nodiscard]] bool is_inner_archive(std::string_view place, std::string_view original_path);

/// The directories above `path` that may be the root of the file system that it lies on, in the order in which they are
/// to be tried. `devices` are those of its leading components, from the first on to its own. First the highest that
/// shows the same device; then, as a server may hide its file systems, the one right above. None: the directory itself
/// is the root, or it stands at the export's root.
[[nodiscard]] std::vector<std::string> possible_inner_roots(std::string_view path,
                                                            std::span<std::uint64_t const> devices);

/// Whether the directory shows another device than the one above it: it is the root of a file system.
[[nodiscard]] StorageResult<bool> is_mounted(FileSystem& files, std::string_view directory);
/// Whether the place is on an inner file system that is not there now, or is another one: its private directory is
/// missing. What is not seen there is not gone.
[[nodiscard]] StorageResult<bool> is_away(FileSystem& files, std::string_view place);
/// For who needs what is there: what is_away() has found, and what to do.
[[nodiscard]] StorageError not_mounted(std::string_view action, std::string_view place);

/// Makes the private directories above the place, on the inner file system; durable when it returns.
[[nodiscard]] StorageResult<void> make_inner_directories(FileSystem& files, PrivateDirectories& directories,
                                                         std::string_view place);
/// Removes those that are empty, where nothing came to stand there after all. Best effort.
void remove_inner_directories(FileSystem& files, std::string_view place);

}  // namespace nfs
