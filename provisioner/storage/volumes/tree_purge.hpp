#pragma once

#include <cstddef>
#include <string>

#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/files/storage_error.hpp"

namespace nfs {

/// Removes up to `budget` files and directories of the tree at `path`, depth first, with bounded memory and without
/// recursion. Links are removed, never followed; what lies on another file system is left alone. Subtrees that are too
/// deep are moved up to the tree's top first. True when nothing is left. What cannot be removed is passed over; it is
/// the error (of the first such thing) once nothing else is left to do.
[[nodiscard]] StorageResult<bool> purge_tree(FileSystem& files, std::string const& path, std::size_t budget);

}  // namespace nfs
