#pragma once

#include <memory>
#include <string>

#include "k8s/base/mutex.hpp"
#include "provisioner/storage/files/descriptor.hpp"
#include "provisioner/storage/files/directory_walk.hpp"
#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/file_system.hpp"

namespace nfs {

/// The real file system below a mounted directory. Every operation finds the parent directory by descriptor and acts on
/// (parent, last component). After ESTALE it is tried once more, from the root down.
class PosixFileSystem final : public FileSystem {
 public:
  PosixFileSystem(std::string const& root, WalkMethod method, EffectGate gate);

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

 private:
  using SharedDescriptor = std::shared_ptr<Descriptor const>;

  /// Where an operation acts: a name in an open directory; "." for the root itself.
  struct Location {
    SharedDescriptor parent;
    std::string name;
  };

  [[nodiscard]] Outcome<SharedDescriptor> open_mounted() const;
  [[nodiscard]] Outcome<SharedDescriptor> root() EXCLUDES(mutex_);
  [[nodiscard]] Outcome<Location> locate(SharedDescriptor const& root, std::string_view path);
  [[nodiscard]] Outcome<Location> locate(std::string_view path);
  template <class T, class Operation>
  [[nodiscard]] StorageResult<T> perform(std::string_view action, std::string_view path, Operation operation);

  std::string const root_path_;
  DirectoryWalk walk_;
  EffectGate const gate_;
  k8s::Mutex mutex_;
  SharedDescriptor root_ GUARDED_BY(mutex_);
};

}  // namespace nfs
