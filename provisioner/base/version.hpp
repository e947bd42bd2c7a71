#pragma once

#include <string>

namespace nfs {

/// "0.1.0", and the commit that the program was built from ("unknown" outside of a checkout).
[[nodiscard]] std::string program_version();
[[nodiscard]] std::string program_commit();

/// "nfs-subdir-provisioner 0.1.0 (commit abc123)".
[[nodiscard]] std::string version_line();

}  // namespace nfs
