#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "provisioner/core/class_parameters.hpp"
#include "provisioner/storage/volumes/archive_records.hpp"

// Storage decides, then acts. A plan (release_plan, undo_plan, settle_plan, making_plan) is a pure function from what
// was seen of one volume on the export to the next step. VolumeWork does that step, notes what it has shown, and asks
// the plan again. So a call that goes on after a crash or a failure is no special case: it begins with nothing seen.
namespace nfs::plan {

/// One step for one volume. The "source" is the directory of the volume, the "target" is where a release moves it to,
/// the "archive" is what the volume is, or was, restored from.
enum class Step : std::uint8_t {
  // Looks. They change nothing.
  look_at_source,
  look_at_target,          ///< and whether the volume's archive is being restored for another volume
  choose_place,            ///< of the target, on the file system of the source: the next one that may do
  choose_name,             ///< of the target in the trash: the first that is free
  look_at_intent,          ///< creating/<volume>
  look_at_settled_intent,  ///< volumes/<volume>
  look_whether_settled,    ///< likewise: whether it names the source
  look_at_archive,         ///< whether it stands at its place. From here on no other worker moves an archive
  look_at_own_release,     ///< whether a record says that the volume was released since its intent was written
  look_at_content,         ///< whether anything is in the source
  look_at_way,             ///< how many of the source's components stand
  look_at_records,         ///< whether records say that the source is another volume's, of whichever cluster
  look_at_neighbours,      ///< whether another cluster has, or wants, a directory in the source's tree
  check_archive,           ///< it stands, has its record, and is not being restored for another volume; else an error
  check_marker,            ///< the mount still is the export; else an error

  // Changes.
  undo_other_intent,  ///< what this volume asked for before, in vain
  write_intent,       ///< durable when it is done
  make_parents,
  make_source,           ///< mkdir, or a look where the intent says that it stood before
  make_archive_parents,  ///< of the place that the archive had; durable when it is done
  set_owner,
  set_mode,
  make_target_directory,  ///< of a target on an inner file system; durable when it is done
  write_record,           ///< durable when it is done
  write_trash_record,     ///< of what is to rest in the trash; durable when it is done, unless the export is full
  write_signpost,         ///< to a target in the trash of an inner file system; durable when it is done
  move_to_target,         ///< rename of the source
  move_archive_to_source,
  move_source_to_archive,
  remove_source,           ///< rmdir: of an empty directory alone
  remove_parents,          ///< rmdir of those that are empty, from below; syncs where that ends
  remove_archive_parents,  ///< likewise, above the place that the archive had
  settle_intent,           ///< rename from creating/ to volumes/
  remove_intent,
  remove_settled_intent,
  forget_record,          ///< removes it; durable when it is done
  forget_archive_record,  ///< of the archive; durable when it is done
  forget_kept_records,    ///< of volumes that were kept in place where the source stood; durable when it is done
  note_record,            ///< in memory: the archive is known, as its record says
  mark_restoring,         ///< in memory: nobody else gets the archive, or prunes it
  free_archive,           ///< in memory: the volume has no archive on its way any more

  // Syncs: what was changed in the directory before lasts.
  sync_source_parent,  ///< or the nearest directory above that stands
  sync_target_parent,
  sync_archive_parent,
  sync_archive_origin,  ///< where the archive stood as a volume, as its record says; or the nearest above that stands
  sync_way,             ///< the trash, then every directory above the source
  sync_root,
  sync_trash,
  sync_creating,
  sync_volumes,

  count,
};

inline constexpr auto step_count = static_cast<std::size_t>(Step::count);

/// The steps that a call has done.
class Steps {
 public:
  [[nodiscard]] bool has(Step step) const { return done_.test(static_cast<std::size_t>(step)); }
  void add(Step step) { done_.set(static_cast<std::size_t>(step)); }
  void remove(Step step) { done_.reset(static_cast<std::size_t>(step)); }

 private:
  std::bitset<step_count> done_;
};

/// What stands at a path; "other" is anything but a directory, there or on the way.
enum class Stands : std::uint8_t { unknown, nothing, directory, other };

enum class IntentSeen : std::uint8_t {
  unknown,
  none,
  unreadable,
  made,     ///< this volume has made the source, or is about to
  adopted,  ///< the source stood before
  other,    ///< of another path or, where a directory is asked for, of another request
};

/// What look_at_neighbours has found.
enum class NeighboursSeen : std::uint8_t {
  unknown,
  none,
  holder,  ///< another cluster has the source, or comes first
  rival,   ///< another cluster has begun with it, and steps back once it sees our intent
};

/// What look_at_records has found.
enum class RecordedFor : std::uint8_t {
  unknown,
  this_volume,
  nobody,
  another,
};

/// What look_at_content has found.
enum class Content : std::uint8_t { unknown, none, some };

/// What settle_intent has found.
enum class Settled : std::uint8_t { unknown, moved, before, nothing };

/// What make_source has found.
enum class SourceMade : std::uint8_t {
  unknown,
  now,
  before,       ///< by this volume, before this call
  by_somebody,  ///< it is adopted
};

/// What a call knows of its volume by now: seen on the export, told by its caller, or done by itself.
struct Seen {
  Stands source = Stands::unknown;
  Stands target = Stands::unknown;
  Stands archive = Stands::unknown;
  RecordSeen record = RecordSeen::unknown;  ///< told by the caller, where a release writes one
  IntentSeen intent = IntentSeen::unknown;
  bool intended_before = false;  ///< the intent was there before this call
  NeighboursSeen neighbours = NeighboursSeen::unknown;
  bool restored = false;    ///< the intent, or the settled one, names an archive
  bool released = false;    ///< a release has moved the source away, or kept it: what stands there is not undone
  bool in_place = false;    ///< that archive is the source itself: it is taken over where it stands
  bool below_root = false;  ///< that archive's place is not at the root
  bool kept_for_claim =
      false;               ///< told by the caller: it was in use when its cluster was taken over, and not given yet
  bool restoring = false;  ///< in memory: the volume has an archive on its way
  bool being_restored = false;  ///< in memory: the archive of the volume is on its way to another one

  bool inner = false;          ///< the target is on an inner file system
  bool holds_private = false;  ///< the program's own directory stands in the source
  bool source_away = false;    ///< the source was made on an inner file system which is not there
  bool target_away = false;    ///< which is not there: nobody knows whether the target stands
  bool archive_away = false;   ///< likewise the archive
  bool crosses = false;        ///< the rename would have gone from one file system to another
  bool immovable = false;      ///< the source is the root of a file system

  bool source_stays = false;    ///< remove_source found it not empty, or not to be removed
  bool source_removed = false;  ///< remove_source removed it
  bool target_refused = false;  ///< the rename was answered as if something stood at the target

  Settled settled = Settled::unknown;
  bool settled_here = false;  ///< the volume had the source before: etcd has forgotten it since
  SourceMade source_made = SourceMade::unknown;
  std::optional<std::size_t> levels;  ///< how many of the source's components stand
  std::size_t depth = 0;              ///< how many it has
  std::size_t existing = 0;           ///< how many stood before, as the intent says
  std::size_t begun_again = 0;        ///< how often a parent went between two steps
  bool owner_asked_for = false;
  Adopts adopts = Adopts::any;
  Content content = Content::unknown;  ///< of the source
  RecordedFor recorded_for = RecordedFor::unknown;

  Steps done;
};

/// Why nothing more is done.
enum class Trouble : std::uint8_t {
  as_answered,  ///< what the export answered to the last step that it refused
  unreadable_intent,
  foreign_record,
  source_away,           ///< on a file system that is not there
  target_away,           ///< likewise
  archive_away,          ///< likewise
  source_immovable,      ///< it is the root of a file system
  target_occupied,       ///< by what no record tells of
  source_no_directory,   ///< to release or to undo
  source_in_the_way,     ///< to restore to: it is no directory
  source_has_data,       ///< to restore to
  source_holds_private,  ///< the program's own directory stands in it
  source_not_new,        ///< it may be that of a volume that cannot be read
  source_unrecorded,     ///< it holds data, and nobody knows whose
  source_not_empty,      ///< it holds data, and the claim asks to begin empty
  parents_come_and_go,
  held_by_neighbour,
  neighbour_at_work,
};

template <class Answer>
using Next = std::variant<Step, Answer, Trouble>;

/// A step, and whether it is due. Steps of a table are done in its order, each once.
struct Row {
  Step step;
  bool (*due)(Seen const&);
};

/// The first step that is due and not done.
[[nodiscard]] inline std::optional<Step> first_due(std::span<Row const> rows, Seen const& seen) {
  for (auto const& row : rows) {
    if (!seen.done.has(row.step) && row.due(seen)) {
      return row.step;
    }
  }
  return std::nullopt;
}

}  // namespace nfs::plan
