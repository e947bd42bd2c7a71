#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "provisioner/storage/file_system.hpp"

namespace nfs {

struct TreeSize {
  std::uint64_t bytes = 0;    ///< of regular files, as their length says
  std::uint64_t entries = 0;  ///< files and directories
  bool whole = true;          ///< false: parts could not be read
};

/// Walks a tree below the export's root, links not followed. `progress` is called after each directory; false ends the
/// walk (then `whole` is false). A directory that cannot be read is passed over.
[[nodiscard]] TreeSize measure_tree(FileSystem& files, std::string_view path,
                                    std::function<bool(TreeSize const&)> const& progress);

}  // namespace nfs
