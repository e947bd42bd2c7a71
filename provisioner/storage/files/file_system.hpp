#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/storage/files/storage_error.hpp"

namespace nfs {

enum class FileKind { directory, file, symlink, other };

/// By the clock of who keeps the files. The same type as k8s::WallTime.
using FileTime = std::chrono::sys_time<std::chrono::nanoseconds>;

struct FileStatus {
  FileKind kind = FileKind::other;
  std::uint32_t mode = 0;  ///< permission bits, setuid/setgid/sticky included
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  FileTime modified = {};  ///< its content, by the server's clock
  FileTime changed = {};   ///< that, its mode, owner or name, by the server's clock: nobody can set it back
};

struct DirectoryEntry {
  std::string name;
  FileKind kind = FileKind::other;
  std::uint64_t inode = 0;
};

using EntryVisitor = std::function<void(DirectoryEntry const&)>;

struct Space {
  std::uint64_t free_bytes = 0;  ///< for an unprivileged user
  std::uint64_t total_bytes = 0;
};

/// What the mount is, for the `check` verb.
struct MountInfo {
  bool is_mount_point = false;
  std::string type;    ///< "nfs4", "ext4", ... as /proc/self/mountinfo says for what the directory lies on
  std::string source;  ///< "server:/path" for NFS
};

/// The root of an export as it was opened once, held open; only the file system that made it knows what it is.
using RootHandle = std::shared_ptr<void const>;

/// What look() saw.
struct RootedContent {
  std::optional<std::string> content;  ///< nullopt: there is no such file
  RootHandle root;
  std::uint64_t device = 0;  ///< of the root; 0: not known
};

/// The primitive operations below one directory, the root of an export. Every path is relative, of plain components
/// (no empty one, no "." or ".."); no operation follows a symbolic link, in any component, or leaves the root: real
/// implementations hold a descriptor of the root and use openat2(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
/// RESOLVE_NO_MAGICLINKS), or a component-wise O_NOFOLLOW walk where the kernel refuses it.
/// The empty path names the root itself where a directory is asked for (status, list, sync).
/// Thread-safe. Calls may hang for minutes on NFS and cannot be interrupted.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  [[nodiscard]] virtual StorageResult<FileStatus> status(std::string_view path) = 0;
  /// One level; `exists` if anything stands there. The mode is set exactly, whatever the umask.
  [[nodiscard]] virtual StorageResult<void> make_directory(std::string_view path, std::uint32_t mode) = 0;
  /// Mode first, then owner, then mode again where the chown took setgid away.
  [[nodiscard]] virtual StorageResult<void> set_mode(std::string_view path, std::uint32_t mode) = 0;
  [[nodiscard]] virtual StorageResult<void> set_owner(std::string_view path, std::optional<std::uint32_t> uid,
                                                      std::optional<std::uint32_t> gid) = 0;
  /// rmdir: `exists` if it is not empty.
  [[nodiscard]] virtual StorageResult<void> remove_directory(std::string_view path) = 0;
  [[nodiscard]] virtual StorageResult<void> remove_file(std::string_view path) = 0;
  /// Never replaces: `exists` if anything stands at `to`. (NFS refuses RENAME_NOREPLACE: looked at first, then plain
  /// renameat; targets are names that only this program makes.) An ENOENT for a rename that NFS had done already, and
  /// said so to a lost answer, counts as success: the target is looked at.
  [[nodiscard]] virtual StorageResult<void> rename(std::string_view from, std::string_view to) = 0;
  /// A regular file of at most `max_size` bytes; a larger one is `malformed`.
  [[nodiscard]] virtual StorageResult<std::string> read_file(std::string_view path, std::size_t max_size) = 0;
  /// Whole or not at all, and durable when it returns: temporary name beside it, fsync, rename, fsync of the
  /// directory. Replaces a regular file. Mode 0600.
  [[nodiscard]] virtual StorageResult<void> write_file(std::string_view path, std::string_view content) = 0;
  /// fsync of a directory: renames and creations in it are durable when it returns.
  [[nodiscard]] virtual StorageResult<void> sync_directory(std::string_view path) = 0;
  /// At most `max_entries`, unsorted.
  [[nodiscard]] virtual StorageResult<std::vector<DirectoryEntry>> list(std::string_view path,
                                                                        std::size_t max_entries) = 0;
  /// Shows all entries, unsorted, as they are read: as many as there are, in bounded memory. An entry may be shown
  /// twice (the listing begins again after ESTALE). `visit` makes no call of this file system. After an error an
  /// unknown part was shown.
  [[nodiscard]] virtual StorageResult<void> scan(std::string_view path, EntryVisitor const& visit) = 0;
  /// Of what is mounted now.
  [[nodiscard]] virtual StorageResult<Space> space() = 0;
  [[nodiscard]] virtual StorageResult<MountInfo> mount_info() = 0;

  /// Reads a file of what is mounted now. The other calls go on below the root that is in use until use() is called
  /// with this one: so nothing is done on a mount that nobody has looked at.
  [[nodiscard]] virtual StorageResult<RootedContent> look(std::string_view path, std::size_t max_size) = 0;
  /// From now on calls go below this root, until then below the one that was there at the first of them. One that has
  /// become stale (ESTALE) stays in use: look again.
  virtual void use(RootHandle root) = 0;
};

enum class WalkMethod { automatic, openat2, components };

/// Whether an effect may still take place. Thread-safe; quick.
using EffectGate = std::function<bool()>;

/// The real one. Opening is lazy and repeated as needed: a root that is not there is an error of each call.
/// `gate` is asked directly before each system call that renames, or removes a directory (`not_leading` if it says no):
/// others go before it in the same operation, and each may take its time.
[[nodiscard]] std::unique_ptr<FileSystem> open_file_system(std::string const& root,
                                                           WalkMethod method = WalkMethod::automatic,
                                                           EffectGate gate = {});

}  // namespace nfs
