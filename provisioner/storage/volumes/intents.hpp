#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/base/mutex.hpp"
#include "provisioner/core/occupancy.hpp"
#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/volumes/intent.hpp"
#include "provisioner/storage/volumes/private_directories.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"

namespace nfs {

/// The cluster's intents in `creating/`, and in `volumes/` those that were settled. Thread-safe.
class Intents {
 public:
  Intents(FileSystem& files, PrivateDirectories& directories, ClusterLayout const& cluster)
      : files_(files), directories_(directories), cluster_(cluster) {}

  /// nullopt: there is none. One that cannot be read, or is of another volume, is `malformed`.
  [[nodiscard]] StorageResult<std::optional<Intent>> find(std::string_view volume);
  [[nodiscard]] StorageResult<std::optional<Intent>> find_settled(std::string_view volume);
  /// A volume that was settled at this path, above or below it, other than `but_volume`; nullopt: there is none. Reads
  /// all of them when it is asked for the first time.
  [[nodiscard]] StorageResult<std::optional<std::string>> settled_around(std::string_view path,
                                                                         std::string_view but_volume);
  /// All that are not settled, or those that are; what cannot be read is left out.
  [[nodiscard]] StorageResult<std::vector<Intent>> all_begun() { return all_of(cluster_.creating()); }
  [[nodiscard]] StorageResult<std::vector<Intent>> all_settled() { return all_of(cluster_.volumes()); }

  [[nodiscard]] StorageResult<std::vector<std::string>> settled_names();

  /// Durable when it returns.
  [[nodiscard]] StorageResult<void> write(Intent const& intent);
  [[nodiscard]] StorageResult<void> write_settled(Intent const& intent);
  // Not durable before the directories are synced. Success, too, when there is none.
  [[nodiscard]] StorageResult<void> remove(std::string_view volume);
  [[nodiscard]] StorageResult<void> remove_settled(std::string_view volume);
  /// Moves it from creating/ to volumes/: `not_found`, or `exists` if one was settled before.
  [[nodiscard]] StorageResult<void> settle(std::string_view volume);

 private:
  [[nodiscard]] StorageResult<std::vector<Intent>> all_of(std::string_view directory);
  [[nodiscard]] StorageResult<std::optional<Intent>> read_at(std::string const& path, std::string_view volume);
  [[nodiscard]] StorageResult<void> remove_at(std::string const& path);

  [[nodiscard]] StorageResult<void> read_settled() EXCLUDES(mutex_);
  void note_settled(std::string_view volume) EXCLUDES(mutex_);
  void note_unsettled(std::string_view volume) EXCLUDES(mutex_);

  using Names = std::set<std::string, std::less<>>;

  FileSystem& files_;
  PrivateDirectories& directories_;
  ClusterLayout const& cluster_;
  k8s::Mutex mutex_;
  Occupancy settled_ GUARDED_BY(mutex_);       ///< what is settled, by path, as far as it was read
  bool all_known_ GUARDED_BY(mutex_) = false;  ///< but for `new_`
  bool noting_ GUARDED_BY(mutex_) = false;     ///< from the first reading on
  int reading_ GUARDED_BY(mutex_) = 0;         ///< so many calls are at it
  Names new_ GUARDED_BY(mutex_);               ///< settled since, and still to be read
  Names gone_ GUARDED_BY(mutex_);              ///< settled no more, while somebody was reading
};

}  // namespace nfs
