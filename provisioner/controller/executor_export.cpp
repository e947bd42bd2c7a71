// What is done on the export; what is asked of the API server is in executor.cpp.
#include <fmt/format.h>

#include <utility>

#include "provisioner/controller/executor.hpp"
#include "provisioner/core/class_parameters.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/volume_body.hpp"
#include "provisioner/observe/failure_cause.hpp"
#include "provisioner/storage/files/remedy.hpp"

namespace nfs {
namespace {

ArchiveRecord record_of(ReleaseDirectory const& action, std::string time, std::string program_version) {
  auto const archived = archive_name(action.claim.name_space, action.claim.name, action.volume);
  return {.volume = action.volume,
          .claim_namespace = action.claim.name_space,
          .namespace_uid = action.namespace_uid,
          .claim_name = action.claim.name,
          .claim_uid = action.claim.uid,
          .storage_class = action.storage_class,
          .original_path = action.path.text(),
          .archived_path = action.policy == OnDelete::retain ? action.path.text() : archived,
          .time = std::move(time),
          .requested_storage = action.requested_storage,
          .on_delete = std::string(to_string(action.policy)),
          .retention = action.retention,
          .program_version = std::move(program_version),
          .trash_retention = action.trash_retention,
          .scratch = action.scratch};
}

TrashRecord trash_record_of(ReleaseDirectory const& action, std::string program_version) {
  return {.volume = action.volume,
          .volume_uid = action.volume_uid,
          .claim_namespace = action.claim.name_space,
          .namespace_uid = action.namespace_uid,
          .claim_name = action.claim.name,
          .claim_uid = action.claim.uid,
          .storage_class = action.storage_class,
          .original_path = action.path.text(),
          .requested_storage = action.requested_storage,
          .retention = action.trash_retention,
          .program_version = std::move(program_version)};
}

/// It does not rest in the trash.
bool goes_at_once(ReleaseDirectory const& action) {
  return parse_trash_retention(action.trash_retention) == std::chrono::seconds(0);
}

std::string restored_text(ArchiveRecord const& archive) {
  if (archive.was_in_use())
    return fmt::format("Took over directory {} of volume {} of cluster {}", archive.archived_path, archive.volume,
                       archive.taken_from);
  if (archive.time.empty()) return fmt::format("Restored archive {}", archive.archived_path);
  return fmt::format("Restored archive {} of {}", archive.archived_path, archive.time);
}

// For the log.
std::string release_text(Released released, ReleaseDirectory const& action, ArchiveRecord const& record) {
  switch (released) {
    case Released::archived:
      return fmt::format("archived as {}", record.archived_path);
    case Released::trashed:
      return goes_at_once(action) ? "moved to the trash, to be removed in the background"
                                  : fmt::format("moved to the trash, where it rests for {}", action.trash_retention);
    case Released::retained:
      return "kept in place";
    case Released::removed_empty:
      return "removed: it was empty";
    case Released::discarded:
      return "never used: removed, or put back if it was an archive";
    case Released::left:
      return "left where it is: the records on the export say that it is another volume's";
    case Released::missing:
      break;
  }
  return "its directory was gone already";
}

// For Events.
std::string left_text(ReleaseDirectory const& action) {
  return fmt::format(
      "directory \"{}\" is another volume's by now, as the records on the export say: it is left as it is",
      action.path.text());
}

std::string missing_text(ReleaseDirectory const& action) {
  return fmt::format("directory \"{}\" was gone already when the volume was released; nothing to {}",
                     action.path.text(), to_string(action.policy));
}

}  // namespace

ActionResult Executor::failed(StorageError const& error) {
  return Failed{.message = with_remedy(error), .cause = cause_of(error)};
}

ActionResult Executor::take(MakeDirectory const& action) {
  // One that was begun elsewhere is undone first: until that is done, it is the one to be known.
  if (!ledger_.life(action.volume).intent) ledger_.intent_written(action.volume, {export_index_, action.path});
  DirectoryRequest const request{.volume = action.volume,
                                 .claim_namespace = action.claim.name_space,
                                 .claim_name = action.claim.name,
                                 .claim_uid = action.claim.uid,
                                 .path = action.path,
                                 .mode = action.mode,
                                 .uid = action.uid,
                                 .gid = action.gid,
                                 .adopts = action.adopts,
                                 .storage_class = claim_ ? k8s::class_name(*claim_) : std::string(),
                                 .namespace_uid = action.namespace_uid,
                                 .time = k8s::to_rfc3339_micros(clock_.wall())};
  auto const made = action.from ? site_.store().restore(request, action.from->archive, action.from->asked_for)
                                : site_.store().create(request);
  if (made.has_error()) note_intent(action.volume);
  if (made.has_error() && action.from && made.error().fault == StorageFault::not_found) {
    note_missing(action, made.error());
    return Stale{};
  }
  if (made.has_error() && made.error().fault == StorageFault::held_elsewhere) {
    log_.warning(made.error().message, {{"claim", claim_text()}, {"volume", action.volume}});
    return Stale{};  // the next decision knows who has it
  }
  if (made.has_error()) return failed(made.error());
  ledger_.intent_written(action.volume, {export_index_, action.path});
  if (*made == Created::restored) tell_restored(action);
  if (*made == Created::adopted) tell_adopted(action);
  return Done{};
}

// What was taken away on purpose is no fault: the next decision does without it.
void Executor::note_missing(MakeDirectory const& action, StorageError const& error) {
  auto const& archive = action.from->archive;
  site_.forget_archive(archive.archived_path);
  auto const taken = site_.store().is_taken_away(archive);
  if (taken.has_value() && *taken)
    return log_.info("an archive that was to come back was taken away by a verb, or by hand",
                     {{"claim", claim_text()}, {"volume", action.volume}, {"archive", archive.archived_path}});
  log_.warning(error.message, {{"claim", claim_text()}, {"volume", action.volume}});
  tell_({action.claim, k8s::EventType::warning, std::string(names::archive_missing), error.message});
}

void Executor::note_intent(std::string const& volume) {
  auto const intent = site_.store().find_intent(volume);
  if (intent.has_error()) return;
  if (!*intent) {
    // Nothing was begun, so nothing is held against others. Undone all the same: so an archive that was asked for is
    // free for others.
    if (site_.store().undo_create(volume).has_value()) ledger_.intent_gone(volume);
    return;
  }
  auto path = RelativePath::parse_internal((*intent)->path);
  if (auto* clean = std::get_if<RelativePath>(&path))
    ledger_.intent_written(volume, {export_index_, std::move(*clean)});
}

void Executor::tell_restored(MakeDirectory const& action) {
  auto const message = restored_text(action.from->archive);
  log_.info(message, {{"claim", claim_text()}, {"volume", action.volume}, {"path", action.path.text()}});
  tell_(EmitEvent{action.claim, k8s::EventType::normal, std::string(names::volume_restored), message});
}

void Executor::tell_adopted(MakeDirectory const& action) {
  auto const message =
      fmt::format("Adopted directory {}, which stood there already, with what is in it", action.path.text());
  log_.info(message, {{"claim", claim_text()}, {"volume", action.volume}});
  tell_(EmitEvent{action.claim, k8s::EventType::normal, std::string(names::directory_adopted), message});
}

ActionResult Executor::take(SettleIntent const& action) {
  auto const settled = site_.store().settle(action.volume);
  if (settled.has_error()) return failed(settled.error());
  ledger_.intent_gone(action.volume);
  return Done{};
}

ActionResult Executor::take(ForgetIntent const& action) {
  auto const forgotten = site_.store().forget_begun(action.volume);
  if (forgotten.has_error()) return failed(forgotten.error());
  ledger_.intent_gone(action.volume);
  return Done{};
}

ActionResult Executor::take(UndoDirectory const& action) {
  auto const undone = site_.store().undo_create(action.volume);
  if (undone.has_error()) return failed(undone.error());
  ledger_.intent_gone(action.volume);
  if (*undone == Undone::gone)
    log_.info("gave up the directory of a volume that was never used: removed, or an archive again",
              {{"volume", action.volume}});
  if (*undone == Undone::kept)
    log_.info("kept the directory of a volume that was never used: it is not empty, or was there before",
              {{"volume", action.volume}});
  return Done{};
}

StorageResult<Released> Executor::release(ReleaseDirectory const& action, ArchiveRecord const& record) {
  if (action.policy != OnDelete::remove) return site_.store().archive(record);
  if (goes_at_once(action)) return site_.store().trash(action.volume, action.path);
  return site_.store().rest(trash_record_of(action, program_version_));
}

ActionResult Executor::take(ReleaseDirectory const& action) {
  auto const record = record_of(action, k8s::to_rfc3339_micros(clock_.wall()), program_version_);
  auto const released = release(action, record);
  if (released.has_error()) return failed(released.error());
  ledger_.intent_gone(action.volume);
  if (*released == Released::missing && is_going(action.volume)) return Done{};
  if (*released == Released::trashed && goes_at_once(action)) site_.purger().put(action.volume);
  auto const written = site_.store().catalog().find(action.volume);
  log_.info(release_text(*released, action, written.value_or(record)),
            {{"claim", action.claim.name_space + "/" + action.claim.name},
             {"volume", action.volume},
             {"path", action.path.text()}});
  if (*released == Released::left) warn_about(names::directory_left, left_text(action));
  if (*released != Released::missing) return Done{};
  if (observer_ != nullptr) observer_->directory_missing(*volume_);
  warn_about(names::directory_missing, missing_text(action));
  return Done{};
}

void Executor::warn_about(std::string_view reason, std::string message) {
  tell_(EmitEvent{reference_to(*volume_), k8s::EventType::warning, std::string(reason), std::move(message)});
}

ActionResult Executor::take(LeaveDirectory const& action) {
  auto const left = site_.store().leave(action.volume);
  if (left.has_error()) return failed(left.error());
  return Done{};
}

ActionResult Executor::take(RecordHolder const& action) {
  auto intent = site_.store().find_volume(action.volume);
  if (intent.has_error() && intent.error().fault == StorageFault::malformed) return Done{};  // kept as it is
  if (intent.has_error()) return failed(intent.error());
  if (!*intent) return Done{};
  auto& record = **intent;
  record.claim_namespace = action.claim.name_space;
  record.claim_name = action.claim.name;
  record.claim_uid = action.claim.uid;
  record.namespace_uid = action.namespace_uid;
  record.storage_class = action.storage_class;
  auto const noted = site_.store().note_volume(record);
  if (noted.has_error()) return failed(noted.error());
  return Done{};
}

ActionResult Executor::take(KeepLostDirectory const& action) {
  auto const& keep = action.directory;
  auto const settled = site_.store().find_volume(keep.volume);
  if (settled.has_error()) return failed(settled.error());
  if (!*settled) return Done{};  // dealt with before, maybe by another replica
  auto const record = record_of(keep, k8s::to_rfc3339_micros(clock_.wall()), program_version_);
  auto const kept = site_.store().archive(record);
  if (kept.has_error()) return failed(kept.error());
  log_.warning(
      "a volume went without its release: " + release_text(*kept, keep, record),
      {{"claim", keep.claim.name_space + "/" + keep.claim.name}, {"volume", keep.volume}, {"path", keep.path.text()}});
  return Done{};
}

// A volume is deleted after its directory was released: one that is being deleted, or gone, was released before.
bool Executor::is_going(std::string const& volume) {
  auto const now = client_.get<k8s::Volume>({{}, volume}, stop_);
  return now.has_value() ? now->meta.deleting() : now.error().not_found();
}

}  // namespace nfs
