#pragma once

#include <memory>

#include "k8s/leader/term.hpp"
#include "provisioner/storage/file_system.hpp"

namespace nfs {

/// Lets nothing be changed unless the term holds: each effect is `not_leading` then. Reads go through. `term` outlives
/// this. Thread-safe.
class FencedFileSystem final : public FileSystem {
 public:
  FencedFileSystem(std::unique_ptr<FileSystem> files, k8s::Term const& term) : files_(std::move(files)), term_(term) {}

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
  template <class Effect>
  [[nodiscard]] StorageResult<void> fenced(std::string_view action, std::string_view path, Effect effect);

  std::unique_ptr<FileSystem> files_;
  k8s::Term const& term_;
};

/// The file system at `mount` behind the fence, which is asked once more before each rename.
[[nodiscard]] std::unique_ptr<FileSystem> open_fenced_file_system(std::string mount, k8s::Term const& term);

}  // namespace nfs
