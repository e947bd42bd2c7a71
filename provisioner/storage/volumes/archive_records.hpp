#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "provisioner/core/archive_record.hpp"
#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/volumes/intent.hpp"
#include "provisioner/storage/volumes/private_directories.hpp"

namespace nfs {

/// What stands where a record is to be written.
enum class RecordSeen : std::uint8_t {
  unknown,
  none,     ///< or one that the new one replaces (is_replaced_by)
  own,      ///< of this volume and this archive of it
  foreign,  ///< of another volume of this name, or of another archive
};

struct NamedRecord {
  ArchiveRecord record;
  RecordSeen stands = RecordSeen::unknown;
};

/// The records in `archives/`. Thread-safe.
class ArchiveRecords {
 public:
  ArchiveRecords(FileSystem& files, PrivateDirectories& directories) : files_(files), directories_(directories) {}

  /// nullopt: there is none. One that cannot be read is `malformed`.
  [[nodiscard]] StorageResult<std::optional<ArchiveRecord>> find(std::string_view volume);
  /// `record` under the name that it has, or is to have, and what stands there. A restore of etcd may bring a claim
  /// back whose volume was archived: made anew, the volume has its old name, and the record of its first life may still
  /// be needed. Then the second one is recorded, and its directory archived, as `<volume>-2`, and so on. Where an
  /// earlier call has recorded this very release, the archive's place is the one that it has chosen.
  [[nodiscard]] StorageResult<NamedRecord> named(ArchiveRecord const& record);
  /// That of a release of the volume that was begun with this intent; nullopt: there is none that can be read.
  [[nodiscard]] StorageResult<std::optional<ArchiveRecord>> of_release(Intent const& intent);
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

/// Whether both tell of the same volume and the same archive of it, on whichever file system. Times and the like may
/// differ: the program asked again later, or a newer one asks.
[[nodiscard]] bool is_same_release(ArchiveRecord const& left, ArchiveRecord const& right);

}  // namespace nfs
