#pragma once

#include "provisioner/base/check_report.hpp"
#include "provisioner/core/export.hpp"
#include "provisioner/storage/files/file_system.hpp"

namespace nfs {

/// Is the export there, of which kind, may we write and rename in it, and how much room is left? Leaves nothing behind.
void check_export(Export const& where, FileSystem& files, CheckReport& report);

}  // namespace nfs
