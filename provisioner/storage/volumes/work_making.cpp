// The steps of work_steps.hpp that make a directory, or bring an archive back.
#include <algorithm>
#include <utility>

#include "provisioner/storage/files/path_steps.hpp"
#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/inner_place.hpp"
#include "provisioner/storage/volumes/source_parents.hpp"
#include "provisioner/storage/volumes/undo_plan.hpp"
#include "provisioner/storage/volumes/work_steps.hpp"

namespace nfs::plan::steps {
namespace {

bool has_owner(DirectoryRequest const& request) {
  return request.uid || request.gid;
}

/// A parent, empty so far, was removed meanwhile: what was seen and made of them is void.
Done begin_again(VolumeWork& work, StorageError error) {
  ++work.seen.begun_again;
  work.answer = std::move(error);
  work.seen.levels.reset();
  for (auto const step : {Step::check_archive, Step::look_at_way, Step::write_intent, Step::make_parents,
                          Step::make_source, Step::sync_way, Step::move_archive_to_source}) {
    work.seen.done.remove(step);
  }
  return {};
}

Done or_begin_again(VolumeWork& work, Done const& done) {
  bool const gone = done.has_error() && done.error().fault == StorageFault::not_found;
  return gone ? begin_again(work, done.error()) : done;
}

/// What stands there although it is to be made: whose is it?
StorageResult<SourceMade> who_made(VolumeWork& work) {
  auto const& path = work.subject.source;
  ASSIGN_OR_RETURN(auto const status, work.parts.files.status(path));
  if (status.kind != FileKind::directory) {
    return in_the_way(path);
  }
  if (!work.seen.done.has(Step::write_intent)) {
    return SourceMade::before;  // under the intent of an earlier call
  }
  // It was not there a moment ago. Empty: our own mkdir, whose first answer NFS lost. Else somebody else was faster.
  auto const content = work.parts.files.list(path, 1);
  if (content.has_value() && content->empty()) {
    return SourceMade::before;
  }
  work.intent->existing = static_cast<std::uint32_t>(component_count(path));
  RETURN_IF_ERROR(work.parts.intents.write(*work.intent));
  return SourceMade::by_somebody;
}

/// It stood when the intent was written. If it went meanwhile, it is made under an intent that says so: nobody would
/// undo what is made under this one.
Done adopt_source(VolumeWork& work) {
  auto const status = work.parts.files.status(work.subject.source);
  if (status.has_error()) {
    return or_begin_again(work, status.error());
  }
  if (status->kind != FileKind::directory) {
    return in_the_way(work.subject.source);
  }
  work.seen.source_made = SourceMade::by_somebody;
  return {};
}

}  // namespace

Done undo_other_intent(VolumeWork& work) {
  RETURN_IF_ERROR(carry_out<Undone>(work.parts, {.volume = work.subject.volume}, Seen{}, next_of_undo));
  work.intent.reset();
  work.seen.intended_before = false;
  work.seen.intent = IntentSeen::none;
  work.seen.restored = false;
  return {};
}

Done write_intent(VolumeWork& work) {
  auto const& request = *work.subject.request;
  auto const depth = component_count(work.subject.source);
  // Of the components that stand, at most so many did before this volume made any.
  auto const most = work.intent ? work.intent->existing : depth;
  // Beside other clusters it claims nothing at first: what comes to stand there before it is known who goes on may be
  // another one's, and is not this volume's to undo.
  bool claims_nothing = false;
  if (!work.intent) {
    ASSIGN_OR_RETURN(claims_nothing, work.parts.neighbours.any());
  }
  auto const existing = claims_nothing ? depth : std::min<std::size_t>(most, *work.seen.levels);
  Intent intent{.volume = request.volume,
                .claim_namespace = request.claim_namespace,
                .claim_name = request.claim_name,
                .claim_uid = request.claim_uid,
                .path = work.subject.source,
                .existing = static_cast<std::uint32_t>(existing),
                .cluster_id = work.parts.cluster.id(),
                .storage_class = request.storage_class,
                .namespace_uid = request.namespace_uid,
                .time = request.time,
                .file_system = work.file_system};
  if (auto const* archive = work.subject.archive) {
    intent.restored_from = archive->volume;
    intent.restored_path = archive->archived_path;
  }
  auto const written = work.parts.intents.write(intent);
  if (written.has_error()) {
    auto const found = work.parts.intents.find(request.volume);
    if (found.has_value() && !*found) {
      work.parts.archives.restoring().remove(request.volume);
    }
    return written;
  }
  note_intent(work, std::move(intent));
  if (claims_nothing) {
    work.seen.done.remove(Step::write_intent);
  }
  work.seen.neighbours = NeighboursSeen::unknown;  // what was seen before the intent was durable decides nothing
  return {};
}

Done make_parents(VolumeWork& work) {
  return or_begin_again(work, nfs::make_parents(work.parts.files, work.subject.source, work.intent->existing));
}

Done make_source(VolumeWork& work) {
  if (work.seen.intent == IntentSeen::adopted) {
    return adopt_source(work);
  }
  auto const& request = *work.subject.request;
  auto const made = work.parts.files.make_directory(work.subject.source, has_owner(request) ? 0700 : request.mode);
  if (made.has_value()) {
    work.seen.source_made = SourceMade::now;
    return {};
  }
  if (made.error().fault != StorageFault::exists) {
    return or_begin_again(work, made);
  }
  auto const who = who_made(work);
  if (who.has_error()) {
    return or_begin_again(work, who.error());
  }
  work.seen.source_made = *who;
  return {};
}

Done make_archive_parents(VolumeWork& work) {
  auto const& place = archive_place(work);
  if (!inner_root_of(place).empty()) {
    return make_inner_directories(work.parts.files, work.parts.directories, place);
  }
  RETURN_IF_ERROR(nfs::make_parents(work.parts.files, place, 0));
  return work.parts.directories.sync_way_to(place);
}

Done set_owner(VolumeWork& work) {
  return work.parts.files.set_owner(work.subject.source, work.subject.request->uid, work.subject.request->gid);
}

Done set_mode(VolumeWork& work) {
  return work.parts.files.set_mode(work.subject.source, work.subject.request->mode);
}

Done mark_restoring(VolumeWork& work) {
  work.parts.archives.restoring().add(work.subject.volume, work.subject.archive->volume);
  return {};
}

Done move_archive_to_source(VolumeWork& work) {
  auto const moved = work.parts.files.rename(archive_place(work), work.subject.source);
  if (moved.has_value()) {
    work.seen.source = Stands::directory;
    work.seen.archive = Stands::nothing;
  }
  return or_begin_again(work, moved);
}

Done sync_way(VolumeWork& work) {
  auto const synced = work.parts.directories.sync_way_to(work.subject.source);
  // Before an archive is moved there, its parents are made again.
  bool const to_be_moved = work.subject.archive != nullptr && work.seen.source == Stands::nothing;
  return to_be_moved ? or_begin_again(work, synced) : synced;
}

}  // namespace nfs::plan::steps
