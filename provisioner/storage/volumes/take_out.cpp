#include "provisioner/storage/volumes/take_out.hpp"

#include <fmt/format.h>

#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "provisioner/storage/volumes/source_parents.hpp"

namespace nfs {
namespace {

/// Of volumes that this program made or is making. The place of one whose directory is gone may be filled again.
StorageResult<void> check_clear_of_volumes(Intents& intents, std::string_view path) {
  for (auto const all : {&Intents::all_settled, &Intents::all_begun}) {
    ASSIGN_OR_RETURN(auto const found, (intents.*all)());
    for (auto const& each : found) {
      if (!lies_below(path, each.path) && !lies_below(each.path, path)) {
        continue;
      }
      return describe({StorageFault::exists, fmt::format("it is in one tree with {:?}, which volume {} has; choose "
                                                         "another place",
                                                         each.path, each.volume)},
                      "restore to", path);
    }
  }
  return {};
}

StorageResult<void> check_clear_of_neighbours(RelativePath const& path, std::string const& own_id,
                                              Neighbours const& neighbours) {
  for (auto const* holder : {holder_of(path, own_id, neighbours), rival_for(path, own_id, neighbours)}) {
    if (holder != nullptr) {
      auto const why = fmt::format("it is in one tree with a directory of cluster {}; choose another place",
                                   to_string(holder->cluster));
      return describe({StorageFault::exists, why}, "restore to", path.text());
    }
  }
  return {};
}

/// Where an archive is to be taken out to.
StorageResult<void> check_free(FileSystem& files, Intents& intents, std::string_view path) {
  auto const occupied = files.status(path);
  if (occupied.has_value()) {
    return describe({StorageFault::exists, "something stands there already"}, "restore to", path);
  }
  if (occupied.error().fault != StorageFault::not_found) {
    return occupied.error();
  }
  return check_clear_of_volumes(intents, path);
}

}  // namespace

StorageResult<void> take_out(FileSystem& files, PrivateDirectories& directories, std::string_view from,
                             Destination const& to) {
  auto const& path = to.path.text();
  if (layout::is_private(path)) {
    return describe({StorageFault::io, "the target is the program's own; choose another place"}, "restore", from);
  }
  RETURN_IF_ERROR(check_free(files, to.intents, path));
  RETURN_IF_ERROR(check_clear_of_neighbours(to.path, to.own_id, to.neighbours));
  RETURN_IF_ERROR(make_parents(files, path, 0));
  // Data must not be moved to a place that a crash could take away.
  RETURN_IF_ERROR(directories.sync_way_to(path));
  return files.rename(from, path);
}

}  // namespace nfs
