#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/file_system.hpp"

namespace nfs {

/// The kind of what a stat(2) mode describes.
[[nodiscard]] FileKind kind_of(std::uint32_t mode);

/// Shows the entries of the directory `name` below `parent` ("." for itself) piece by piece, until `visit` returns
/// false.
[[nodiscard]] Outcome<void> scan_directory_at(int parent, std::string const& name,
                                              std::function<bool(DirectoryEntry)> const& visit);

/// Up to `max_entries` of the directory `name` below `parent` ("." for itself), read piece by piece: a directory of
/// millions of entries costs no more than those asked for.
[[nodiscard]] Outcome<std::vector<DirectoryEntry>> list_directory_at(int parent, std::string const& name,
                                                                     std::size_t max_entries);

}  // namespace nfs
