#pragma once

#include <boost/system/result.hpp>
#include <string>

namespace nfs {

/// Why the export did not do what was asked, as far as it changes what to do next.
enum class StorageFault {
  not_found,          ///< ENOENT
  exists,             ///< EEXIST, ENOTEMPTY where something stands in the way
  not_directory,      ///< something else than a directory stands on the path, a symbolic link among them
  permission,         ///< EACCES, EPERM: root_squash or mode; waiting does not help
  read_only,          ///< EROFS
  full,               ///< ENOSPC, EDQUOT
  stale,              ///< ESTALE: look at what is mounted, and try again
  busy,               ///< EBUSY, ETXTBSY, .nfsXXXX files: later
  wrong_export,       ///< the mount is missing or is another export: nothing was touched
  malformed,          ///< a record or intent on the export that cannot be read; it is kept
  held_elsewhere,     ///< another cluster has the directory
  wanted_elsewhere,   ///< another cluster has begun with the directory, and is about to step back
  other_file_system,  ///< EXDEV: what is to be moved lies on another file system than where it is to go
  not_mounted,        ///< a file system inside the export is not there: nothing is decided on what it holds
  too_many,           ///< more than can be kept in memory: nothing is decided on a part of them
  not_leading,        ///< this process must not change anything (any more): nothing was done
  io,                 ///< all else (EIO, ETIMEDOUT, ...)
};

/// One line for a person: what was tried on which path, and why it failed.
struct StorageError {
  StorageFault fault = StorageFault::io;
  std::string message;
};

template <class T>
using StorageResult = boost::system::result<T, StorageError>;

[[noreturn]] void throw_exception_from_error(StorageError const& error, boost::source_location const& where);

}  // namespace nfs
