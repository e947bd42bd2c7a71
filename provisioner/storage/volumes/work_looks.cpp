// The looks of work_steps.hpp.
#include <utility>
#include <variant>

#include "provisioner/core/naming.hpp"
#include "provisioner/storage/files/path_steps.hpp"
#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/inner_place.hpp"
#include "provisioner/storage/volumes/source_parents.hpp"
#include "provisioner/storage/volumes/work_steps.hpp"

namespace nfs::plan::steps {
namespace {

StorageResult<Stands> look_at(FileSystem& files, std::string_view path) {
  auto const status = files.status(path);
  if (status.has_value()) {
    return status->kind == FileKind::directory ? Stands::directory : Stands::other;
  }
  if (status.error().fault == StorageFault::not_found) {
    return Stands::nothing;
  }
  return status.error();
}

/// Whether the intent is of what this call is about: of this directory or, where one is asked for, of this request.
bool fits(Subject const& subject, Intent const& intent) {
  if (!subject.source.empty() && intent.path != subject.source) {
    return false;
  }
  if (subject.request == nullptr) {
    return true;
  }
  return intent.restored_from == (subject.archive != nullptr ? subject.archive->volume : std::string());
}

}  // namespace

std::string const& archive_place(VolumeWork const& work) {
  return work.subject.archive != nullptr ? work.subject.archive->archived_path : work.intent->restored_path;
}

void lock_archives(VolumeWork& work) {
  if (!work.archives_lock.owns_lock()) {
    work.archives_lock = std::unique_lock(work.parts.archives.moving());
  }
}

namespace {

void note_archive_of(VolumeWork& work, Intent const& intent) {
  auto& seen = work.seen;
  seen.restored = !intent.restored_from.empty();
  seen.in_place = seen.restored && intent.restored_path == intent.path;
  seen.below_root = component_count(intent.restored_path) > 1;
}

/// Of a source that is not seen to stand: whether the file system that it was made on is there.
Done look_whether_away(VolumeWork& work, Intent const& intent) {
  bool const stands = work.seen.source == Stands::directory || work.seen.source == Stands::other;
  bool const asked =
      !stands && !work.seen.source_removed && !intent.file_system.empty() && !work.seen.done.has(Step::move_to_target);
  if (asked) {
    ASSIGN_OR_RETURN(bool const mounted, is_mounted(work.parts.files, intent.file_system));
    work.seen.source_away = !mounted;
  }
  return {};
}

}  // namespace

void note_intent(VolumeWork& work, Intent intent) {
  auto& seen = work.seen;
  bool const adopted = intent.existing == component_count(intent.path);
  seen.intent = adopted ? IntentSeen::adopted : IntentSeen::made;
  if (!fits(work.subject, intent)) {
    seen.intent = IntentSeen::other;
  }
  seen.existing = intent.existing;
  note_archive_of(work, intent);
  if (work.subject.source.empty()) {
    work.subject.source = intent.path;
  }
  work.intent = std::move(intent);
}

Done look_at_source(VolumeWork& work) {
  if (work.subject.archive != nullptr) {
    lock_archives(work);
  }
  auto const stands = look_at(work.parts.files, work.subject.source);
  if (stands.has_value()) {
    work.seen.source = *stands;
    return {};
  }
  if (stands.error().fault != StorageFault::not_directory) {
    return stands.error();
  }
  work.answer = stands.error();
  work.seen.source = Stands::other;
  return {};
}

Done look_at_target(VolumeWork& work) {
  auto& seen = work.seen;
  ASSIGN_OR_RETURN(seen.target, look_at(work.parts.files, work.subject.target));
  bool const in_trash = work.subject.record == nullptr;
  if (seen.target == Stands::other && in_trash) {
    ASSIGN_OR_RETURN(auto const signpost, work.parts.resting.signpost_at(work.subject.target));
    if (signpost) {
      seen.inner = true;
      work.subject.target = signpost->stands_at;
      ASSIGN_OR_RETURN(seen.target, look_at(work.parts.files, work.subject.target));
    }
  }
  // One that was chosen just now may have no directory yet: that does not mean that its file system is away.
  if (seen.inner && seen.target == Stands::nothing && !seen.done.has(Step::choose_place)) {
    ASSIGN_OR_RETURN(seen.target_away, is_away(work.parts.files, work.subject.target));
  }
  // After the look: an archive that was not seen because it is being restored was marked before it was moved.
  work.seen.being_restored = work.parts.archives.restoring().takes(recorded_as(work.subject));
  return {};
}

Done look_at_intent(VolumeWork& work) {
  work.seen.restoring = work.parts.archives.restoring().has(work.subject.volume);
  auto found = work.parts.intents.find(work.subject.volume);
  if (found.has_error()) {
    if (found.error().fault != StorageFault::malformed) {
      return found.error();
    }
    work.answer = found.error();
    work.seen.intent = IntentSeen::unreadable;
    return {};
  }
  work.seen.intended_before = found->has_value();
  if (!*found) {
    work.seen.intent = IntentSeen::none;
    return {};
  }
  note_intent(work, std::move(**found));
  return look_whether_away(work, *work.intent);
}

Done look_at_settled_intent(VolumeWork& work) {
  auto found = work.parts.intents.find_settled(work.subject.volume);
  if (found.has_error()) {
    // A release goes on with one that it cannot read: that one tells nobody anything. A release knows its source.
    bool const goes_on = !work.subject.source.empty() && found.error().fault == StorageFault::malformed;
    return goes_on ? Done() : found.error();
  }
  if (*found) {
    note_archive_of(work, **found);
    work.intent = std::move(**found);
  }
  return {};
}

Done look_whether_settled(VolumeWork& work) {
  ASSIGN_OR_RETURN(auto const settled, work.parts.intents.find_settled(work.subject.volume));
  work.seen.settled_here = settled && settled->path == work.subject.source;
  return {};
}

Done look_at_archive(VolumeWork& work) {
  lock_archives(work);
  auto const& place = archive_place(work);
  ASSIGN_OR_RETURN(work.seen.archive, look_at(work.parts.files, place));
  if (work.seen.archive == Stands::nothing) {
    ASSIGN_OR_RETURN(work.seen.archive_away, is_away(work.parts.files, place));
  }
  return {};
}

/// Its record is written before the move.
Done look_at_own_release(VolumeWork& work) {
  ASSIGN_OR_RETURN(auto const record, work.parts.archives.records().of_release(*work.intent));
  if (!record || record->volume == work.intent->restored_from) {
    return {};
  }
  ASSIGN_OR_RETURN(auto const stands, look_at(work.parts.files, record->archived_path));
  work.seen.released = stands == Stands::directory;
  return {};
}

Done look_at_content(VolumeWork& work) {
  ASSIGN_OR_RETURN(auto const entries, work.parts.files.list(work.subject.source, 1));
  work.seen.content = entries.empty() ? Content::none : Content::some;
  return {};
}

Done look_at_way(VolumeWork& work) {
  ASSIGN_OR_RETURN(auto way, nfs::look_at_way(work.parts.files, work.subject.source, work.parts.marker.device()));
  work.seen.levels = way.levels;
  if (way.levels == work.seen.depth) {
    // Of a file system inside the export, or of an export inside this one.
    auto const inside = joined(work.subject.source, names::private_directory);
    ASSIGN_OR_RETURN(auto const stands, look_at(work.parts.files, inside));
    work.seen.holds_private = stands != Stands::nothing;
  }
  work.file_system.clear();
  if (way.file_system.empty()) {
    return {};
  }
  // What is mounted may have been exchanged since its device was seen.
  ASSIGN_OR_RETURN(bool const mounted, is_mounted(work.parts.files, way.file_system));
  if (mounted) {
    work.file_system = std::move(way.file_system);
  }
  return {};
}

namespace {

/// Whether another cluster has it, or is about to.
StorageResult<bool> is_others(VolumeWork& work, std::string const& path) {
  auto const parsed = RelativePath::parse_internal(path);
  auto const* clean = std::get_if<RelativePath>(&parsed);
  if (clean == nullptr) {
    return false;
  }
  ASSIGN_OR_RETURN(auto const neighbours, work.parts.neighbours.look());
  auto const& own = work.parts.cluster.id();
  return holder_of(*clean, own, *neighbours) != nullptr || rival_for(*clean, own, *neighbours) != nullptr;
}

}  // namespace

/// Without a record of its own the volume may have been released before: its directory was free for others then, in
/// this cluster or another one.
Done look_at_records(VolumeWork& work) {
  auto const& path = work.subject.source;
  auto const own = work.parts.intents.find_settled(work.subject.volume);
  if (own.has_error() && own.error().fault != StorageFault::malformed) {
    return own.error();
  }
  if (own.has_value() && *own && (*own)->path == path) {
    work.seen.recorded_for = RecordedFor::this_volume;
    return look_whether_away(work, **own);
  }
  ASSIGN_OR_RETURN(auto const other, work.parts.intents.settled_around(path, work.subject.volume));
  ASSIGN_OR_RETURN(bool const others, is_others(work, path));
  work.seen.recorded_for = other || others ? RecordedFor::another : RecordedFor::nobody;
  return {};
}

Done look_at_neighbours(VolumeWork& work) {
  ASSIGN_OR_RETURN(auto const neighbours, work.parts.neighbours.look());
  auto const& path = work.subject.request->path;
  auto const& own = work.parts.cluster.id();
  work.seen.neighbours = NeighboursSeen::none;
  if (auto const* rival = rival_for(path, own, *neighbours)) {
    work.seen.neighbours = NeighboursSeen::rival;
    work.answer = StorageError{StorageFault::wanted_elsewhere, wanted_by_text(path, *rival)};
  }
  if (auto const* holder = holder_of(path, own, *neighbours)) {
    work.seen.neighbours = NeighboursSeen::holder;
    work.answer = StorageError{StorageFault::held_elsewhere, held_by_text(path, *holder)};
  }
  return {};
}

// Unchecked: look_at_source() took the lock.
Done check_archive(VolumeWork& work) UNCHECKED_LOCKING {
  RETURN_IF_ERROR(work.parts.archives.check(*work.subject.archive, work.subject.volume));
  work.seen.archive = Stands::directory;
  return {};
}

Done check_marker(VolumeWork& work) {
  return work.parts.marker.check();
}

}  // namespace nfs::plan::steps
