#include "provisioner/base/version.hpp"

#include <fmt/format.h>

namespace nfs {

std::string program_version() {
  return NFS_VERSION;
}
std::string program_commit() {
  return NFS_COMMIT;
}
std::string version_line() {
  return fmt::format("nfs-subdir-provisioner {} (commit {})", program_version(), program_commit());
}

}  // namespace nfs
