// What goes into the trash, rests there, comes back and is removed.
#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/inner_place.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "provisioner/storage/volumes/release_plan.hpp"
#include "provisioner/storage/volumes/tree_purge.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"
#include "provisioner/storage/volumes/volume_work.hpp"

namespace nfs {

StorageResult<Released> VolumeStore::release_to_trash(std::string_view volume, RelativePath const& path,
                                                      std::string const& target, TrashRecord const* record) {
  if (parts_.take_overs.any() && !catalog_.complete()) {
    return describe({StorageFault::busy, "the records are being read, and one may keep it for another claim"},
                    "remove directory", path.text());
  }
  plan::ReleaseSeen seen;
  seen.rests = record != nullptr;
  seen.kept_for_claim = catalog_.keeps_what_was_in_use(path.text());
  plan::Subject const subject{.volume = std::string(volume),
                              .source = path.text(),
                              .target = target,
                              .outer_target = target,
                              .resting = record};
  auto const releasing = parts_.archives.begin_release(subject.volume);
  return plan::carry_out<Released>(parts_, subject, seen, [](plan::ReleaseSeen const& now) {
    return plan::next_of_release(plan::ReleaseGoal::trash, now);
  });
}

StorageResult<Released> VolumeStore::trash(std::string_view volume, RelativePath const& path) {
  if (layout::is_private(path.text())) {
    return describe({StorageFault::io, "it is not a volume's"}, "remove directory", path.text());
  }
  RETURN_IF_ERROR(ready_for(volume));
  return release_to_trash(volume, path, parts_.cluster.trash_of(volume), nullptr);
}

StorageResult<Released> VolumeStore::rest(TrashRecord const& record) {
  auto const path = RelativePath::parse_internal(record.original_path);
  auto const* from = std::get_if<RelativePath>(&path);
  if (from == nullptr || from->text() != record.original_path || layout::is_private(record.original_path)) {
    return describe({StorageFault::io, "it is not a volume's"}, "remove directory", record.original_path);
  }
  RETURN_IF_ERROR(ready_for(record.volume));
  auto ours = record;
  ours.cluster_id = cluster_id();
  ASSIGN_OR_RETURN(auto const name, parts_.resting.name_for(ours));
  return release_to_trash(record.volume, *from, parts_.cluster.resting_of(name), &ours);
}

StorageResult<RestingNames> VolumeStore::resting() {
  RETURN_IF_ERROR(healthy());
  return parts_.resting.names();
}

StorageResult<std::optional<RestingTree>> VolumeStore::find_resting(std::string_view name) {
  RETURN_IF_ERROR(ready_for(name));
  return parts_.resting.find(name);
}

StorageResult<std::optional<std::string>> VolumeStore::end_rest(std::string_view name) {
  RETURN_IF_ERROR(ready_for(name));
  return parts_.resting.end(name);
}

StorageResult<void> VolumeStore::forget_lone_record(std::string_view name, k8s::WallTime written_before) {
  RETURN_IF_ERROR(ready_for(name));
  return parts_.resting.forget_lone(name, written_before);
}

StorageResult<void> VolumeStore::take_back(std::string_view name, RelativePath const& to) {
  RETURN_IF_ERROR(ready_for(name));
  ASSIGN_OR_RETURN(auto const neighbours, parts_.neighbours.look());
  return parts_.resting.take_back(name, {to, parts_.intents, *neighbours, cluster_id()});
}

StorageResult<void> VolumeStore::move_out(std::string_view archive, RelativePath const& to) {
  RETURN_IF_ERROR(healthy());
  ASSIGN_OR_RETURN(auto const neighbours, parts_.neighbours.look());
  return parts_.archives.move_out(archive, {to, parts_.intents, *neighbours, cluster_id()});
}

StorageResult<std::string> VolumeStore::move_to_trash(std::string_view archive) {
  RETURN_IF_ERROR(healthy());
  return parts_.archives.move_to_trash(archive);
}

StorageResult<std::vector<std::string>> VolumeStore::trashed() {
  RETURN_IF_ERROR(healthy());
  std::vector<std::string> volumes;
  auto const scanned = files_.scan(parts_.cluster.trash(), [&](DirectoryEntry const& entry) {
    if (layout::is_volume_name(entry.name)) {
      volumes.push_back(entry.name);
    }
  });
  // A trash that was cleared away held nothing.
  bool const missing = scanned.has_error() && scanned.error().fault == StorageFault::not_found;
  if (scanned.has_error() && !missing) {
    return scanned.error();
  }
  return volumes;
}

StorageResult<bool> VolumeStore::purge_some(std::string_view volume, std::size_t budget) {
  RETURN_IF_ERROR(ready_for(volume));
  auto const place = parts_.cluster.trash_of(volume);
  auto const top = files_.status(place);
  if (top.has_error() || top->kind != FileKind::file) {
    return purge_tree(files_, place, budget);
  }
  ASSIGN_OR_RETURN(auto const signpost, parts_.resting.signpost_at(place));
  if (!signpost) {
    return describe({StorageFault::malformed, "it does not say where a tree stands"}, "read", place);
  }
  return purge_elsewhere(*signpost, place, budget);
}

/// The signpost goes once nothing stands where it leads to, and nothing is on its way there.
StorageResult<bool> VolumeStore::purge_elsewhere(Signpost const& signpost, std::string const& place,
                                                 std::size_t budget) {
  auto const& tree = signpost.stands_at;
  ASSIGN_OR_RETURN(bool const away, is_away(files_, tree));
  if (away) {
    return not_mounted("remove", tree);
  }
  ASSIGN_OR_RETURN(bool const is_there, stands(tree));
  ASSIGN_OR_RETURN(bool const gone, is_there ? purge_tree(files_, tree, budget) : StorageResult<bool>(true));
  if (!gone) {
    return false;
  }
  // A tree that came back after a crash would be without its signpost.
  RETURN_IF_ERROR(parts_.directories.sync_nearest(parent_of(tree)));
  k8s::MutexLock const lock(archives_mutex_);
  ASSIGN_OR_RETURN(bool const is_back, stands(tree));
  if (is_back || parts_.archives.is_being_released(signpost.volume)) {
    return describe({StorageFault::busy, "something is on its way to where it leads"}, "remove", place);
  }
  RETURN_IF_ERROR(files_.remove_file(place));
  return true;
}

StorageResult<std::string> VolumeStore::resting_place(std::string_view name) {
  RETURN_IF_ERROR(ready_for(name));
  return parts_.resting.place_of(name);
}

StorageResult<k8s::WallTime> VolumeStore::server_time() {
  RETURN_IF_ERROR(healthy());
  auto const file = parts_.cluster.clock_file();
  auto const written = parts_.directories.write(file, "The time of this file is the server's.\n");
  if (written.has_value()) {
    ASSIGN_OR_RETURN(auto const status, files_.status(file));
    return status.modified;
  }
  if (written.error().fault != StorageFault::full) {
    return written.error();
  }
  // What ends gives room: a full export must not keep it from that. This needs none.
  auto const root = parts_.cluster.root();
  RETURN_IF_ERROR(files_.set_mode(root, layout::mode_of_directories));
  ASSIGN_OR_RETURN(auto const status, files_.status(root));
  return status.changed;
}

StorageResult<Space> VolumeStore::space() {
  RETURN_IF_ERROR(healthy());
  ASSIGN_OR_RETURN(auto const space, files_.space());
  RETURN_IF_ERROR(healthy());
  return space;
}

}  // namespace nfs
