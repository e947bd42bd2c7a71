#pragma once

#include "provisioner/storage/volumes/volume_work.hpp"

// One function for each step of a plan; what they do is said at Step.
namespace nfs::plan::steps {

using Done = StorageResult<void>;

// work_looks.cpp
[[nodiscard]] Done look_at_source(VolumeWork& work);
[[nodiscard]] Done look_at_target(VolumeWork& work);
[[nodiscard]] Done look_at_intent(VolumeWork& work);
[[nodiscard]] Done look_at_settled_intent(VolumeWork& work);
[[nodiscard]] Done look_whether_settled(VolumeWork& work);
[[nodiscard]] Done look_at_archive(VolumeWork& work);
[[nodiscard]] Done look_at_own_release(VolumeWork& work);
[[nodiscard]] Done look_at_content(VolumeWork& work);
[[nodiscard]] Done look_at_way(VolumeWork& work);
[[nodiscard]] Done look_at_records(VolumeWork& work);
[[nodiscard]] Done look_at_neighbours(VolumeWork& work);
[[nodiscard]] Done check_archive(VolumeWork& work);
[[nodiscard]] Done check_marker(VolumeWork& work);

// work_places.cpp
[[nodiscard]] Done choose_place(VolumeWork& work);
[[nodiscard]] Done choose_name(VolumeWork& work);
[[nodiscard]] Done make_target_directory(VolumeWork& work);
[[nodiscard]] Done write_record(VolumeWork& work);
[[nodiscard]] Done write_signpost(VolumeWork& work);

// work_making.cpp
[[nodiscard]] Done undo_other_intent(VolumeWork& work);
[[nodiscard]] Done write_intent(VolumeWork& work);
[[nodiscard]] Done make_parents(VolumeWork& work);
[[nodiscard]] Done make_source(VolumeWork& work);
[[nodiscard]] Done make_archive_parents(VolumeWork& work);
[[nodiscard]] Done set_owner(VolumeWork& work);
[[nodiscard]] Done set_mode(VolumeWork& work);
[[nodiscard]] Done mark_restoring(VolumeWork& work);
[[nodiscard]] Done move_archive_to_source(VolumeWork& work);
[[nodiscard]] Done sync_way(VolumeWork& work);

// work_changes.cpp
[[nodiscard]] Done write_trash_record(VolumeWork& work);
[[nodiscard]] Done move_to_target(VolumeWork& work);
[[nodiscard]] Done move_source_to_archive(VolumeWork& work);
[[nodiscard]] Done remove_source(VolumeWork& work);
[[nodiscard]] Done remove_parents(VolumeWork& work);
[[nodiscard]] Done remove_archive_parents(VolumeWork& work);
[[nodiscard]] Done settle_intent(VolumeWork& work);
[[nodiscard]] Done remove_intent(VolumeWork& work);
[[nodiscard]] Done remove_settled_intent(VolumeWork& work);
[[nodiscard]] Done note_record(VolumeWork& work);
[[nodiscard]] Done forget_record(VolumeWork& work);
[[nodiscard]] Done forget_archive_record(VolumeWork& work);
[[nodiscard]] Done forget_kept_records(VolumeWork& work);
[[nodiscard]] Done free_archive(VolumeWork& work);

// work_syncs.cpp
[[nodiscard]] Done sync_source_parent(VolumeWork& work);
[[nodiscard]] Done sync_target_parent(VolumeWork& work);
[[nodiscard]] Done sync_archive_parent(VolumeWork& work);
[[nodiscard]] Done sync_archive_origin(VolumeWork& work);
[[nodiscard]] Done sync_root(VolumeWork& work);
[[nodiscard]] Done sync_trash(VolumeWork& work);
[[nodiscard]] Done sync_creating(VolumeWork& work);
[[nodiscard]] Done sync_volumes(VolumeWork& work);

/// Notes whether the source is the root of a file system, which is neither moved nor removed.
[[nodiscard]] Done look_whether_immovable(VolumeWork& work, StorageError const& busy);
/// Where the archive stood that the volume is, was, or is to be made of.
[[nodiscard]] std::string const& archive_place(VolumeWork const& work);
/// No other worker moves an archive until the call ends.
void lock_archives(VolumeWork& work);
/// Notes an intent that was read or written.
void note_intent(VolumeWork& work, Intent intent);

}  // namespace nfs::plan::steps
