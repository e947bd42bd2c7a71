#include "provisioner/storage/files/failure.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace nfs {
namespace {

constexpr std::size_t shown_path_bytes = 512;

std::string_view hint_for(StorageFault fault) {
  switch (fault) {
    case StorageFault::permission:
      return " (the export may squash root: see root_squash and no_root_squash in exports(5), or the modes and owners "
             "on the export)";
    case StorageFault::read_only:
      return " (the export or its mount is read-only)";
    case StorageFault::full:
      return " (no space, inode or quota left on the export)";
    case StorageFault::stale:
      return " (the server no longer knows the directory: was the export moved or made anew?)";
    case StorageFault::not_directory:
      return " (something else than a directory stands on the path; symbolic links are never followed)";
    case StorageFault::other_file_system:
      return " (the two lie on different file systems, and data is never copied; copy it by hand)";
    default:
      return "";
  }
}

std::string shown(std::string_view path) {
  if (path.empty()) return "the export's root";
  if (path.size() <= shown_path_bytes) return fmt::format("{:?}", path);
  return fmt::format("{:?}...", path.substr(0, shown_path_bytes));
}

}  // namespace

StorageFault fault_of(int error_number) {
  switch (error_number) {
    case ENOENT:
      return StorageFault::not_found;
    case EEXIST:
    case ENOTEMPTY:
      return StorageFault::exists;
    case ENOTDIR:
    case ELOOP:
      return StorageFault::not_directory;
    case EACCES:
    case EPERM:
      return StorageFault::permission;
    case EROFS:
      return StorageFault::read_only;
    case ENOSPC:
    case EDQUOT:
      return StorageFault::full;
    case ESTALE:
      return StorageFault::stale;
    case EXDEV:
      return StorageFault::other_file_system;
    case EBUSY:
    case ETXTBSY:
      return StorageFault::busy;
    default:
      return StorageFault::io;
  }
}

Failure failure_of(int error_number) {
  auto const fault = fault_of(error_number);
  return Failure{fault, std::generic_category().message(error_number) + std::string(hint_for(fault))};
}

Failure last_failure() {
  return failure_of(errno);
}

StorageError describe(Failure const& failure, std::string_view action, std::string_view path) {
  return StorageError{failure.fault, fmt::format("cannot {} {}: {}", action, shown(path), failure.why)};
}

}  // namespace nfs
