#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "provisioner/storage/files/file_system.hpp"

namespace nfs {

struct TreeSize {
  std::uint64_t bytes = 0;    ///< of regular files, as their length says
  std::uint64_t entries = 0;  ///< files and directories
  bool whole = true;          ///< false: it is more than that; parts were not, or could not be, looked at
};

/// What is beyond these is not looked at: people fill trees, and may make them as deep and wide as they like.
struct MeasureLimits {
  std::size_t levels = 256;
  std::uint64_t entries = 1'000'000;
};

/// Walks a tree below the export's root, links not followed: one listing for each directory, one look for each file.
/// `progress` is called after each directory and, within one, after each 1,000 files; false ends the walk. A directory
/// that cannot be read is passed over.
[[nodiscard]] TreeSize measure_tree(FileSystem& files, std::string_view path,
                                    std::function<bool(TreeSize const&)> const& progress, MeasureLimits limits = {});

}  // namespace nfs
