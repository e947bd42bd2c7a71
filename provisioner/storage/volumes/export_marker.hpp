#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "k8s/base/mutex.hpp"
#include "provisioner/core/expected_export.hpp"
#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/volumes/private_directories.hpp"

namespace nfs {

/// The export's identity: `.nfs-subdir-provisioner/export.json` holds its id. Who looks at it goes on below the very
/// root that it lies on. Thread-safe.
class ExportMarker {
 public:
  ExportMarker(FileSystem& files, PrivateDirectories& directories) : files_(files), directories_(directories) {}

  /// As VolumeStore::identify().
  [[nodiscard]] StorageResult<std::string> identify(ExpectedExport const& expected);
  /// As VolumeStore::would_identify().
  [[nodiscard]] StorageResult<std::string> would_identify(ExpectedExport const& expected);
  /// As VolumeStore::adopt().
  [[nodiscard]] StorageResult<std::string> adopt(std::string const& id);
  /// As VolumeStore::join().
  [[nodiscard]] StorageResult<std::string> join();
  /// Whether what is mounted still is the export that was identified or joined: else `wrong_export`.
  [[nodiscard]] StorageResult<void> check();
  /// Of the root, as check() saw it last; 0: not known.
  [[nodiscard]] std::uint64_t device() const { return device_; }

 private:
  /// What is mounted now.
  struct Mounted {
    std::optional<std::string> id;  ///< nullopt: there is no marker
    RootHandle root;
    std::uint64_t device = 0;
  };
  [[nodiscard]] StorageResult<Mounted> look();
  /// Whether what is mounted may be the export that is expected: else why not.
  [[nodiscard]] StorageResult<void> judge(Mounted const& mounted, ExpectedExport const& expected);
  [[nodiscard]] StorageResult<bool> any_stands(ExpectedExport const& expected);
  [[nodiscard]] StorageResult<std::string> make(std::string const& id);

  FileSystem& files_;
  PrivateDirectories& directories_;
  std::atomic<std::uint64_t> device_ = 0;
  k8s::Mutex mutex_;
  std::string id_ GUARDED_BY(mutex_);
};

}  // namespace nfs
