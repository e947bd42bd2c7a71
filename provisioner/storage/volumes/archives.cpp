#include "provisioner/storage/volumes/archives.hpp"

#include <fmt/format.h>

#include <utility>

#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/inner_place.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "provisioner/storage/volumes/source_parents.hpp"

namespace nfs {
namespace {

/// Short enough to be purged by: the end, with the volume's name, is kept.
std::string trash_name(std::string_view archive) {
  constexpr std::size_t longest = 250;
  std::string name(last_component(archive));
  if (name.size() > longest) {
    name.erase(names::archive_prefix.size(), name.size() - longest);
  }
  return name;
}

bool is_archive_place(std::string_view archive) {
  auto const name = last_component(archive);
  auto const root = inner_root_of(archive);
  return name.starts_with(names::archive_prefix) && (name == archive || archive == inner_archive(root, name));
}

StorageError no_archive(ArchiveRecord const& archive, std::string_view why) {
  return describe({StorageFault::not_found, std::string(why)}, "restore archive", archive.archived_path);
}

}  // namespace

StorageResult<bool> directory_stands(FileSystem& files, std::string_view path) {
  auto const status = files.status(path);
  if (status.has_error()) {
    if (status.error().fault == StorageFault::not_found) {
      return false;
    }
    return status.error();
  }
  if (status->kind == FileKind::directory) {
    return true;
  }
  return describe({StorageFault::not_directory, "something else than a directory stands there"}, "release", path);
}

std::shared_ptr<void> Archives::begin_release(std::string const& volume) {
  // Whoever removes records that tell of nothing has ended, or sees this one.
  k8s::MutexLock const moving(moving_);
  k8s::MutexLock const lock(releasing_mutex_);
  auto const at = releasing_.insert(volume);
  return {nullptr, [this, at](void*) {
            k8s::MutexLock const last(releasing_mutex_);
            releasing_.erase(at);
          }};
}

bool Archives::is_being_released(std::string_view volume) const {
  k8s::MutexLock const lock(releasing_mutex_);
  return releasing_.find(volume) != releasing_.end();
}

void Archives::note_what_stands(std::string_view volume) {
  k8s::MutexLock const lock(moving_);
  auto const record = records_.find(volume);
  if (record.has_error() || !*record || (*record)->cluster_id != cluster_.id()) {
    return;
  }
  auto const stands = directory_stands(files_, (*record)->archived_path);
  if (stands.has_value() && *stands && !restoring_.takes(volume)) {
    catalog_.put(**record);
  }
}

StorageResult<void> Archives::forget(std::string_view volume) {
  RETURN_IF_ERROR(records_.remove(volume));
  catalog_.remove(volume);
  return {};
}

StorageResult<void> Archives::check(ArchiveRecord const& archive, std::string_view for_volume) {
  if (restoring_.takes(archive.volume, for_volume)) {
    return describe({StorageFault::busy, "another volume is being made of it"}, "restore archive",
                    archive.archived_path);
  }
  ASSIGN_OR_RETURN(auto const record, records_.find(archive.volume));
  bool const recorded = !archive.time.empty();
  bool const ours = record && record->cluster_id == cluster_.id();
  bool const known = recorded ? ours && record->archived_path == archive.archived_path : !record || ours;
  ASSIGN_OR_RETURN(bool const there, directory_stands(files_, archive.archived_path));
  if (known && there) {
    return {};
  }
  ASSIGN_OR_RETURN(bool const away, is_away(files_, archive.archived_path));
  if (known && away) {
    return not_mounted("restore archive", archive.archived_path);
  }
  // Somebody moved it by hand, or purged it: it is not to be chosen again.
  catalog_.remove(archive.volume);
  return no_archive(archive, known ? "it is gone" : "its record is gone or is of another archive");
}

// Whoever takes one away without the verbs leaves its record: that is told of when somebody wants it.
StorageResult<bool> Archives::is_taken_away(ArchiveRecord const& archive) {
  if (archive.time.empty()) {
    return false;  // it never had a record
  }
  ASSIGN_OR_RETURN(auto const record, records_.find(archive.volume));
  if (record) {
    return false;
  }
  ASSIGN_OR_RETURN(bool const there, directory_stands(files_, archive.archived_path));
  ASSIGN_OR_RETURN(bool const away, is_away(files_, archive.archived_path));
  return !there && !away;
}

StorageResult<TakenAway> Archives::forget_taken_away() {
  TakenAway taken;
  ASSIGN_OR_RETURN(auto listed, list_standing_archives(files_, SurveyOptions{}.most));
  auto const without_record = [&](ArchiveRecord const& record) {
    return !record.in_place() && !listed.recorded.contains(record.volume) && !listed.unreadable.contains(record.volume);
  };
  for (auto const& record : catalog_.those(without_record)) {
    k8s::MutexLock const lock(moving_);
    if (is_being_released(record.volume) || restoring_.takes(record.volume)) {
      continue;
    }
    // It may have come to stand after the listing.
    ASSIGN_OR_RETURN(bool const gone, is_taken_away(record));
    if (gone && catalog_.remove_unchanged(record)) {
      taken.archives.push_back(record.archived_path);
    }
  }
  taken.standing = std::move(listed.archives);
  return taken;
}

StorageResult<bool> Archives::prune(ArchiveRecord const& record, std::optional<TrashRecord> const& rest) {
  k8s::MutexLock const lock(moving_);
  ASSIGN_OR_RETURN(auto const found, records_.find(record.volume));
  // Restored or changed meanwhile: what was meant to go is not what stands there.
  if (!found || *found != record || record.in_place()) {
    catalog_.remove(record.volume);
    return false;
  }
  ASSIGN_OR_RETURN(bool const there, directory_stands(files_, record.archived_path));
  if (restoring_.takes(record.volume)) {
    return false;
  }
  ASSIGN_OR_RETURN(bool const away, is_away(files_, record.archived_path));
  if (away) {
    return not_mounted("remove archive", record.archived_path);
  }
  if (there) {
    RETURN_IF_ERROR(throw_away(record, rest));
  }
  // Moved just now, or by a call that failed after that: an archive that came back would be without its record.
  RETURN_IF_ERROR(resting_.sync_moved(record.archived_path));
  RETURN_IF_ERROR(forget(record.volume));
  return there;
}

StorageResult<void> Archives::throw_away(ArchiveRecord const& record, std::optional<TrashRecord> const& rest) {
  return rest ? resting_.lay_down(record.archived_path, *rest)
              : resting_.move(record.archived_path, cluster_.trash_of(record.volume));
}

StorageResult<void> Archives::find_by_name(std::string_view archive, std::string_view action) {
  ASSIGN_OR_RETURN(bool const there, directory_stands(files_, archive));
  ASSIGN_OR_RETURN(bool const away, is_away(files_, archive));
  if (away) {
    return not_mounted(action, archive);
  }
  if (!there) {
    return describe({StorageFault::not_found, "there is no such archive"}, action, archive);
  }
  return {};
}

StorageResult<void> Archives::move_out(std::string_view archive, Destination const& to) {
  if (!is_archive_place(archive)) {
    return describe({StorageFault::io, "it is no archive"}, "restore", archive);
  }
  k8s::MutexLock const lock(moving_);
  RETURN_IF_ERROR(find_by_name(archive, "restore"));
  RETURN_IF_ERROR(take_out(files_, directories_, archive, to));
  RETURN_IF_ERROR(sync_moved_out(archive, to.path.text()));
  return forget_records_of(archive);
}

StorageResult<std::string> Archives::move_to_trash(std::string_view archive) {
  if (!is_archive_place(archive)) {
    return describe({StorageFault::io, "it is no archive"}, "purge", archive);
  }
  k8s::MutexLock const lock(moving_);
  RETURN_IF_ERROR(find_by_name(archive, "purge"));
  auto const name = trash_name(archive);
  RETURN_IF_ERROR(resting_.move(archive, cluster_.trash_of(name)));
  RETURN_IF_ERROR(resting_.sync_moved(archive));
  RETURN_IF_ERROR(forget_records_of(archive));
  return name;
}

// Where it is, where it was, and where its volume stood: a release that was cut short right after its rename may not
// have synced that, and without the record nobody would know what a crash of the server brings back there.
StorageResult<void> Archives::sync_moved_out(std::string_view archive, std::string_view path) {
  RETURN_IF_ERROR(directories_.sync(parent_of(path)));
  RETURN_IF_ERROR(directories_.sync(parent_of(archive)));
  for (auto const& record : catalog_.all()) {
    if (record.archived_path == archive) {
      RETURN_IF_ERROR(directories_.sync_nearest(parent_of(record.original_path)));
    }
  }
  return {};
}

StorageResult<void> Archives::forget_records_of(std::string_view archive) {
  for (auto const& record : catalog_.all()) {
    if (record.archived_path == archive) {
      RETURN_IF_ERROR(forget(record.volume));
    }
  }
  return {};
}

}  // namespace nfs
