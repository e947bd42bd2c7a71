#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/base/mutex.hpp"
#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/volumes/private_directories.hpp"

namespace nfs {

/// The export's identity: `.nfs-subdir-provisioner/export.json` holds its id. Who looks at it goes on below the very
/// root that it lies on. Thread-safe.
class ExportMarker {
 public:
  ExportMarker(FileSystem& files, PrivateDirectories& directories) : files_(files), directories_(directories) {}

  /// As VolumeStore::identify().
  [[nodiscard]] StorageResult<std::string> identify(std::vector<std::string> const& known_ids);
  /// As VolumeStore::join().
  [[nodiscard]] StorageResult<std::string> join();
  /// Whether what is mounted still is the export that was identified or joined: else `wrong_export`.
  [[nodiscard]] StorageResult<void> check();

 private:
  /// What is mounted now.
  struct Mounted {
    std::optional<std::string> id;  ///< nullopt: there is no marker
    RootHandle root;
  };
  [[nodiscard]] StorageResult<Mounted> look();
  [[nodiscard]] StorageResult<std::string> make() REQUIRES(mutex_);

  FileSystem& files_;
  PrivateDirectories& directories_;
  k8s::Mutex mutex_;
  std::string id_ GUARDED_BY(mutex_);
};

}  // namespace nfs
