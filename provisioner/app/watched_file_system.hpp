#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "k8s/base/clock.hpp"
#include "provisioner/storage/file_system.hpp"

namespace nfs {

/// A call to a file system that has not come back yet.
struct CallUnderWay {
  std::string what;  ///< "rename team-a/web"
  k8s::SteadyTime since;
};

/// Hands every call on and keeps note of those under way: a call on NFS can hang for minutes and cannot be interrupted,
/// but somebody else can say so. Thread-safe.
class WatchedFileSystem final : public FileSystem {
 public:
  WatchedFileSystem(std::unique_ptr<FileSystem> files, k8s::Clock const& clock);

  /// The call that has been under way for longest.
  [[nodiscard]] std::optional<CallUnderWay> oldest_call() const;
  /// How many have been under way since before `when`.
  [[nodiscard]] std::size_t calls_since_before(k8s::SteadyTime when) const;

  StorageResult<FileStatus> status(std::string_view path) override;
  StorageResult<void> make_directory(std::string_view path, std::uint32_t mode) override;
  StorageResult<void> set_mode(std::string_view path, std::uint32_t mode) override;
  StorageResult<void> set_owner(std::string_view path, std::optional<std::uint32_t> uid,
                                std::optional<std::uint32_t> gid) override;
  StorageResult<void> remove_directory(std::string_view path) override;
  StorageResult<void> remove_file(std::string_view path) override;
  StorageResult<void> rename(std::string_view from, std::string_view to) override;
  StorageResult<std::string> read_file(std::string_view path, std::size_t max_size) override;
  StorageResult<void> write_file(std::string_view path, std::string_view content) override;
  StorageResult<void> sync_directory(std::string_view path) override;
  StorageResult<std::vector<DirectoryEntry>> list(std::string_view path, std::size_t max_entries) override;
  StorageResult<Space> space() override;
  StorageResult<MountInfo> mount_info() override;
  void reopen() override;

 private:
  template <class Call>
  auto watched(std::string_view verb, std::string_view path, Call call);

  std::unique_ptr<FileSystem> files_;
  k8s::Clock const& clock_;
  mutable std::mutex mutex_;
  std::list<CallUnderWay> calls_;  // oldest first
};

}  // namespace nfs
