#include "provisioner/observe/failure_cause.hpp"

#include <fmt/format.h>

namespace nfs {

std::string cause_of(k8s::Error const& error) {
  if (!error.is(k8s::ErrorKind::api)) return "the API server cannot be reached or understood";
  return fmt::format("the API server answered {}{}{}", error.code, error.reason.empty() ? "" : " ", error.reason);
}

std::string cause_of(StorageError const& error) {
  switch (error.fault) {
    case StorageFault::not_found:
      return "something is missing on the export";
    case StorageFault::exists:
    case StorageFault::not_directory:
      return "something stands in the way on the export";
    case StorageFault::permission:
      return "the export denies permission";
    case StorageFault::read_only:
      return "the export is read-only";
    case StorageFault::full:
      return "no space left on the export";
    case StorageFault::stale:
    case StorageFault::busy:
      return "the export is busy";
    case StorageFault::wrong_export:
      return "the mount is missing or is another export";
    case StorageFault::malformed:
      return "a record on the export cannot be read";
    case StorageFault::held_elsewhere:
    case StorageFault::wanted_elsewhere:
      return "another cluster on the export has the directory";
    case StorageFault::other_file_system:
      return "a directory of the export is a file system of its own";
    case StorageFault::not_mounted:
      return "a file system inside the export is not mounted";
    case StorageFault::too_many:
      return "too many archives stand on the export";
    default:
      return "the export answered with an error";
  }
}

}  // namespace nfs
