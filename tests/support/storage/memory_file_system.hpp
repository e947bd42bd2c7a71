#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/base/mutex.hpp"
#include "provisioner/storage/files/file_system.hpp"
#include "tests/support/storage/memory_tree.hpp"

namespace nfs {

/// An export in memory, for tests and for simulation: deterministic, with a log of what was done, with crashes, and
/// with the faults of a server at the push of a button. Thread-safe.
/// Durability: write_file is durable when it returns; make_directory, rename and the removals only when the directories
/// that they changed were synced.
class MemoryFileSystem final : public FileSystem {
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
  void use(RootHandle) override {}  // there is but one

  /// What tenants and administrators do, from elsewhere and durable at once. Directories on the way are made (0755,
  /// root's); what stands at the path is replaced, unless it is a directory: then the call does nothing.
  void put_directory(std::string_view path, std::uint32_t mode = 0755);
  void put_file(std::string_view path, std::string_view content);
  void put_symlink(std::string_view path, std::string_view target);

  /// Every path but the root, with what stands there: "directory 0755 0:0", "file <content>", "link <target>".
  [[nodiscard]] std::map<std::string, std::string> dump() const;

  enum class Unsynced { lost, kept };
  /// The server crashes: all that was not synced is lost, or kept.
  void crash(Unsynced unsynced);
  /// Of what was not synced, a part is lost: the same one for the same seed.
  void crash(std::uint64_t seed);

  /// What was done, one line each ("make_directory a/b 0755"), reads and refused operations left out.
  [[nodiscard]] std::vector<std::string> log() const;

  /// The size that it says it has.
  static constexpr std::uint64_t pretended_size = std::uint64_t{1} << 40;

  void set_read_only(bool on);
  void set_full(bool on);
  /// What the server's clock says; the machine's, if this is not called. It is asked under a lock, and calls nothing
  /// here.
  void set_clock(std::function<FileTime()> clock);
  /// As if so much were free; nullopt: all, or nothing while it is full.
  void set_free(std::optional<std::uint64_t> bytes);
  /// The mount is not there: every operation answers `wrong_export`.
  void set_missing(bool on);
  /// The next `count` operations answer `stale`.
  void set_stale(std::size_t count);
  /// Operations on exactly this path answer `fault`, as those of a busy or protected file; nullopt: no longer.
  void set_fault(std::string_view path, std::optional<StorageFault> fault);
  /// The directory, and what is made in it from now on, lies on another file system.
  void set_device(std::string_view path, std::uint64_t device);

  /// Whether a file system of its own shows another device than what it is mounted in, or rename alone tells.
  enum class Border { shown, hidden };
  /// Mounts a file system over the directory, which is made if need be: nothing is renamed into it or out of it, and it
  /// is neither moved nor removed. The first time it is empty, later it has what it had.
  void mount(std::string_view path, Border border = Border::shown);
  void unmount(std::string_view path);

 private:
  enum class Access { read, change, grow };

  [[nodiscard]] StorageResult<void> admit(std::string_view action, std::string_view path, Access access)
      REQUIRES(mutex_);
  [[nodiscard]] StorageResult<MemoryTree::NodeId> find(std::string_view action, std::string_view path) const
      REQUIRES(mutex_);
  [[nodiscard]] StorageResult<MemoryTree::NodeId> find_directory(std::string_view action, std::string_view path) const
      REQUIRES(mutex_);
  [[nodiscard]] StorageResult<void> remove(std::string_view action, std::string_view path, bool directory)
      REQUIRES(mutex_);
  MemoryTree::NodeId put(std::string_view path, MemoryTree::Node node) REQUIRES(mutex_);
  MemoryTree::NodeId add(MemoryTree::NodeId directory, std::string_view name, MemoryTree::Node node,
                         MemoryTree::Durability durability) REQUIRES(mutex_);
  void note(std::string line) REQUIRES(mutex_) { log_.push_back(std::move(line)); }

  mutable k8s::Mutex mutex_;
  MemoryTree tree_ GUARDED_BY(mutex_);
  std::vector<std::string> log_ GUARDED_BY(mutex_);
  std::map<std::string, StorageFault, std::less<>> faults_ GUARDED_BY(mutex_);
  std::map<std::string, MemoryTree::NodeId, std::less<>> file_systems_ GUARDED_BY(mutex_);  // by where they are mounted
  std::set<std::uint64_t> hidden_ GUARDED_BY(mutex_);                                       // devices
  std::size_t stale_ GUARDED_BY(mutex_) = 0;
  std::function<FileTime()> clock_ GUARDED_BY(mutex_) = [] { return std::chrono::system_clock::now(); };
  std::optional<std::uint64_t> free_ GUARDED_BY(mutex_);
  bool read_only_ GUARDED_BY(mutex_) = false;
  bool full_ GUARDED_BY(mutex_) = false;
  bool missing_ GUARDED_BY(mutex_) = false;
};

}  // namespace nfs
