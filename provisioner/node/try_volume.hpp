#pragma once

#include <filesystem>

#include "provisioner/base/check_report.hpp"

namespace nfs {

/// Writes a file of its own in `directory`, reads it back, compares, and removes it: what `helm test` does in a volume.
void try_volume(std::filesystem::path const& directory, CheckReport& report);

}  // namespace nfs
