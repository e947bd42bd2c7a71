#pragma once

#include <functional>
#include <optional>

#include "provisioner/storage/files/file_call.hpp"
#include "provisioner/storage/files/file_system.hpp"

namespace nfs {

/// Stands before another file system: every operation goes through around(), which lets it proceed or answers itself.
/// What derives from it says what it does to calls, not each operation over again; it may still override one.
class DecoratedFileSystem : public FileSystem {
 public:
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
  StorageResult<void> scan(std::string_view path, EntryVisitor const& visit) override;
  StorageResult<Space> space() override;
  StorageResult<MountInfo> mount_info() override;
  StorageResult<RootedContent> look(std::string_view path, std::size_t max_size) override;
  void use(RootHandle root) override;

 protected:
  /// Makes the call on the inner file system; whether it worked.
  using Proceed = std::function<bool()>;

  /// Calls `proceed` once and returns nothing: the answer is the inner file system's. Or returns an error, which is the
  /// answer then, whether it proceeded or not.
  [[nodiscard]] virtual std::optional<StorageError> around(FileCall const& call, Proceed const& proceed) = 0;
  [[nodiscard]] virtual FileSystem& inner() const = 0;

 private:
  template <class T, class Run>
  [[nodiscard]] StorageResult<T> decorate(FileCall const& call, Run run);
};

}  // namespace nfs
