#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/volumes/private_directories.hpp"

// The directories above a volume's directory, which several volumes may have in common.
namespace nfs {

struct StandingWay {
  std::uint32_t levels = 0;  ///< how many leading components of a path stand
  std::string file_system;   ///< the last of them that is on another device than the one before; empty: none
};

/// What stands of `path`, below a root on `device` (0: not known). A component that is no directory is `not_directory`,
/// by its name.
[[nodiscard]] StorageResult<StandingWay> look_at_way(FileSystem& files, std::string_view path, std::uint64_t device);
/// Makes those above `path`, but for the `existing` first, with mode 0755. One that is there is fine.
[[nodiscard]] StorageResult<void> make_parents(FileSystem& files, std::string_view path, std::size_t existing);
/// Removes those above `path` that are empty, from below, and syncs the first one that stays. One that is in use, not
/// ours to remove, or no directory any more stays: waiting does not help, and it harms nobody. But of those that were
/// made for the volume, all but the `existing` first, only one that is not empty stays: else it is an error.
[[nodiscard]] StorageResult<void> remove_empty_parents(FileSystem& files, PrivateDirectories& directories,
                                                       std::string_view path, std::size_t existing);
/// Something else than a directory stands where one is to be made.
[[nodiscard]] StorageError in_the_way(std::string_view component);

}  // namespace nfs
