#pragma once

#include <string>
#include <string_view>

#include "provisioner/storage/files/storage_error.hpp"

namespace nfs {

/// What an administrator should do about a fault of the export, as a sentence without its full stop. Empty: nothing,
/// what failed is tried again.
[[nodiscard]] std::string_view remedy_of(StorageFault fault);

/// "cannot create directory "a": No space left on device. Make room on the export, or raise its quota"
[[nodiscard]] std::string with_remedy(StorageError const& error);

}  // namespace nfs
