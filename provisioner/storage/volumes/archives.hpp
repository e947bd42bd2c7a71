#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/base/mutex.hpp"
#include "provisioner/core/archive_record.hpp"
#include "provisioner/core/neighbours.hpp"
#include "provisioner/core/relative_path.hpp"
#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/volumes/archive_catalog.hpp"
#include "provisioner/storage/volumes/archive_records.hpp"
#include "provisioner/storage/volumes/archive_survey.hpp"
#include "provisioner/storage/volumes/intents.hpp"
#include "provisioner/storage/volumes/private_directories.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "provisioner/storage/volumes/resting_trash.hpp"
#include "provisioner/storage/volumes/restoring.hpp"
#include "provisioner/storage/volumes/take_out.hpp"

namespace nfs {

/// What VolumeStore::forget_taken_away() finds.
struct TakenAway {
  std::vector<std::string> archives;  ///< that were forgotten, by their directories' names
  ListedArchives::Names standing;     ///< the directories `archived-*` at the export's root, with a record or without
};

/// The archives of the export: directories `archived-*` at its root, or on an inner file system, the records that tell
/// whose they are, and which of them are on their way back. Thread-safe. Whoever calls has looked at the marker.
class Archives {
 public:
  Archives(FileSystem& files, PrivateDirectories& directories, ClusterLayout const& cluster, RestingTrash& resting)
      : files_(files), directories_(directories), cluster_(cluster), resting_(resting) {}

  [[nodiscard]] ArchiveRecords& records() { return records_; }
  [[nodiscard]] ArchiveCatalog& catalog() { return catalog_; }
  [[nodiscard]] ArchiveCatalog const& catalog() const { return catalog_; }
  [[nodiscard]] Restoring& restoring() { return restoring_; }
  /// Held while an archive is moved: restored, put back, pruned.
  [[nodiscard]] k8s::Mutex& moving() RETURN_CAPABILITY(moving_) { return moving_; }

  /// Until the end of what it gives, the record of this volume is being written, or its directory moved: it is not
  /// taken for one that tells of nothing.
  [[nodiscard]] std::shared_ptr<void> begin_release(std::string const& volume);
  [[nodiscard]] bool is_being_released(std::string_view volume) const;
  /// An archive of this volume that stands, or what was kept in place, is known from now on, if it has a record of this
  /// cluster: a release that was cut short has not said so, and may never be repeated. Best effort.
  void note_what_stands(std::string_view volume);

  /// The record goes, and the archive is no longer known.
  [[nodiscard]] StorageResult<void> forget(std::string_view volume);
  /// What stands at the archive's place may be given to `for_volume`: `busy`, `not_mounted`, or `not_found`, and then
  /// it is not known any more.
  [[nodiscard]] StorageResult<void> check(ArchiveRecord const& archive, std::string_view for_volume) REQUIRES(moving_);

  // As VolumeStore's functions of these names.
  [[nodiscard]] StorageResult<bool> is_taken_away(ArchiveRecord const& archive);
  [[nodiscard]] StorageResult<TakenAway> forget_taken_away();
  [[nodiscard]] StorageResult<bool> prune(ArchiveRecord const& record, std::optional<TrashRecord> const& rest);
  [[nodiscard]] StorageResult<void> move_out(std::string_view archive, Destination const& to);
  [[nodiscard]] StorageResult<std::string> move_to_trash(std::string_view archive);

 private:
  /// To rest in the trash, or to be removed at once.
  [[nodiscard]] StorageResult<void> throw_away(ArchiveRecord const& record, std::optional<TrashRecord> const& rest)
      REQUIRES(moving_);
  [[nodiscard]] StorageResult<void> find_by_name(std::string_view archive, std::string_view action) REQUIRES(moving_);
  [[nodiscard]] StorageResult<void> sync_moved_out(std::string_view archive, std::string_view path) REQUIRES(moving_);
  [[nodiscard]] StorageResult<void> forget_records_of(std::string_view archive) REQUIRES(moving_);

  FileSystem& files_;
  PrivateDirectories& directories_;
  ClusterLayout const& cluster_;
  RestingTrash& resting_;
  ArchiveRecords records_{files_, directories_};
  ArchiveCatalog catalog_;
  Restoring restoring_;
  k8s::Mutex moving_;
  mutable k8s::Mutex releasing_mutex_;  // taken last, and not held over calls of the file system
  std::multiset<std::string, std::less<>> releasing_ GUARDED_BY(releasing_mutex_);
};

/// Whether a directory stands there; `not_directory` if it is something else.
[[nodiscard]] StorageResult<bool> directory_stands(FileSystem& files, std::string_view path);

}  // namespace nfs
