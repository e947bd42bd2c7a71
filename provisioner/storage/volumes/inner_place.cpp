#include "provisioner/storage/volumes/inner_place.hpp"

#include <fmt/format.h>

#include "provisioner/core/naming.hpp"
#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/path_steps.hpp"
#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"

namespace nfs {

std::string_view inner_root_of(std::string_view place) {
  auto const depth = layout::is_private(place) ? 0 : component_count(place);
  for (std::size_t count = 1; count + 1 < depth; ++count) {
    if (last_component(leading(place, count + 1)) == names::private_directory) {
      return leading(place, count);
    }
  }
  return {};
}

std::string inner_archive(std::string_view root, std::string_view archive) {
  return joined(joined(root, layout::archives), archive);
}

bool is_inner_archive(std::string_view place, std::string_view original_path) {
  auto const root = inner_root_of(place);
  auto const archive = last_component(place);
  return !root.empty() && lies_below(original_path, root) && archive.starts_with(names::archive_prefix) &&
         place == inner_archive(root, archive);
}

std::vector<std::string> possible_inner_roots(std::string_view path, std::span<std::uint64_t const> devices) {
  auto highest = devices.size();
  while (highest > 1 && devices[highest - 2] == devices.back()) {
    --highest;
  }
  if (highest == devices.size()) {
    return {};
  }
  std::vector<std::string> roots{std::string(leading(path, highest))};
  if (auto const above = parent_of(path); above != roots.front()) {
    roots.emplace_back(above);
  }
  return roots;
}

StorageResult<bool> is_mounted(FileSystem& files, std::string_view directory) {
  auto const status = files.status(directory);
  if (status.has_error()) {
    auto const fault = status.error().fault;
    bool const missing = fault == StorageFault::not_found || fault == StorageFault::not_directory;
    return missing ? StorageResult<bool>(false) : status.error();
  }
  ASSIGN_OR_RETURN(auto const above, files.status(parent_of(directory)));
  return status->device != above.device;
}

StorageResult<bool> is_away(FileSystem& files, std::string_view place) {
  auto const root = inner_root_of(place);
  if (root.empty()) {
    return false;
  }
  auto const status = files.status(joined(root, names::private_directory));
  if (status.has_value()) {
    return status->kind != FileKind::directory;
  }
  auto const fault = status.error().fault;
  if (fault == StorageFault::not_found || fault == StorageFault::not_directory) {
    return true;
  }
  return status.error();
}

StorageError not_mounted(std::string_view action, std::string_view place) {
  auto const root = inner_root_of(place);
  auto const why = fmt::format("the file system of its own at {:?} is not mounted, or is another one: {:?} is missing",
                               root, joined(root, names::private_directory));
  return describe({StorageFault::not_mounted, why}, action, place);
}

StorageResult<void> make_inner_directories(FileSystem& files, PrivateDirectories& directories, std::string_view place) {
  auto const top = component_count(inner_root_of(place));
  for (auto count = top + 1; count < component_count(place); ++count) {
    auto const directory = leading(place, count);
    auto const made = files.make_directory(directory, layout::mode_of_directories);
    if (made.has_error() && made.error().fault != StorageFault::exists) {
      return made;
    }
    ASSIGN_OR_RETURN(auto const status, files.status(directory));
    if (status.kind != FileKind::directory) {
      return describe({StorageFault::not_directory, "something else than a directory stands there"}, "use", directory);
    }
  }
  for (auto count = top; count + 1 < component_count(place); ++count) {
    RETURN_IF_ERROR(directories.sync(leading(place, count)));
  }
  return {};
}

void remove_inner_directories(FileSystem& files, std::string_view place) {
  auto const root = inner_root_of(place);
  auto directory = root.empty() ? root : parent_of(place);
  while (directory.size() > root.size() && files.remove_directory(directory).has_value()) {
    directory = parent_of(directory);
  }
}

}  // namespace nfs
