#pragma once

#include <optional>
#include <string_view>

#include "provisioner/core/archive_record.hpp"
#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/volumes/private_directories.hpp"

namespace nfs {

/// The records in `archives/`. Thread-safe.
class ArchiveRecords {
 public:
  ArchiveRecords(FileSystem& files, PrivateDirectories& directories) : files_(files), directories_(directories) {}

  /// nullopt: there is none. One that cannot be read is `malformed`.
  [[nodiscard]] StorageResult<std::optional<ArchiveRecord>> find(std::string_view volume);
  /// Durable when it returns.
  [[nodiscard]] StorageResult<void> write(ArchiveRecord const& record);
  /// Durable when it returns. Success, too, when there is none.
  [[nodiscard]] StorageResult<void> remove(std::string_view volume);

 private:
  FileSystem& files_;
  PrivateDirectories& directories_;
};

/// Whether both tell of the same volume and the same archive of it. Times and the like may differ: the program asked
/// again later, or a newer one asks.
[[nodiscard]] bool is_same_release(ArchiveRecord const& left, ArchiveRecord const& right);

}  // namespace nfs
