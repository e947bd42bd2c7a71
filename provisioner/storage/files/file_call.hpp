#pragma once

#include <string_view>

namespace nfs {

enum class FileOperation {
  status,
  make_directory,
  set_mode,
  set_owner,
  remove_directory,
  remove_file,
  rename,
  read_file,
  write_file,
  sync_directory,
  list,
  space,
  mount_info,
  look,
};

/// One call of a FileSystem's operation.
struct FileCall {
  FileOperation operation = FileOperation::status;
  std::string_view path;         ///< empty: the root
  std::string_view target = {};  ///< of a rename
};

/// Whether it changes what stands on the export. A sync does not: it makes last what was changed before.
[[nodiscard]] bool changes(FileOperation operation);

/// As in "cannot <verb> <path>".
[[nodiscard]] std::string_view verb_of(FileOperation operation);

}  // namespace nfs
