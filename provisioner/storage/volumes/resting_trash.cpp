#include "provisioner/storage/volumes/resting_trash.hpp"

#include <set>
#include <utility>

#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/inner_place.hpp"
#include "provisioner/storage/volumes/lives.hpp"

namespace nfs {
namespace {

constexpr std::string_view record_suffix = ".json";

/// Of one volume, and not of two that had the same name.
bool is_same_volume(TrashRecord const& left, TrashRecord const& right) {
  return left.volume == right.volume && left.volume_uid == right.volume_uid &&
         left.original_path == right.original_path && left.cluster_id == right.cluster_id;
}

/// The first of these places, one for each life of the name, where nothing stands.
template <class PlaceOf>
StorageResult<std::string> first_free(FileSystem& files, std::string_view name, PlaceOf const& place_of) {
  for (int life = 1; life <= most_lives; ++life) {
    auto place = place_of(in_life(life, name));
    auto const status = files.status(place);
    if (status.has_value()) {
      continue;
    }
    if (status.error().fault != StorageFault::not_found) {
      return status.error();
    }
    return place;
  }
  return describe({StorageFault::exists, "too many of this name are in the trash there; see trash list"},
                  "move to the trash", name);
}

}  // namespace

StorageResult<RestingNames> RestingTrash::names() {
  RestingNames found;
  std::set<std::string> records;
  auto const scanned = files_.scan(cluster_.resting(), [&](DirectoryEntry const& entry) {
    std::string_view name = entry.name;
    if (layout::is_temporary(name)) {
      return;
    }
    if (entry.kind == FileKind::file && name.ends_with(record_suffix)) {
      records.emplace(name.substr(0, name.size() - record_suffix.size()));
    } else if (layout::is_volume_name(name)) {
      found.trees.emplace_back(name);
    }
  });
  // One that was cleared away held nothing.
  if (scanned.has_error() && scanned.error().fault != StorageFault::not_found) {
    return scanned.error();
  }
  for (auto const& tree : found.trees) {
    records.erase(tree);
  }
  found.lone_records.assign(records.begin(), records.end());
  return found;
}

StorageResult<bool> RestingTrash::stands(std::string_view name) {
  return is_taken(cluster_.resting_of(name));
}

StorageResult<bool> RestingTrash::is_taken(std::string const& path) {
  auto const status = files_.status(path);
  if (status.has_error() && status.error().fault != StorageFault::not_found) {
    return status.error();
  }
  if (status.has_error() || status->kind != FileKind::file) {
    return status.has_value();
  }
  ASSIGN_OR_RETURN(auto const signpost, signpost_at(path));
  if (!signpost) {
    return true;
  }
  auto const tree = files_.status(signpost->stands_at);
  if (tree.has_value()) {
    return true;
  }
  auto const fault = tree.error().fault;
  if (fault != StorageFault::not_found && fault != StorageFault::not_directory) {
    return tree.error();
  }
  return is_away(files_, signpost->stands_at);
}

StorageResult<std::optional<Signpost>> RestingTrash::signpost_at(std::string const& path) {
  auto const text = files_.read_file(path, layout::max_document_bytes);
  if (text.has_error()) {
    auto const fault = text.error().fault;
    if (fault == StorageFault::not_found || fault == StorageFault::malformed || fault == StorageFault::not_directory) {
      return std::optional<Signpost>();
    }
    return text.error();
  }
  auto signpost = read_signpost(*text);
  if (signpost.has_error()) {
    return std::optional<Signpost>();
  }
  auto const& place = signpost->stands_at;
  bool const ours = place == cluster_.inner_trash_of(inner_root_of(place), last_component(place));
  return ours ? std::optional(std::move(*signpost)) : std::nullopt;
}

StorageResult<void> RestingTrash::write_signpost(std::string const& path, Signpost const& signpost) {
  return directories_.write(path, write_document(signpost));
}

StorageResult<std::string> RestingTrash::place_of(std::string_view name) {
  auto const here = cluster_.resting_of(name);
  ASSIGN_OR_RETURN(auto const signpost, signpost_at(here));
  return signpost ? signpost->stands_at : here;
}

StorageResult<std::string> RestingTrash::free_place(std::string_view root, std::string_view name) {
  return first_free(files_, name, [&](std::string_view life) { return cluster_.inner_trash_of(root, life); });
}

StorageResult<std::string> RestingTrash::free_in_trash(std::string_view volume) {
  return first_free(files_, volume, [&](std::string_view life) { return cluster_.trash_of(life); });
}

StorageResult<void> RestingTrash::move(std::string_view from, std::string const& to) {
  auto const root = inner_root_of(from);
  if (root.empty()) {
    return directories_.move(from, to);
  }
  auto const name = last_component(to);
  ASSIGN_OR_RETURN(bool const taken, is_taken(to));
  if (taken) {
    return describe({StorageFault::exists, "another one of that name is there"}, "move to the trash", from);
  }
  ASSIGN_OR_RETURN(auto const place, free_place(root, name));
  RETURN_IF_ERROR(make_inner_directories(files_, directories_, place));
  RETURN_IF_ERROR(write_signpost(to, {.volume = std::string(name), .stands_at = place}));
  return files_.rename(from, place);
}

StorageResult<void> RestingTrash::sync_moved(std::string_view from) {
  RETURN_IF_ERROR(directories_.sync_trash());
  if (auto const root = inner_root_of(from); !root.empty()) {
    RETURN_IF_ERROR(directories_.sync_nearest(cluster_.inner_trash(root)));
  }
  return directories_.sync_nearest(parent_of(from));
}

StorageResult<std::optional<TrashRecord>> RestingTrash::find_record(std::string_view name) {
  auto const text = files_.read_file(cluster_.resting_record_of(name), layout::max_document_bytes);
  if (text.has_error()) {
    auto const fault = text.error().fault;
    if (fault == StorageFault::not_found || fault == StorageFault::malformed) {
      return std::optional<TrashRecord>();
    }
    return text.error();
  }
  auto record = read_trash_record(*text);
  return record.has_value() ? std::optional(std::move(*record)) : std::nullopt;
}

StorageResult<std::optional<RestingTree>> RestingTrash::find(std::string_view name) {
  auto const tree = files_.status(cluster_.resting_of(name));
  if (tree.has_error() && tree.error().fault == StorageFault::not_found) {
    return std::optional<RestingTree>();
  }
  if (tree.has_error()) {
    return tree.error();
  }
  RestingTree found{
      .name = std::string(name), .record = {}, .since = tree->changed, .elsewhere = tree->kind == FileKind::file};
  ASSIGN_OR_RETURN(found.record, find_record(name));
  if (!found.record) {
    return std::optional(std::move(found));
  }
  ASSIGN_OR_RETURN(auto const written, files_.status(cluster_.resting_record_of(name)));
  found.since = written.modified;
  return std::optional(std::move(found));
}

StorageResult<std::string> RestingTrash::free_name(TrashRecord const& record, bool or_own) {
  for (int life = 1; life <= most_lives; ++life) {
    auto name = in_life(life, record.volume);
    ASSIGN_OR_RETURN(bool const taken, stands(name));
    if (!taken) {
      return name;
    }
    ASSIGN_OR_RETURN(auto const of, find_record(name));
    if (or_own && of && is_same_volume(*of, record)) {
      return name;
    }
  }
  return describe({StorageFault::exists, "too many of this name rest in the trash; see trash list, and purge some"},
                  "move to the trash", record.original_path);
}

StorageResult<std::string> RestingTrash::name_for(TrashRecord const& record) {
  return free_name(record, true);
}

StorageResult<void> RestingTrash::write(std::string_view name, TrashRecord const& record) {
  auto written = directories_.write(cluster_.resting_record_of(name), write_document(record));
  if (written.has_value() || written.error().fault != StorageFault::full) {
    return written;
  }
  // One that was left behind must not speak for what comes.
  ASSIGN_OR_RETURN(auto const standing, find_record(name));
  return standing == record ? StorageResult<void>() : forget(name);
}

StorageResult<void> RestingTrash::lay_down(std::string_view from, TrashRecord const& record) {
  ASSIGN_OR_RETURN(auto const name, free_name(record, false));
  RETURN_IF_ERROR(write(name, record));
  return move(from, cluster_.resting_of(name));
}

StorageResult<std::optional<std::string>> RestingTrash::end(std::string_view name) {
  for (int life = 1; life <= most_lives; ++life) {
    auto to = in_life(life, name);
    auto const moved = directories_.move(cluster_.resting_of(name), cluster_.trash_of(to));
    if (moved.has_error() && moved.error().fault == StorageFault::exists) {
      continue;
    }
    bool const gone = moved.has_error() && moved.error().fault == StorageFault::not_found;
    if (moved.has_error() && !gone) {
      return moved.error();
    }
    // Moved just now, or by a call that failed after that: a tree that came back after a crash would be without its
    // record.
    RETURN_IF_ERROR(directories_.sync_trash());
    RETURN_IF_ERROR(forget(name));
    return gone ? std::nullopt : std::optional(std::move(to));
  }
  return describe({StorageFault::exists, "others of this name are being removed; it is tried again"}, "remove", name);
}

StorageResult<void> RestingTrash::move_back(std::string_view name, Destination const& to) {
  ASSIGN_OR_RETURN(auto const signpost, signpost_at(cluster_.resting_of(name)));
  auto const from = signpost ? signpost->stands_at : cluster_.resting_of(name);
  ASSIGN_OR_RETURN(bool const away, is_away(files_, from));
  if (away) {
    return not_mounted("restore", from);
  }
  RETURN_IF_ERROR(take_out(files_, directories_, from, to));
  RETURN_IF_ERROR(directories_.sync(parent_of(to.path.text())));
  if (signpost) {
    RETURN_IF_ERROR(directories_.sync(parent_of(from)));
    RETURN_IF_ERROR(files_.remove_file(cluster_.resting_of(name)));
  }
  return directories_.sync(cluster_.resting());
}

StorageResult<void> RestingTrash::take_back(std::string_view name, Destination const& to) {
  ASSIGN_OR_RETURN(auto const record, find_record(name));
  RETURN_IF_ERROR(move_back(name, to));
  // A release that was cut short right after its rename may not have synced this, and without the record nobody would
  // know what a crash of the server brings back there.
  if (record) {
    RETURN_IF_ERROR(directories_.sync_nearest(parent_of(record->original_path)));
  }
  return forget(name);
}

StorageResult<void> RestingTrash::forget_lone(std::string_view name, k8s::WallTime written_before) {
  ASSIGN_OR_RETURN(bool const has_tree, stands(name));
  auto const record = files_.status(cluster_.resting_record_of(name));
  if (has_tree || record.has_error() || record->modified >= written_before) {
    return {};
  }
  return forget(name);
}

StorageResult<void> RestingTrash::forget(std::string_view name) {
  auto removed = files_.remove_file(cluster_.resting_record_of(name));
  if (removed.has_error() && removed.error().fault != StorageFault::not_found) {
    return removed;
  }
  return directories_.sync(cluster_.resting());
}

}  // namespace nfs
