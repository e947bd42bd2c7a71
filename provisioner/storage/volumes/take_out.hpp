#pragma once

#include <string>
#include <string_view>

#include "provisioner/core/neighbours.hpp"
#include "provisioner/core/relative_path.hpp"
#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/volumes/intents.hpp"
#include "provisioner/storage/volumes/private_directories.hpp"

namespace nfs {

/// Where a person wants an archive, or what rests in the trash, to be, and all that must not be in one tree with it.
struct Destination {
  RelativePath const& path;
  Intents& intents;
  Neighbours const& neighbours;
  std::string const& own_id;  ///< of the cluster
};

/// Moves a tree to where nothing stands, neither inside nor above a directory that a volume has, here or in another
/// cluster; parents are made. Neither where it was nor where it is now is synced.
[[nodiscard]] StorageResult<void> take_out(FileSystem& files, PrivateDirectories& directories, std::string_view from,
                                           Destination const& to);

}  // namespace nfs
