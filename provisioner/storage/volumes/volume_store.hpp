#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "k8s/base/mutex.hpp"
#include "provisioner/core/archive_record.hpp"
#include "provisioner/core/class_parameters.hpp"
#include "provisioner/core/expected_export.hpp"
#include "provisioner/core/relative_path.hpp"
#include "provisioner/core/trash.hpp"
#include "provisioner/storage/files/file_system.hpp"
#include "provisioner/storage/files/storage_error.hpp"
#include "provisioner/storage/volumes/archive_catalog.hpp"
#include "provisioner/storage/volumes/archive_survey.hpp"
#include "provisioner/storage/volumes/directory_request.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/export_parts.hpp"
#include "provisioner/storage/volumes/intent.hpp"
#include "provisioner/storage/volumes/settle_plan.hpp"
#include "provisioner/storage/volumes/volume_answers.hpp"

namespace nfs {

/// What stands on one export, and the only place where it is changed. Each operation can be repeated after a crash at
/// any point and then reaches the same end; data is moved before anything is removed. Every operation that changes
/// something looks at the marker first, goes on below the very root that it saw, and answers `wrong_export` if that is
/// not the export that identify() saw.
/// Thread-safe; two operations on one path at the same time are the caller's to avoid.
class VolumeStore {
 public:
  /// `cluster_id`: as act_for() has it.
  explicit VolumeStore(FileSystem& files, std::string cluster_id = {});

  /// Whose volumes these are: a cluster's id (core/cluster). What other clusters have on the export is looked at, and
  /// never touched. Before anything else, on one thread.
  void act_for(std::string cluster_id) { parts_.cluster = ClusterLayout(std::move(cluster_id)); }
  [[nodiscard]] std::string const& cluster_id() const { return parts_.cluster.id(); }

  /// The export's id, from `.nfs-subdir-provisioner/export.json`; made when there is none. `wrong_export`, and nothing
  /// is written, if what is mounted cannot be the export that the volumes expect (core/expected_export). Remembered for
  /// the operations below.
  [[nodiscard]] StorageResult<std::string> identify(ExpectedExport const& expected);
  /// What identify() would say, with nothing made or remembered; empty: it would make the marker.
  [[nodiscard]] StorageResult<std::string> would_identify(ExpectedExport const& expected) {
    return parts_.marker.would_identify(expected);
  }
  /// By hand, where identify() refuses an export without a marker: writes one with this id (empty: with a new one), and
  /// nothing else. `exists` if there is a marker. Gives the id that stands there then.
  [[nodiscard]] StorageResult<std::string> adopt(std::string const& id) { return parts_.marker.adopt(id); }
  /// As identify(), for those who look at an export beside the service: one without a marker is `not_found`. Acts for
  /// the cluster that act_for() named, or else for the only one that uses the export; if there are several, the error
  /// names them.
  [[nodiscard]] StorageResult<std::string> join();
  /// Says on the export who the cluster is, and that its program lives. Durable when it returns.
  [[nodiscard]] StorageResult<void> announce(ClusterCard const& card);
  /// Every cluster that uses the export, ours among them, by id.
  [[nodiscard]] StorageResult<std::vector<ClusterCard>> clusters();
  /// The other clusters on the export, and the directories that they have.
  [[nodiscard]] NeighbourSurvey& neighbours() { return parts_.neighbours; }
  /// Decides that this cluster takes the place of another one on the export; `not_found` if there is no such other one.
  /// Durable when it returns; take_over() does it.
  [[nodiscard]] StorageResult<void> decide_take_over(TakeOverDecision const& decision);
  /// What was decided and is not done yet.
  [[nodiscard]] StorageResult<std::vector<TakeOverDecision>> decided_take_overs();
  /// Makes all that the other cluster has, as far as it stands, this one's: its volumes in use become records of what
  /// is kept in place, its archives this cluster's. Nothing is moved but the directory of its own records, at the end,
  /// and then the decision goes. Can be repeated. The catalog is complete.
  [[nodiscard]] StorageResult<TakenOver> take_over(TakeOverDecision const& decision);
  [[nodiscard]] TakeOvers& take_overs() { return parts_.take_overs; }
  /// Whether the mount still is the export that identify() saw.
  [[nodiscard]] StorageResult<void> healthy();

  /// Intent, then parents (0755), then the directory with mode and owner. One that is there is adopted as it is. One
  /// that this same volume's intent made before a crash gets its mode and owner set again.
  [[nodiscard]] StorageResult<Created> create(DirectoryRequest const& request);
  /// As create(), but the directory is an archive renamed back, as it is. With a directory there already: an empty one
  /// makes room if the archive was `asked_for`, one with data is `exists`; if it was not asked for, it is adopted as
  /// create() would. `not_found` when the archive is gone (then it is out
  /// of the catalog, too), `busy` while another volume is being made of it.
  /// Its record stays until settle(), so that undo_create() can put the archive back; a volume that is released
  /// before that is archived, or kept, as any other, and by trash() put back.
  [[nodiscard]] StorageResult<Created> restore(DirectoryRequest const& request, ArchiveRecord const& archive,
                                               bool asked_for);
  /// The volume exists and is bound: the intent has done its work, and so has the record of an archive that it was
  /// restored from. Success also when there is none.
  [[nodiscard]] StorageResult<void> settle(std::string_view volume);
  /// As settle(), of a volume that is not there, and whose directory is others': no record says that it is in use.
  [[nodiscard]] StorageResult<void> forget_begun(std::string_view volume);
  /// The volume goes, and leaves its directory to others who have it as well: it is settled no more. Nothing else is
  /// touched. Durable when it returns.
  [[nodiscard]] StorageResult<void> leave(std::string_view volume);
  /// One that cannot be read is left out, and kept.
  [[nodiscard]] StorageResult<std::vector<Intent>> intents();
  /// As it stands on the export now; nullopt: there is none.
  [[nodiscard]] StorageResult<std::optional<Intent>> find_intent(std::string_view volume);
  /// Undoes create() or restore() for a volume that never was: removes the components that it made and the parents that
  /// this leaves, as long as they are empty, with rmdir alone, then the intent. Data that is there is kept.
  [[nodiscard]] StorageResult<Undone> undo_create(std::string_view volume);

  /// Record, then rename to `archived_path` at the root, or to the place of that name on the inner file system that the
  /// directory lies on; or record alone if on_delete is "retain". Empty parents are removed. A volume whose intent is
  /// still there and whose directory is empty is discarded instead. One that is in use and empty is removed instead of
  /// archived, without a record; but where the catalog knows of another archive of its claim, or of a directory that
  /// stood at its path, it is archived as any other: else the next claim of this name would begin with that one, and
  /// not empty as this one ended.
  [[nodiscard]] StorageResult<Released> archive(ArchiveRecord const& record);
  /// Rename to the cluster's `trash/<volume>`, to be removed at once; empty parents are removed. What was in use when
  /// its cluster was taken over, and is to be given to its claim yet, is kept where it is; `busy` while that is not
  /// known.
  [[nodiscard]] StorageResult<Released> trash(std::string_view volume, RelativePath const& path);
  /// As trash(), but what stood at the record's path rests until its time has ended: the record, then rename to the
  /// cluster's `resting/<volume>`, or `<volume>-2` and so on where an earlier life of this name rests there yet.
  [[nodiscard]] StorageResult<Released> rest(TrashRecord const& record);

  /// Reads the records into catalog(), which is complete then, and says what else it found. Records that a crash left
  /// behind though their archive was given back for good, or pruned, go (unless `options` say otherwise). Others may
  /// archive, retain, trash, settle and undo meanwhile, but not restore or prune. After an error the catalog is not
  /// complete: `too_many` if there are more than `most`, since those that were not read would count as gone.
  [[nodiscard]] StorageResult<ArchiveSurvey> survey_archives(SurveyOptions const& options = {});
  [[nodiscard]] ArchiveCatalog const& catalog() const { return catalog_; }
  /// Into the trash with an archive, to rest there if `rest` says so, then its record goes. Only one that has exactly
  /// this record; true if it was moved.
  [[nodiscard]] StorageResult<bool> prune(ArchiveRecord const& record, std::optional<TrashRecord> const& rest = {});
  /// Whether an archive that had a record is gone together with it: somebody took it away by a verb (move_out(),
  /// move_to_trash()), or its retention ended. What only went from its place is not meant: nobody wanted that.
  [[nodiscard]] StorageResult<bool> is_taken_away(ArchiveRecord const& archive);
  /// Those of the catalog that were taken away go from it. Two listings, and a look at each of these.
  [[nodiscard]] StorageResult<TakenAway> forget_taken_away();
  /// When the root and the directory of the records last changed, by the server's clock: as long as this is the same,
  /// forget_taken_away() finds nothing new. Quick.
  [[nodiscard]] StorageResult<std::pair<FileTime, FileTime>> archives_changed_at();
  /// Moves an archive (the name of a directory `archived-*` at the root) to a path where nothing stands, neither inside
  /// nor above the directory of a volume that we know of, parents made; its record goes. By hand, beside a running
  /// service.
  [[nodiscard]] StorageResult<void> move_out(std::string_view archive, RelativePath const& to);
  /// The nearest directory that stands above `to`, if no record tells that it is a parent of volumes: it may be the
  /// directory of a volume that this program did not make. Once the archives were surveyed.
  [[nodiscard]] StorageResult<std::optional<std::string>> unknown_above(RelativePath const& to);
  /// Into the trash with an archive, whoever made it; its record, if it has one, goes. By hand, as move_out(). Gives
  /// the name that it has in the trash.
  [[nodiscard]] StorageResult<std::string> move_to_trash(std::string_view archive);
  /// What the volumes in use were made for, as far as this program made them.
  [[nodiscard]] StorageResult<std::vector<Intent>> volumes();
  /// Their names alone.
  [[nodiscard]] StorageResult<std::vector<std::string>> volume_names();
  /// The same of one of them; nullopt: it is in use no more.
  [[nodiscard]] StorageResult<std::optional<Intent>> find_volume(std::string_view volume);
  /// From now on they say this of it. Durable when it returns.
  [[nodiscard]] StorageResult<void> note_volume(Intent const& intent);

  [[nodiscard]] StorageResult<RestingNames> resting();
  /// As RestingTrash::forget_lone().
  [[nodiscard]] StorageResult<void> forget_lone_record(std::string_view name, k8s::WallTime written_before);
  /// nullopt: nothing of this name rests there (any more).
  [[nodiscard]] StorageResult<std::optional<RestingTree>> find_resting(std::string_view name);
  /// Where the tree stands that rests under this name: in the trash of the file system that it lies on.
  [[nodiscard]] StorageResult<std::string> resting_place(std::string_view name);
  /// It rests no more: it is moved to where purge_some() removes it, then its record goes. Gives the name that it has
  /// there; nullopt: nothing of this name rests there (any more).
  [[nodiscard]] StorageResult<std::optional<std::string>> end_rest(std::string_view name);
  /// Moves what rests in the trash to a path where nothing stands, as move_out(); its record goes. By hand, beside a
  /// running service: `not_found` if that was faster.
  [[nodiscard]] StorageResult<void> take_back(std::string_view name, RelativePath const& to);
  /// What the server's clock says now: the time of a file that is written for this.
  [[nodiscard]] StorageResult<k8s::WallTime> server_time();
  /// Of the export that identify() saw, and of no other that is mounted meanwhile.
  [[nodiscard]] StorageResult<Space> space();

  /// Names of what is to be removed, here or where a signpost leads to; one may be named twice.
  [[nodiscard]] StorageResult<std::vector<std::string>> trashed();
  /// Removes up to `budget` files and directories of one trashed tree, depth first, never following a link, never
  /// crossing into another file system. True when nothing of it is left. What cannot be removed is passed over, and is
  /// the error once all else is gone.
  [[nodiscard]] StorageResult<bool> purge_some(std::string_view volume, std::size_t budget);

 private:
  [[nodiscard]] StorageResult<void> ready_for(std::string_view volume);
  [[nodiscard]] StorageResult<Created> restore_once(DirectoryRequest const& request, ArchiveRecord const& archive,
                                                    bool was_asked_for);
  [[nodiscard]] StorageResult<void> end_intent(std::string_view volume, plan::SettleGoal goal);
  [[nodiscard]] StorageResult<Released> release_to_trash(std::string_view volume, RelativePath const& path,
                                                         std::string const& target, TrashRecord const* record);
  [[nodiscard]] StorageResult<bool> purge_elsewhere(Signpost const& signpost, std::string const& place,
                                                    std::size_t budget);
  [[nodiscard]] bool may_have_older_archive(ArchiveRecord const& record) const;

  // By these names for survey_archives().
  void forget_spent(std::vector<std::string>& dangling);
  [[nodiscard]] StorageResult<bool> stands(std::string_view path);
  [[nodiscard]] StorageResult<std::vector<DirectoryEntry>> list_private(std::string_view directory, std::size_t most) {
    return parts_.directories.list(directory, most);
  }
  [[nodiscard]] StorageResult<std::optional<ArchiveRecord>> find_record(std::string_view volume) {
    return parts_.archives.records().find(volume);
  }
  [[nodiscard]] StorageResult<void> forget_record(std::string_view volume) {
    return parts_.archives.records().remove(volume);
  }
  [[nodiscard]] StorageResult<void> sync(std::string_view directory) { return parts_.directories.sync(directory); }
  [[nodiscard]] bool being_restored(std::string_view archive) { return parts_.archives.restoring().takes(archive); }

  FileSystem& files_;
  ExportParts parts_;
  ArchiveCatalog& catalog_;
  k8s::Mutex& archives_mutex_;
};

}  // namespace nfs
