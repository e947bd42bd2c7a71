#pragma once

#include <string_view>

#include "provisioner/storage/files/file_system.hpp"

namespace nfs {

/// What `directory` (absolute, without links) lies on, from the text of /proc/self/mountinfo. The later of two mounts
/// on one place wins, as it hides the earlier. Nothing known: an empty MountInfo.
[[nodiscard]] MountInfo find_mount(std::string_view mount_table, std::string_view directory);

/// Reads /proc/self/mountinfo for `directory`, which may be relative or hold links: an administrator gave it.
[[nodiscard]] StorageResult<MountInfo> mount_of(std::string_view directory);

}  // namespace nfs
