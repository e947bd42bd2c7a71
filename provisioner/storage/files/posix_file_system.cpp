#include "provisioner/storage/files/posix_file_system.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <boost/filesystem/operations.hpp>
#include <boost/filesystem/path.hpp>
#include <cerrno>

#include "provisioner/storage/files/directory_listing.hpp"
#include "provisioner/storage/files/file_content.hpp"
#include "provisioner/storage/files/interrupted.hpp"
#include "provisioner/storage/files/mount_table.hpp"
#include "provisioner/storage/files/path_steps.hpp"

namespace nfs {
namespace {

constexpr std::uint32_t permission_bits = 07777;

/// Absolute without asking the file system, so that a later chdir(2) changes nothing.
std::string absolute_root(std::string const& root) {
  return boost::filesystem::absolute(boost::filesystem::path(root)).lexically_normal().string();
}

Outcome<void> outcome_of(int result) {
  if (result != 0) return last_failure();
  return {};
}

FileTime time_of(timespec const& time) {
  return FileTime(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

FileStatus status_of(struct stat const& info) {
  return {.kind = kind_of(info.st_mode),
          .mode = info.st_mode & permission_bits,
          .uid = info.st_uid,
          .gid = info.st_gid,
          .device = info.st_dev,
          .inode = info.st_ino,
          .size = static_cast<std::uint64_t>(info.st_size),
          .modified = time_of(info.st_mtim),
          .changed = time_of(info.st_ctim)};
}

/// Without asking a server. 0: not known.
std::uint64_t device_of(int descriptor) {
  struct statx info {};
  if (::statx(descriptor, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, 0, &info) != 0) return 0;
  return ::makedev(info.stx_dev_major, info.stx_dev_minor);
}

Outcome<FileStatus> status_at(int parent, std::string const& name) {
  struct stat info {};
  // O_DIRECTORY makes the kernel mount what is mounted on demand there: a nested export shows its own device.
  auto const directory = open_directory_at(parent, name.c_str(), O_PATH);
  if (directory.has_value()) {
    if (::fstat(directory->get(), &info) != 0) return last_failure();
    return status_of(info);
  }
  if (directory.error().fault != StorageFault::not_directory) return directory.error();
  if (::fstatat(parent, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return last_failure();
  return status_of(info);
}

Outcome<void> set_mode_at(int parent, std::string const& name, std::uint32_t mode) {
  auto const directory = open_directory_at(parent, name.c_str(), O_RDONLY);
  if (directory.has_error()) return directory.error();
  return outcome_of(::fchmod(directory->get(), mode));
}

Outcome<void> make_directory_at(int parent, std::string const& name, std::uint32_t mode) {
  if (::mkdirat(parent, name.c_str(), mode & 0777) != 0) return last_failure();
  auto const made = status_at(parent, name);
  if (made.has_error()) return made.error();
  if (made->mode == mode) return {};  // neither umask nor an inherited setgid changed it
  return set_mode_at(parent, name, mode);
}

Outcome<void> set_owner_at(int parent, std::string const& name, uid_t uid, gid_t gid) {
  auto const directory = open_directory_at(parent, name.c_str(), O_RDONLY);
  if (directory.has_error()) return directory.error();
  struct stat before {};
  if (::fstat(directory->get(), &before) != 0) return last_failure();
  if (::fchown(directory->get(), uid, gid) != 0) return last_failure();
  struct stat after {};
  if (::fstat(directory->get(), &after) != 0) return last_failure();
  if (before.st_mode == after.st_mode) return {};
  return outcome_of(::fchmod(directory->get(), before.st_mode & permission_bits));
}

Outcome<void> rename_at(int from, std::string const& from_name, int to, std::string const& to_name,
                        EffectGate const& gate) {
  struct stat source {};
  struct stat target {};
  if (::fstatat(from, from_name.c_str(), &source, AT_SYMLINK_NOFOLLOW) != 0) return last_failure();
  if (::fstatat(to, to_name.c_str(), &target, AT_SYMLINK_NOFOLLOW) == 0) return failure_of(EEXIST);
  if (errno != ENOENT) return last_failure();
  if (gate && !gate()) return not_leading();
  if (::renameat(from, from_name.c_str(), to, to_name.c_str()) == 0) return {};
  int const number = errno;
  bool const moved = number == ENOENT && ::fstatat(to, to_name.c_str(), &target, AT_SYMLINK_NOFOLLOW) == 0 &&
                     target.st_ino == source.st_ino && target.st_dev == source.st_dev;
  if (moved) return {};
  return failure_of(number);
}

/// Once more after ESTALE: what a handle names was replaced meanwhile.
template <class Attempt>
auto again_if_stale(Attempt const& attempt) {
  auto outcome = attempt();
  if (outcome.has_error() && outcome.error().fault == StorageFault::stale) outcome = attempt();
  return outcome;
}

}  // namespace

std::unique_ptr<FileSystem> open_file_system(std::string const& root, WalkMethod method, EffectGate gate) {
  return std::make_unique<PosixFileSystem>(root, method, std::move(gate));
}

PosixFileSystem::PosixFileSystem(std::string const& root, WalkMethod method, EffectGate gate)
    : root_path_(absolute_root(root)), walk_(method), gate_(std::move(gate)) {}

Outcome<PosixFileSystem::SharedDescriptor> PosixFileSystem::open_mounted() const {
  Descriptor opened(uninterrupted([&] { return ::open(root_path_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC); }));
  if (!opened.is_open()) {
    bool const missing = errno == ENOENT || errno == ENOTDIR;
    auto failure = last_failure();
    if (missing) failure.fault = StorageFault::wrong_export;
    failure.why = fmt::format("cannot open the mount {}: {}", root_path_, failure.why);
    return failure;
  }
  return std::make_shared<Descriptor const>(std::move(opened));
}

Outcome<PosixFileSystem::SharedDescriptor> PosixFileSystem::root() {
  {
    k8s::MutexLock const lock(mutex_);
    if (root_) return root_;
  }
  // Without the lock: it may hang, and use() must not.
  auto opened = open_mounted();
  if (opened.has_error()) return opened;
  k8s::MutexLock const lock(mutex_);
  if (!root_) root_ = std::move(*opened);
  return root_;
}

void PosixFileSystem::use(RootHandle root) {
  k8s::MutexLock const lock(mutex_);
  root_ = std::static_pointer_cast<Descriptor const>(std::move(root));
}

Outcome<PosixFileSystem::Location> PosixFileSystem::locate(SharedDescriptor const& root, std::string_view path) {
  if (!is_plain_path(path)) return Failure{StorageFault::io, "not a relative path of plain components"};
  if (path.empty()) return Location{root, "."};
  auto name = std::string(last_component(path));
  auto const parent = parent_of(path);
  if (parent.empty()) return Location{root, std::move(name)};
  auto opened = walk_.open(root->get(), parent);
  if (opened.has_error()) return opened.error();
  return Location{std::make_shared<Descriptor const>(std::move(*opened)), std::move(name)};
}

Outcome<PosixFileSystem::Location> PosixFileSystem::locate(std::string_view path) {
  auto const start = root();
  if (start.has_error()) return start.error();
  return locate(*start, path);
}

template <class T, class Operation>
StorageResult<T> PosixFileSystem::perform(std::string_view action, std::string_view path, Operation operation) {
  auto outcome = again_if_stale([&]() -> Outcome<T> {
    auto const place = locate(path);
    if (place.has_error()) return place.error();
    return operation(place->parent->get(), place->name);
  });
  if (outcome.has_error()) return describe(outcome.error(), action, path);
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return std::move(*outcome);
  }
}

StorageResult<FileStatus> PosixFileSystem::status(std::string_view path) {
  return perform<FileStatus>("look at", path, status_at);
}

StorageResult<void> PosixFileSystem::make_directory(std::string_view path, std::uint32_t mode) {
  return perform<void>("create directory", path, [mode](int parent, std::string const& name) -> Outcome<void> {
    if (name == ".") return failure_of(EEXIST);
    return make_directory_at(parent, name, mode & permission_bits);
  });
}

StorageResult<void> PosixFileSystem::set_mode(std::string_view path, std::uint32_t mode) {
  return perform<void>("set the mode of", path, [mode](int parent, std::string const& name) {
    return set_mode_at(parent, name, mode & permission_bits);
  });
}

StorageResult<void> PosixFileSystem::set_owner(std::string_view path, std::optional<std::uint32_t> uid,
                                               std::optional<std::uint32_t> gid) {
  constexpr auto unchanged = ~std::uint32_t{0};
  return perform<void>("set the owner of", path, [=](int parent, std::string const& name) {
    return set_owner_at(parent, name, uid.value_or(unchanged), gid.value_or(unchanged));
  });
}

StorageResult<void> PosixFileSystem::remove_directory(std::string_view path) {
  return perform<void>("remove directory", path, [this](int parent, std::string const& name) -> Outcome<void> {
    if (gate_ && !gate_()) {
      return not_leading();
    }
    return outcome_of(::unlinkat(parent, name.c_str(), AT_REMOVEDIR));
  });
}

StorageResult<void> PosixFileSystem::remove_file(std::string_view path) {
  return perform<void>("remove file", path, [](int parent, std::string const& name) {
    return outcome_of(::unlinkat(parent, name.c_str(), 0));
  });
}

StorageResult<void> PosixFileSystem::rename(std::string_view from, std::string_view to) {
  auto const action = fmt::format("move to {:?} the directory", to);
  return perform<void>(action, from, [&](int parent, std::string const& name) -> Outcome<void> {
    auto const target = locate(to);
    if (target.has_error()) return target.error();
    return rename_at(parent, name, target->parent->get(), target->name, gate_);
  });
}

StorageResult<std::string> PosixFileSystem::read_file(std::string_view path, std::size_t max_size) {
  return perform<std::string>(
      "read", path, [max_size](int parent, std::string const& name) { return read_content(parent, name, max_size); });
}

StorageResult<void> PosixFileSystem::write_file(std::string_view path, std::string_view content) {
  return perform<void>(
      "write", path, [&](int parent, std::string const& name) { return write_durably(parent, name, content, gate_); });
}

StorageResult<void> PosixFileSystem::sync_directory(std::string_view path) {
  return perform<void>("sync directory", path, sync_directory_at);
}

StorageResult<std::vector<DirectoryEntry>> PosixFileSystem::list(std::string_view path, std::size_t max_entries) {
  return perform<std::vector<DirectoryEntry>>("list", path, [max_entries](int parent, std::string const& name) {
    return list_directory_at(parent, name, max_entries);
  });
}

StorageResult<void> PosixFileSystem::scan(std::string_view path, EntryVisitor const& visit) {
  return perform<void>("list", path, [&visit](int parent, std::string const& name) {
    return scan_directory_at(parent, name, [&visit](DirectoryEntry const& entry) {
      visit(entry);
      return true;
    });
  });
}

StorageResult<Space> PosixFileSystem::space() {
  auto const root = open_mounted();
  if (root.has_error()) return describe(root.error(), "measure", "");
  struct statvfs info {};
  if (uninterrupted([&] { return ::fstatvfs((*root)->get(), &info); }) != 0)
    return describe(last_failure(), "measure", "");
  return Space{.free_bytes = info.f_bavail * info.f_frsize, .total_bytes = info.f_blocks * info.f_frsize};
}

StorageResult<RootedContent> PosixFileSystem::look(std::string_view path, std::size_t max_size) {
  auto content_and_root = again_if_stale([&]() -> Outcome<RootedContent> {
    auto root = open_mounted();
    if (root.has_error()) return root.error();
    auto const place = locate(*root, path);
    auto content = place.has_value() ? read_content(place->parent->get(), place->name, max_size)
                                     : Outcome<std::string>(place.error());
    auto const device = device_of((*root)->get());
    if (content.has_value()) return RootedContent{std::move(*content), std::move(*root), device};
    if (content.error().fault == StorageFault::not_found) return RootedContent{{}, std::move(*root), device};
    return content.error();
  });
  if (content_and_root.has_error()) return describe(content_and_root.error(), "read", path);
  return std::move(*content_and_root);
}

StorageResult<MountInfo> PosixFileSystem::mount_info() {
  return mount_of(root_path_);
}

}  // namespace nfs
