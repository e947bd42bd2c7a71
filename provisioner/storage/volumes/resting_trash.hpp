#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/core/trash.hpp"
#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/private_directories.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "provisioner/storage/volumes/take_out.hpp"

namespace nfs {

/// What a listing of `resting/` shows.
struct RestingNames {
  std::vector<std::string> trees = {};         ///< one may be named twice
  std::vector<std::string> lone_records = {};  ///< records of which no tree stands there (yet, or any more)
};

/// The cluster's trees that rest in the trash, each with its record beside it: `resting/<name>` and
/// `resting/<name>.json`. Where a tree lies on an inner file system, a signpost has its place. A record is written
/// before its tree is moved there, and goes after the tree has. Whoever calls has looked at the marker.
class RestingTrash {
 public:
  RestingTrash(FileSystem& files, PrivateDirectories& directories, ClusterLayout const& cluster)
      : files_(files), directories_(directories), cluster_(cluster) {}

  [[nodiscard]] StorageResult<RestingNames> names();
  /// nullopt: no tree of this name rests there. One whose record is missing or malformed has none.
  [[nodiscard]] StorageResult<std::optional<RestingTree>> find(std::string_view name);
  /// Where the tree of this name stands: here, or where its signpost says.
  [[nodiscard]] StorageResult<std::string> place_of(std::string_view name);
  /// What the signpost at this path says; nullopt: none stands there. One of another cluster's trash is none.
  [[nodiscard]] StorageResult<std::optional<Signpost>> signpost_at(std::string const& path);
  /// Durable when it returns.
  [[nodiscard]] StorageResult<void> write_signpost(std::string const& path, Signpost const& signpost);
  /// Where nothing stands in the trash of the inner file system at `root`, by this name or a later life of it.
  [[nodiscard]] StorageResult<std::string> free_place(std::string_view root, std::string_view name);
  /// Where nothing stands among what is to be removed, by the volume's name or a later life of it.
  [[nodiscard]] StorageResult<std::string> free_in_trash(std::string_view volume);
  /// Moves what stands at `from` into the trash, to `to`; an archive on an inner file system stays on that, and a
  /// signpost stands at `to` before it is moved. The move is not durable before the directories are synced.
  [[nodiscard]] StorageResult<void> move(std::string_view from, std::string const& to);
  /// What was moved from there into the trash, by this call or an earlier one, lasts when this returns.
  [[nodiscard]] StorageResult<void> sync_moved(std::string_view from);

  /// The name that a volume's tree has there, or is to have: its own, or the first of `<volume>-2`, `<volume>-3` that
  /// is free. One that was moved there for this very volume (not for an earlier one of its name) is not moved again.
  [[nodiscard]] StorageResult<std::string> name_for(TrashRecord const& record);
  /// Durable when it returns. A full export is no error: room comes by what is deleted, which rests without a record
  /// then.
  [[nodiscard]] StorageResult<void> write(std::string_view name, TrashRecord const& record);
  /// The record, then the move of what stands at `from`: not durable before the directories are synced.
  [[nodiscard]] StorageResult<void> lay_down(std::string_view from, TrashRecord const& record);
  /// As VolumeStore::end_rest().
  [[nodiscard]] StorageResult<std::optional<std::string>> end(std::string_view name);
  /// As VolumeStore::take_back().
  [[nodiscard]] StorageResult<void> take_back(std::string_view name, Destination const& to);
  /// Removes the record if no tree stands beside it, and it was written before `written_before`. One that was written
  /// later may be of a tree that is on its way.
  [[nodiscard]] StorageResult<void> forget_lone(std::string_view name, k8s::WallTime written_before);

 private:
  [[nodiscard]] StorageResult<void> move_back(std::string_view name, Destination const& to);
  [[nodiscard]] StorageResult<bool> stands(std::string_view name);
  /// Whether a tree stands there. A signpost that leads to nothing is none, but for one that cannot be followed now.
  [[nodiscard]] StorageResult<bool> is_taken(std::string const& path);
  [[nodiscard]] StorageResult<std::optional<TrashRecord>> find_record(std::string_view name);
  [[nodiscard]] StorageResult<std::string> free_name(TrashRecord const& record, bool or_own);
  [[nodiscard]] StorageResult<void> forget(std::string_view name);

  FileSystem& files_;
  PrivateDirectories& directories_;
  ClusterLayout const& cluster_;
};

}  // namespace nfs
