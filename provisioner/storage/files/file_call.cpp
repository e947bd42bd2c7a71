#include "provisioner/storage/files/file_call.hpp"

namespace nfs {

bool changes(FileOperation operation) {
  switch (operation) {
    case FileOperation::make_directory:
    case FileOperation::set_mode:
    case FileOperation::set_owner:
    case FileOperation::remove_directory:
    case FileOperation::remove_file:
    case FileOperation::rename:
    case FileOperation::write_file:
      return true;
    case FileOperation::status:
    case FileOperation::read_file:
    case FileOperation::sync_directory:
    case FileOperation::list:
    case FileOperation::space:
    case FileOperation::mount_info:
    case FileOperation::look:
      return false;
  }
  return true;
}

std::string_view verb_of(FileOperation operation) {
  switch (operation) {
    case FileOperation::status:
      return "look at";
    case FileOperation::make_directory:
      return "create directory";
    case FileOperation::set_mode:
      return "set the mode of";
    case FileOperation::set_owner:
      return "set the owner of";
    case FileOperation::remove_directory:
      return "remove directory";
    case FileOperation::remove_file:
      return "remove file";
    case FileOperation::rename:
      return "move";
    case FileOperation::read_file:
      return "read";
    case FileOperation::write_file:
      return "write";
    case FileOperation::sync_directory:
      return "sync directory";
    case FileOperation::list:
      return "list";
    case FileOperation::space:
      return "measure";
    case FileOperation::mount_info:
      return "look at the mount of";
    case FileOperation::look:
      return "read";
  }
  return "use";
}

}  // namespace nfs
