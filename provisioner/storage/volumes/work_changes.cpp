// The steps of work_steps.hpp that move and remove.
#include <algorithm>
#include <utility>

#include "provisioner/storage/files/path_steps.hpp"
#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/inner_place.hpp"
#include "provisioner/storage/volumes/record_in_place.hpp"
#include "provisioner/storage/volumes/source_parents.hpp"
#include "provisioner/storage/volumes/work_steps.hpp"

namespace nfs::plan::steps {

Done write_trash_record(VolumeWork& work) {
  return work.parts.resting.write(last_component(work.subject.outer_target), *work.subject.resting);
}

Done move_to_target(VolumeWork& work) {
  auto const& from = work.subject.source;
  auto const& to = work.subject.target;
  bool const in_private = !parent_of(to).empty() && !work.seen.inner;
  auto const moved = in_private ? work.parts.directories.move(from, to) : work.parts.files.rename(from, to);
  if (moved.has_value()) {
    work.seen.source = Stands::nothing;
    work.seen.target = Stands::directory;
    return {};
  }
  auto const fault = moved.error().fault;
  if (fault == StorageFault::other_file_system) {
    work.seen.crosses = true;
    return {};
  }
  if (fault == StorageFault::busy) {
    return look_whether_immovable(work, moved.error());
  }
  if (fault == StorageFault::not_found && work.seen.inner) {
    // It may be the target's directory that is missing.
    ASSIGN_OR_RETURN(bool const stands, directory_stands(work.parts.files, from));
    if (stands && !std::exchange(work.made_again, true)) {
      work.seen.done.remove(Step::make_target_directory);  // another release may have removed it while it was empty
      work.seen.done.remove(Step::move_to_target);
      return {};
    }
    if (stands) {
      return moved;
    }
  }
  if (fault == StorageFault::not_found) {
    work.seen.source = Stands::nothing;
    work.seen.target = Stands::unknown;  // another process may have moved it there
    return {};
  }
  if (fault != StorageFault::exists) {
    return moved;
  }
  work.answer = moved.error();
  work.seen.target_refused = true;
  work.seen.source = Stands::unknown;
  work.seen.target = Stands::unknown;
  return {};
}

Done move_source_to_archive(VolumeWork& work) {
  RETURN_IF_ERROR(work.parts.files.rename(work.subject.source, archive_place(work)));
  work.seen.source = Stands::nothing;
  work.seen.archive = Stands::directory;
  return {};
}

Done remove_source(VolumeWork& work) {
  auto const removed = work.parts.files.remove_directory(work.subject.source);
  if (removed.has_value()) {
    work.seen.source = Stands::nothing;
    work.seen.source_removed = true;
    return {};
  }
  auto const fault = removed.error().fault;
  if (fault == StorageFault::not_found) {
    work.seen.source = Stands::nothing;
    work.seen.target = Stands::unknown;  // another process may have moved it there
    return {};
  }
  if (fault == StorageFault::busy) {
    return look_whether_immovable(work, removed.error());
  }
  // One that may not be removed may yet be moved.
  bool const may_be_archived =
      work.subject.record != nullptr && work.seen.intent != IntentSeen::made && fault == StorageFault::permission;
  if (fault != StorageFault::exists && fault != StorageFault::not_directory && !may_be_archived) {
    return removed;
  }
  work.seen.source_stays = true;
  return {};
}

Done remove_parents(VolumeWork& work) {
  // What was made for a volume that was never used goes with it, all of it. Of one that was used, the parents may be
  // others' by now.
  bool const ours = work.seen.intent == IntentSeen::made && !work.seen.done.has(Step::move_to_target);
  auto const existing = ours ? work.seen.existing : component_count(work.subject.source);
  return remove_empty_parents(work.parts.files, work.parts.directories, work.subject.source, existing);
}

Done remove_archive_parents(VolumeWork& work) {
  // Those of an inner file system stay: they tell that it is there.
  if (!inner_root_of(archive_place(work)).empty()) {
    return {};
  }
  // Not done again once the intent is settled: so only what lasts is passed over.
  auto removed = remove_empty_parents(work.parts.files, work.parts.directories, archive_place(work), 0);
  bool const stays = removed.has_error() && removed.error().fault == StorageFault::permission;
  return stays ? Done() : removed;
}

namespace {

/// Also where the file system that it is on is not mounted.
StorageResult<bool> may_stand(FileSystem& files, Intent const& intent) {
  auto const stands = directory_stands(files, intent.path);
  if (stands.has_error() && stands.error().fault != StorageFault::not_directory) {
    return stands.error();
  }
  if (stands.has_error() || *stands || intent.file_system.empty()) {
    return stands.has_value() && *stands;
  }
  ASSIGN_OR_RETURN(bool const mounted, is_mounted(files, intent.file_system));
  return !mounted;
}

/// Whether another volume of this cluster has the very same directory, or is about to.
StorageResult<bool> is_another_volumes(VolumeWork& work, Intent const& intent) {
  ASSIGN_OR_RETURN(auto const settled, work.parts.intents.settled_around(intent.path, intent.volume));
  if (settled) {
    return true;
  }
  ASSIGN_OR_RETURN(auto const begun, work.parts.intents.all_begun());
  return std::ranges::any_of(
      begun, [&](Intent const& each) { return each.volume != intent.volume && each.path == intent.path; });
}

/// The directory that a volume had before etcd forgot it, and before it was made again at another one: nothing else
/// will tell of it once its settled intent is written over. docs/behaviour.md#lost.
Done keep_for_claim(VolumeWork& work, Intent const& before, std::string const& time) {
  // The record would keep it from that very claim.
  if (before.namespace_uid.empty()) {
    return {};
  }
  ASSIGN_OR_RETURN(bool const stands, may_stand(work.parts.files, before));
  ASSIGN_OR_RETURN(bool const anothers, is_another_volumes(work, before));
  if (!stands || anothers) {
    return {};
  }
  auto record = record_in_place(before, work.parts.cluster.id(), time);
  record.namespace_uid = before.namespace_uid;
  record.on_delete = "retain";
  auto& archives = work.parts.archives;
  ASSIGN_OR_RETURN(auto const named, archives.records().named(record));
  if (named.stands == RecordSeen::none) {
    RETURN_IF_ERROR(archives.records().write(named.record));
  }
  archives.catalog().put(named.record);
  return {};
}

}  // namespace

Done settle_intent(VolumeWork& work) {
  auto const settled = work.parts.intents.settle(work.subject.volume);
  if (settled.has_value()) {
    work.seen.settled = Settled::moved;
    return {};
  }
  auto const fault = settled.error().fault;
  if (fault == StorageFault::not_found) {
    work.seen.settled = Settled::nothing;
    return {};
  }
  if (fault != StorageFault::exists) {
    return settled;
  }
  // The other clusters know the directory by one of the two: the intent goes only if the settled one is seen to stand.
  ASSIGN_OR_RETURN(auto const before, work.parts.intents.find_settled(work.subject.volume));
  if (!before) {
    return settled;
  }
  // A volume that etcd forgot and that was made again may have another directory now.
  ASSIGN_OR_RETURN(auto const begun, work.parts.intents.find(work.subject.volume));
  if (begun && begun->path != before->path) {
    RETURN_IF_ERROR(keep_for_claim(work, *before, begun->time));
    RETURN_IF_ERROR(work.parts.intents.write_settled(*begun));
  }
  work.seen.settled = Settled::before;
  return {};
}

Done remove_intent(VolumeWork& work) {
  return work.parts.intents.remove(work.subject.volume);
}

Done remove_settled_intent(VolumeWork& work) {
  return work.parts.intents.remove_settled(work.subject.volume);
}

Done note_record(VolumeWork& work) {
  auto& archives = work.parts.archives;
  if (work.seen.done.has(Step::write_record)) {
    archives.catalog().put(record_to_write(work.subject));
    return {};
  }
  // A move that was finished at a later try: what was written first holds.
  ASSIGN_OR_RETURN(auto found, archives.records().find(recorded_as(work.subject)));
  if (found) {
    archives.catalog().put(std::move(*found));
  }
  return {};
}

Done forget_record(VolumeWork& work) {
  return work.parts.archives.forget(recorded_as(work.subject));
}

Done forget_archive_record(VolumeWork& work) {
  lock_archives(work);
  // Its volume is there once more, and its record is of that release by now.
  if (work.parts.archives.is_being_released(work.intent->restored_from)) return {};
  return work.parts.archives.forget(work.intent->restored_from);
}

Done forget_kept_records(VolumeWork& work) {
  for (auto const& volume : work.parts.archives.catalog().vacate(work.subject.source)) {
    RETURN_IF_ERROR(work.parts.archives.forget(volume));
  }
  return {};
}

Done free_archive(VolumeWork& work) {
  work.parts.archives.restoring().remove(work.subject.volume);
  return {};
}

}  // namespace nfs::plan::steps
