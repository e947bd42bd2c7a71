#include "provisioner/storage/volumes/source_parents.hpp"

#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/path_steps.hpp"
#include "provisioner/storage/files/return_if_error.hpp"

namespace nfs {
namespace {

bool stays_for_good(StorageFault fault, bool ours) {
  if (fault == StorageFault::exists || fault == StorageFault::not_directory) {
    return true;
  }
  return !ours && (fault == StorageFault::permission || fault == StorageFault::busy);
}

}  // namespace

StorageError in_the_way(std::string_view component) {
  return describe(
      {StorageFault::not_directory, "something else than a directory stands there; symbolic links are never followed"},
      "create directory", component);
}

StorageResult<StandingWay> look_at_way(FileSystem& files, std::string_view path, std::uint64_t device) {
  StandingWay way;
  auto const depth = component_count(path);
  for (; way.levels < depth; ++way.levels) {
    auto const component = leading(path, way.levels + 1);
    auto const status = files.status(component);
    if (status.has_error() && status.error().fault == StorageFault::not_found) {
      break;
    }
    if (status.has_error()) {
      return status.error();
    }
    if (status->kind != FileKind::directory) {
      return in_the_way(component);
    }
    if (device != 0 && status->device != device) {
      way.file_system = component;
    }
    device = status->device;
  }
  return way;
}

StorageResult<void> make_parents(FileSystem& files, std::string_view path, std::size_t existing) {
  auto const depth = component_count(path);
  for (std::size_t count = existing + 1; count < depth; ++count) {
    auto const component = leading(path, count);
    auto made = files.make_directory(component, 0755);
    if (made.has_value()) {
      continue;
    }
    if (made.error().fault != StorageFault::exists) {
      return made;
    }
    // A neighbour's, ours of before a crash, or ours of just now, whose first answer NFS lost.
    ASSIGN_OR_RETURN(auto const status, files.status(component));
    if (status.kind != FileKind::directory) {
      return in_the_way(component);
    }
  }
  return {};
}

StorageResult<void> remove_empty_parents(FileSystem& files, PrivateDirectories& directories, std::string_view path,
                                         std::size_t existing) {
  auto parent = parent_of(path);
  for (; !parent.empty(); parent = parent_of(parent)) {
    auto const removed = files.remove_directory(parent);
    if (removed.has_value() || removed.error().fault == StorageFault::not_found) {
      continue;
    }
    if (!stays_for_good(removed.error().fault, component_count(parent) > existing)) {
      return removed;
    }
    break;
  }
  return directories.sync_nearest(parent);
}

}  // namespace nfs
