#include "tests/support/storage/memory_file_system.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <limits>
#include <random>
#include <utility>

#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/path_steps.hpp"

namespace nfs {
namespace {

using Durability = MemoryTree::Durability;

StorageError error_of(StorageFault fault, std::string_view action, std::string_view path) {
  switch (fault) {
    case StorageFault::not_found:
      return describe(failure_of(ENOENT), action, path);
    case StorageFault::exists:
      return describe(failure_of(EEXIST), action, path);
    case StorageFault::not_directory:
      return describe(failure_of(ENOTDIR), action, path);
    case StorageFault::permission:
      return describe(failure_of(EACCES), action, path);
    case StorageFault::read_only:
      return describe(failure_of(EROFS), action, path);
    case StorageFault::full:
      return describe(failure_of(ENOSPC), action, path);
    case StorageFault::stale:
      return describe(failure_of(ESTALE), action, path);
    case StorageFault::held_elsewhere:
    case StorageFault::wanted_elsewhere:
    case StorageFault::busy:
      return describe(failure_of(EBUSY), action, path);
    case StorageFault::other_file_system:
      return describe(failure_of(EXDEV), action, path);
    case StorageFault::not_mounted:
      return describe({fault, "it is not mounted"}, action, path);
    case StorageFault::wrong_export:
      return describe({fault, "the mount is not there"}, action, path);
    case StorageFault::malformed:
      return describe({fault, "malformed"}, action, path);
    case StorageFault::too_many:
      return describe({fault, "there are too many"}, action, path);
    case StorageFault::not_leading:
      return describe(not_leading(), action, path);
    case StorageFault::io:
      break;
  }
  return describe(failure_of(EIO), action, path);
}

std::string shown(MemoryTree::Node const& node) {
  switch (node.kind) {
    case FileKind::directory:
      return fmt::format("directory {:04o} {}:{}", node.mode, node.uid, node.gid);
    case FileKind::symlink:
      return "link " + node.content;
    default:
      return "file " + node.content;
  }
}

/// An entry of the directory came, went or was renamed.
void note_change(MemoryTree::Node& directory, FileTime now) {
  directory.modified = directory.changed = now;
}

}  // namespace

StorageResult<void> MemoryFileSystem::admit(std::string_view action, std::string_view path, Access access) {
  if (stale_ > 0) {
    --stale_;
    return error_of(StorageFault::stale, action, path);
  }
  if (missing_) return error_of(StorageFault::wrong_export, action, path);
  if (!is_plain_path(path)) return describe({StorageFault::io, "not a path of plain components"}, action, path);
  if (auto const fault = faults_.find(path); fault != faults_.end()) return error_of(fault->second, action, path);
  if (read_only_ && access != Access::read) return error_of(StorageFault::read_only, action, path);
  if (full_ && access == Access::grow) return error_of(StorageFault::full, action, path);
  return {};
}

StorageResult<MemoryTree::NodeId> MemoryFileSystem::find(std::string_view action, std::string_view path) const {
  auto const found = tree_.find(path);
  if (found.has_error()) return error_of(found.error(), action, path);
  return *found;
}

StorageResult<MemoryTree::NodeId> MemoryFileSystem::find_directory(std::string_view action,
                                                                   std::string_view path) const {
  auto found = find(action, path);
  if (found.has_value() && tree_.node(*found).kind != FileKind::directory) {
    return error_of(StorageFault::not_directory, action, path);
  }
  return found;
}

MemoryTree::NodeId MemoryFileSystem::add(MemoryTree::NodeId directory, std::string_view name, MemoryTree::Node node,
                                         Durability durability) {
  node.modified = node.changed = clock_();
  note_change(tree_.node(directory), clock_());
  return tree_.add(directory, name, std::move(node), durability);
}

StorageResult<FileStatus> MemoryFileSystem::status(std::string_view path) {
  k8s::MutexLock const lock(mutex_);
  if (auto admitted = admit("look at", path, Access::read); admitted.has_error()) return admitted.error();
  auto const found = find("look at", path);
  if (found.has_error()) return found.error();
  auto const& node = tree_.node(*found);
  return FileStatus{.kind = node.kind,
                    .mode = node.mode,
                    .uid = node.uid,
                    .gid = node.gid,
                    .device = hidden_.contains(node.device) ? MemoryTree::Node().device : node.device,
                    .inode = *found,
                    .size = node.content.size(),
                    .modified = node.modified,
                    .changed = node.changed};
}

StorageResult<void> MemoryFileSystem::make_directory(std::string_view path, std::uint32_t mode) {
  constexpr auto action = "create directory";
  k8s::MutexLock const lock(mutex_);
  if (auto admitted = admit(action, path, Access::grow); admitted.has_error()) return admitted;
  if (path.empty() || tree_.find(path).has_value()) return error_of(StorageFault::exists, action, path);
  auto const parent = find_directory(action, parent_of(path));
  if (parent.has_error()) return error_of(parent.error().fault, action, path);
  add(*parent, last_component(path), {.mode = mode, .device = tree_.node(*parent).device, .content = {}},
      Durability::volatile_until_synced);
  note(fmt::format("make_directory {} {:04o}", path, mode));
  return {};
}

StorageResult<void> MemoryFileSystem::set_mode(std::string_view path, std::uint32_t mode) {
  k8s::MutexLock const lock(mutex_);
  if (auto admitted = admit("set the mode of", path, Access::change); admitted.has_error()) return admitted;
  auto const found = find_directory("set the mode of", path);
  if (found.has_error()) return found.error();
  tree_.node(*found).mode = mode;
  tree_.node(*found).changed = clock_();
  note(fmt::format("set_mode {} {:04o}", path, mode));
  return {};
}

StorageResult<void> MemoryFileSystem::set_owner(std::string_view path, std::optional<std::uint32_t> uid,
                                                std::optional<std::uint32_t> gid) {
  k8s::MutexLock const lock(mutex_);
  if (auto admitted = admit("set the owner of", path, Access::change); admitted.has_error()) return admitted;
  auto const found = find_directory("set the owner of", path);
  if (found.has_error()) return found.error();
  auto& node = tree_.node(*found);
  node.uid = uid.value_or(node.uid);
  node.gid = gid.value_or(node.gid);
  note(fmt::format("set_owner {} {}:{}", path, node.uid, node.gid));
  return {};
}

StorageResult<void> MemoryFileSystem::remove(std::string_view action, std::string_view path, bool directory) {
  if (auto admitted = admit(action, path, Access::change); admitted.has_error()) return admitted;
  if (path.empty()) return error_of(StorageFault::busy, action, path);
  auto const found = find(action, path);
  if (found.has_error()) return found.error();
  bool const hidden = hidden_.contains(tree_.node(*found).device);
  if (tree_.is_mounted(*found) && !hidden) return error_of(StorageFault::busy, action, path);
  bool const is_directory = tree_.node(*found).kind == FileKind::directory;
  if (directory && !is_directory) return error_of(StorageFault::not_directory, action, path);
  if (!directory && is_directory) return error_of(StorageFault::io, action, path);
  if (!tree_.entries(*found).empty()) return error_of(StorageFault::exists, action, path);
  auto const parent = *tree_.find(parent_of(path));
  tree_.remove(parent, last_component(path), Durability::volatile_until_synced);
  note_change(tree_.node(parent), clock_());
  note(fmt::format("{} {}", directory ? "remove_directory" : "remove_file", path));
  return {};
}

StorageResult<void> MemoryFileSystem::remove_directory(std::string_view path) {
  k8s::MutexLock const lock(mutex_);
  return remove("remove directory", path, true);
}

StorageResult<void> MemoryFileSystem::remove_file(std::string_view path) {
  k8s::MutexLock const lock(mutex_);
  return remove("remove file", path, false);
}

StorageResult<void> MemoryFileSystem::rename(std::string_view from, std::string_view to) {
  auto const action = fmt::format("move to {:?} the directory", to);
  k8s::MutexLock const lock(mutex_);
  if (auto admitted = admit(action, from, Access::change); admitted.has_error()) return admitted;
  if (from.empty() || to.empty() || !is_plain_path(to)) return error_of(StorageFault::io, action, from);
  auto const source = find(action, from);
  if (source.has_error()) return source.error();
  if (tree_.find(to).has_value()) return error_of(StorageFault::exists, action, from);
  auto const target = find_directory(action, parent_of(to));
  if (target.has_error()) return error_of(target.error().fault, action, from);
  if (to.starts_with(std::string(from) + "/")) return error_of(StorageFault::io, action, from);
  bool const hidden = hidden_.contains(tree_.node(*source).device);
  if (tree_.is_mounted(*source) && !hidden) return error_of(StorageFault::busy, action, from);
  if (tree_.node(*source).device != tree_.node(*target).device) {
    return error_of(StorageFault::other_file_system, action, from);
  }
  tree_.node(*source).changed = clock_();
  auto const parent = *tree_.find(parent_of(from));
  tree_.move(parent, last_component(from), *target, last_component(to), Durability::volatile_until_synced);
  note_change(tree_.node(parent), clock_());
  note_change(tree_.node(*target), clock_());
  note(fmt::format("rename {} {}", from, to));
  return {};
}

StorageResult<std::string> MemoryFileSystem::read_file(std::string_view path, std::size_t max_size) {
  k8s::MutexLock const lock(mutex_);
  if (auto admitted = admit("read", path, Access::read); admitted.has_error()) return admitted.error();
  auto const found = find("read", path);
  if (found.has_error()) return found.error();
  auto const& node = tree_.node(*found);
  if (node.kind == FileKind::symlink) return error_of(StorageFault::not_directory, "read", path);
  if (node.kind != FileKind::file) return describe({StorageFault::malformed, "not a regular file"}, "read", path);
  if (node.content.size() > max_size) {
    return describe({StorageFault::malformed, fmt::format("larger than {} bytes", max_size)}, "read", path);
  }
  return node.content;
}

StorageResult<void> MemoryFileSystem::write_file(std::string_view path, std::string_view content) {
  k8s::MutexLock const lock(mutex_);
  if (auto admitted = admit("write", path, Access::grow); admitted.has_error()) return admitted;
  auto const parent = find_directory("write", parent_of(path));
  if (parent.has_error()) return error_of(parent.error().fault, "write", path);
  auto const standing = tree_.find(path);
  if (standing.has_value() && tree_.node(*standing).kind != FileKind::file) {
    return error_of(StorageFault::exists, "write", path);
  }
  add(*parent, last_component(path),
      {.kind = FileKind::file, .mode = 0600, .device = tree_.node(*parent).device, .content = std::string(content)},
      Durability::lasting);
  tree_.sync(*parent);  // as fsync of the directory does with all that happened in it
  note(fmt::format("write_file {}", path));
  return {};
}

StorageResult<void> MemoryFileSystem::sync_directory(std::string_view path) {
  k8s::MutexLock const lock(mutex_);
  if (auto admitted = admit("sync directory", path, Access::read); admitted.has_error()) return admitted;
  auto const found = find_directory("sync directory", path);
  if (found.has_error()) return found.error();
  tree_.sync(*found);
  note(fmt::format("sync_directory {}", path));
  return {};
}

StorageResult<std::vector<DirectoryEntry>> MemoryFileSystem::list(std::string_view path, std::size_t max_entries) {
  k8s::MutexLock const lock(mutex_);
  if (auto admitted = admit("list", path, Access::read); admitted.has_error()) return admitted.error();
  auto const found = find_directory("list", path);
  if (found.has_error()) return found.error();
  std::vector<DirectoryEntry> listed;
  for (auto const& [name, id] : tree_.entries(*found)) {
    if (listed.size() == max_entries) break;
    listed.push_back({name, tree_.node(id).kind, id});
  }
  return listed;
}

StorageResult<void> MemoryFileSystem::scan(std::string_view path, EntryVisitor const& visit) {
  auto const listed = list(path, std::numeric_limits<std::size_t>::max());
  if (listed.has_error()) return listed.error();
  for (auto const& entry : *listed) visit(entry);
  return {};
}

StorageResult<Space> MemoryFileSystem::space() {
  k8s::MutexLock const lock(mutex_);
  if (auto admitted = admit("measure", "", Access::read); admitted.has_error()) return admitted.error();
  return Space{.free_bytes = free_.value_or(full_ ? 0 : pretended_size), .total_bytes = pretended_size};
}

StorageResult<RootedContent> MemoryFileSystem::look(std::string_view path, std::size_t max_size) {
  auto content = read_file(path, max_size);
  auto const device = MemoryTree::Node().device;
  if (content.has_value()) return RootedContent{.content = std::move(*content), .root = {}, .device = device};
  if (content.error().fault == StorageFault::not_found)
    return RootedContent{.content = {}, .root = {}, .device = device};
  return content.error();
}

StorageResult<MountInfo> MemoryFileSystem::mount_info() {
  k8s::MutexLock const lock(mutex_);
  if (auto admitted = admit("find the mount of", "", Access::read); admitted.has_error()) return admitted.error();
  return MountInfo{.is_mount_point = true, .type = "memory", .source = "memory"};
}

MemoryTree::NodeId MemoryFileSystem::put(std::string_view path, MemoryTree::Node node) {
  auto directory = MemoryTree::root;
  auto const depth = component_count(path);
  for (std::size_t i = 1; i < depth; ++i) {
    auto const way = leading(path, i);
    auto const standing = tree_.find(way);
    directory = standing.has_value()
                    ? *standing
                    : add(directory, last_component(way), {.device = tree_.node(directory).device, .content = {}},
                          Durability::lasting);
  }
  node.device = tree_.node(directory).device;
  auto const standing = tree_.find(path);
  if (standing.has_value() && tree_.node(*standing).kind == FileKind::directory) return *standing;
  if (standing.has_value()) tree_.remove(directory, last_component(path), Durability::lasting);
  return add(directory, last_component(path), std::move(node), Durability::lasting);
}

void MemoryFileSystem::put_directory(std::string_view path, std::uint32_t mode) {
  k8s::MutexLock const lock(mutex_);
  put(path, {.mode = mode, .content = {}});
}

void MemoryFileSystem::put_file(std::string_view path, std::string_view content) {
  k8s::MutexLock const lock(mutex_);
  put(path, {.kind = FileKind::file, .mode = 0644, .content = std::string(content)});
}

void MemoryFileSystem::put_symlink(std::string_view path, std::string_view target) {
  k8s::MutexLock const lock(mutex_);
  put(path, {.kind = FileKind::symlink, .mode = 0777, .content = std::string(target)});
}

std::map<std::string, std::string> MemoryFileSystem::dump() const {
  k8s::MutexLock const lock(mutex_);
  std::map<std::string, std::string> all;
  std::vector<std::pair<std::string, MemoryTree::NodeId>> open{{"", MemoryTree::root}};
  while (!open.empty()) {
    auto const [path, id] = std::move(open.back());
    open.pop_back();
    for (auto const& [name, child] : tree_.entries(id)) {
      auto const place = joined(path, name);
      auto const mounted = tree_.mounted_at(child);
      all[place] = shown(tree_.node(mounted));
      open.emplace_back(place, mounted);
    }
  }
  return all;
}

void MemoryFileSystem::crash(Unsynced unsynced) {
  k8s::MutexLock const lock(mutex_);
  tree_.crash([unsynced] { return unsynced == Unsynced::kept; });
}

void MemoryFileSystem::crash(std::uint64_t seed) {
  k8s::MutexLock const lock(mutex_);
  std::mt19937_64 random(seed);
  tree_.crash([&random] { return (random() & 1U) != 0; });
}

std::vector<std::string> MemoryFileSystem::log() const {
  k8s::MutexLock const lock(mutex_);
  return log_;
}

void MemoryFileSystem::set_read_only(bool on) {
  k8s::MutexLock const lock(mutex_);
  read_only_ = on;
}

void MemoryFileSystem::set_full(bool on) {
  k8s::MutexLock const lock(mutex_);
  full_ = on;
}

void MemoryFileSystem::set_clock(std::function<FileTime()> clock) {
  k8s::MutexLock const lock(mutex_);
  clock_ = std::move(clock);
}

void MemoryFileSystem::set_free(std::optional<std::uint64_t> bytes) {
  k8s::MutexLock const lock(mutex_);
  free_ = bytes;
}

void MemoryFileSystem::set_missing(bool on) {
  k8s::MutexLock const lock(mutex_);
  missing_ = on;
}

void MemoryFileSystem::set_stale(std::size_t count) {
  k8s::MutexLock const lock(mutex_);
  stale_ = count;
}

void MemoryFileSystem::set_fault(std::string_view path, std::optional<StorageFault> fault) {
  k8s::MutexLock const lock(mutex_);
  faults_.erase(std::string(path));
  if (fault) faults_.emplace(path, *fault);
}

void MemoryFileSystem::set_device(std::string_view path, std::uint64_t device) {
  k8s::MutexLock const lock(mutex_);
  if (auto const found = tree_.find(path); found.has_value()) tree_.node(*found).device = device;
}

void MemoryFileSystem::mount(std::string_view path, Border border) {
  k8s::MutexLock const lock(mutex_);
  auto const over = put(path, {.content = {}});
  auto const known = file_systems_.find(path);
  if (known != file_systems_.end()) return tree_.mount(over, known->second);
  constexpr std::uint64_t first_device = 1000;
  auto const device = first_device + file_systems_.size();
  if (border == Border::hidden) hidden_.insert(device);
  auto const root = tree_.make_root({.device = device, .content = {}});
  file_systems_.emplace(path, root);
  tree_.mount(over, root);
}

void MemoryFileSystem::unmount(std::string_view path) {
  k8s::MutexLock const lock(mutex_);
  if (auto const known = file_systems_.find(path); known != file_systems_.end()) tree_.unmount(known->second);
}

}  // namespace nfs
