#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
  /// All that are not settled, or those that are; what cannot be read is left out.
  [[nodiscard]] StorageResult<std::vector<Intent>> all_begun() { return all_of(cluster_.creating()); }
  [[nodiscard]] StorageResult<std::vector<Intent>> all_settled() { return all_of(cluster_.volumes()); }

  /// Durable when it returns.
  [[nodiscard]] StorageResult<void> write(Intent const& intent);
  // Not durable before the directories are synced. Success, too, when there is none.
  [[nodiscard]] StorageResult<void> remove(std::string_view volume);
  [[nodiscard]] StorageResult<void> remove_settled(std::string_view volume);
  /// Moves it from creating/ to volumes/: `not_found`, or `exists` if one was settled before.
  [[nodiscard]] StorageResult<void> settle(std::string_view volume);

 private:
  [[nodiscard]] StorageResult<std::vector<Intent>> all_of(std::string_view directory);
  [[nodiscard]] StorageResult<std::optional<Intent>> read_at(std::string const& path, std::string_view volume);
  [[nodiscard]] StorageResult<void> remove_at(std::string const& path);

  FileSystem& files_;
  PrivateDirectories& directories_;
  ClusterLayout const& cluster_;
};

}  // namespace nfs
