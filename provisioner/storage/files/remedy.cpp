#include "provisioner/storage/files/remedy.hpp"

namespace nfs {

std::string_view remedy_of(StorageFault fault) {
  switch (fault) {
    case StorageFault::permission:
      return "Let the program write there: export it with no_root_squash, or give the exported directory and all in it "
             "to the user that the program runs as";
    case StorageFault::read_only:
      return "Export it and mount it read-write (rw)";
    case StorageFault::full:
      return "Make room on the export, or raise its quota";
    case StorageFault::stale:
      return "If this stays, mount the export again: restart the program's pod";
    case StorageFault::wrong_export:
      return "Mount the export at the program's mount directory (MOUNT_DIR). Until then nothing is changed there";
    case StorageFault::exists:
    case StorageFault::not_directory:
      return "Move away what stands there";
    case StorageFault::malformed:
      return "Repair that file on the export, or move it away; the program keeps it as it is";
    case StorageFault::busy:
      return "If this stays, close the files that are open there";
    case StorageFault::io:
      return "Check the NFS server, and the network to it";
    case StorageFault::too_many:
      return "Remove old archives (nfs-subdir-provisioner archives purge)";
    case StorageFault::not_mounted:
      return "Mount it on the NFS server. Until then nothing is decided on what it holds";
    case StorageFault::not_found:
    case StorageFault::other_file_system:
    case StorageFault::held_elsewhere:
    case StorageFault::wanted_elsewhere:
    case StorageFault::not_leading:
      break;
  }
  return {};
}

std::string with_remedy(StorageError const& error) {
  auto const remedy = remedy_of(error.fault);
  return remedy.empty() ? error.message : error.message + ". " + std::string(remedy);
}

}  // namespace nfs
