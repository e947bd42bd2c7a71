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
  /// `record` under the name that it has, or is to have. A restore of etcd may bring a claim back whose volume was
  /// archived: made anew, the volume has its old name, and the record of its first life may still be needed. Then the
  /// second one is recorded, and its directory archived, as `<volume>-2`, and so on.
  [[nodiscard]] StorageResult<ArchiveRecord> named(ArchiveRecord const& record);
  /// Durable when it returns.
  [[nodiscard]] StorageResult<void> write(ArchiveRecord const& record);
  /// Durable when it returns. Success, too, when there is none.
  [[nodiscard]] StorageResult<void> remove(std::string_view volume);

 private:
  FileSystem& files_;
  PrivateDirectories& directories_;
};

/// Whether `kept` says that the volume of `record` was kept where it is to be released now: its claim had gone, and
/// came back with a restore of etcd. The new record takes its place.
[[nodiscard]] bool is_replaced_by(ArchiveRecord const& kept, ArchiveRecord const& record);

/// Whether both tell of the same volume and the same archive of it. Times and the like may differ: the program asked
/// again later, or a newer one asks.
[[nodiscard]] bool is_same_release(ArchiveRecord const& left, ArchiveRecord const& right);

}  // namespace nfs
