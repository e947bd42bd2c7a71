#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/base/mutex.hpp"
#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/volumes/archives.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/intents.hpp"
#include "provisioner/storage/volumes/private_directories.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"

namespace nfs {

/// What became of a cluster that was taken over.
struct TakenOver {
  std::size_t volumes = 0;                          ///< that were in use: each is kept in place for its claim
  std::size_t archives = 0;                         ///< also those that were kept in place before
  std::vector<std::string> without_directory = {};  ///< volumes whose directory does not stand: nothing to keep
  std::vector<std::string> left = {};               ///< records of archives that do not stand: they stay as they are
};

/// How this cluster takes the place of another one on the export: decided by a document in `taking/`, done by whoever
/// leads. Thread-safe; two that carry out at the same time are the caller's to avoid.
class TakeOvers {
 public:
  TakeOvers(FileSystem& files, PrivateDirectories& directories, ClusterLayout const& cluster, Archives& archives)
      : files_(files), directories_(directories), cluster_(cluster), archives_(archives) {}

  /// Whether this cluster has taken the place of another one, ever: some of its archives may be for claims whose class
  /// gives nothing back. As look_back() or carry_out() has found.
  [[nodiscard]] bool any() const;
  /// Not if another cluster has taken this one's place (`held_elsewhere`), as look_back() has found: what it has is not
  /// this one's any more.
  [[nodiscard]] StorageResult<void> check() const;
  /// Looks who has taken whose place. The error is check()'s, or the export's.
  [[nodiscard]] StorageResult<void> look_back();

  // As VolumeStore's functions of these names.
  [[nodiscard]] StorageResult<void> decide(TakeOverDecision const& decision);
  [[nodiscard]] StorageResult<std::vector<TakeOverDecision>> decided();
  [[nodiscard]] StorageResult<TakenOver> carry_out(TakeOverDecision const& decision);

 private:
  using Names = std::set<std::string, std::less<>>;

  [[nodiscard]] StorageResult<Names> names_in(std::string_view directory);
  [[nodiscard]] StorageResult<void> make_directory(std::string const& path);
  [[nodiscard]] StorageResult<bool> is_cluster(std::string_view id);
  [[nodiscard]] StorageResult<void> take_archives(TakeOverDecision const& decision, TakenOver& done);
  [[nodiscard]] StorageResult<void> take_archive(ArchiveRecord record, TakeOverDecision const& decision,
                                                 TakenOver& done);
  [[nodiscard]] StorageResult<void> take_volumes(TakeOverDecision const& decision, TakenOver& done);
  [[nodiscard]] StorageResult<void> take_volume(Intent const& intent, TakeOverDecision const& decision,
                                                TakenOver& done);
  /// `record` under a name that no other record has; empty: it is written already, as it is.
  [[nodiscard]] StorageResult<std::string> free_name(ArchiveRecord const& record);
  /// What this cluster's own volumes were made of.
  [[nodiscard]] StorageResult<Names> given();
  [[nodiscard]] StorageResult<void> put_aside(std::string const& id);
  [[nodiscard]] StorageResult<void> forget(std::string const& id);

  FileSystem& files_;
  PrivateDirectories& directories_;
  ClusterLayout const& cluster_;
  Archives& archives_;
  mutable k8s::Mutex mutex_;
  bool any_ GUARDED_BY(mutex_) = false;
  std::string taken_by_ GUARDED_BY(mutex_);
};

}  // namespace nfs
