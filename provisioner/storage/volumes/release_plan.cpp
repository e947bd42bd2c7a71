#include "provisioner/storage/volumes/release_plan.hpp"

namespace nfs::plan {
namespace {

/// What has become, or was found, of the source: what is left to be done depends on it alone.
enum class End : std::uint8_t {
  moved,          ///< it stands at the target
  retained,       ///< it stays, and its record is written
  removed_empty,  ///< rmdir
  discarded,      ///< rmdir, of what was made and never used
  given_back,     ///< the archive that it was stands at its place again
  kept,           ///< it stays: it was in use when its cluster was taken over, and a record keeps it for its claim
  nothing_there,  ///< nothing stood there, nor at the target
  left,           ///< it is another volume's, as the records say
};

using Head = std::variant<Step, End, Trouble>;

bool never_used(Seen const& seen) {
  return seen.intent == IntentSeen::made && !seen.restored;
}

/// Asked only once the intent was looked at.
bool goes_if_empty(ReleaseGoal goal, ReleaseSeen const& seen) {
  if (seen.source_stays) {
    return false;
  }
  if (never_used(seen)) {
    return true;
  }
  bool const in_use = seen.intent != IntentSeen::unreadable && !seen.restored;
  return goal == ReleaseGoal::archive && in_use && !seen.keeps_empty;
}

/// Of a source that stands. Which file systems the two are on is learnt from a rename that was refused: so what lies on
/// the export itself takes no look more.
Head move_after(Step record, bool recorded, Seen const& seen) {
  if (seen.crosses) {
    return Step::choose_place;
  }
  // Before anything tells of the target: one whose directory is missing is taken for one that is not mounted.
  if (seen.inner && !seen.done.has(Step::make_target_directory)) {
    return Step::make_target_directory;
  }
  return recorded ? Step::move_to_target : record;
}

Head after_removal(Seen const& seen) {
  return never_used(seen) ? End::discarded : End::removed_empty;
}

/// The rename was answered as if something stood at the target, which did not when it was looked at. Unless both stand,
/// another process has moved the source, or is about to: the record is its own as well. A record of what somebody else
/// put there would let that be restored, and pruned.
Head after_refused_rename(ReleaseGoal goal, Seen const& seen) {
  if (goal != ReleaseGoal::archive) {
    return Trouble::as_answered;
  }
  if (seen.source == Stands::unknown) {
    return Step::look_at_source;
  }
  if (seen.target == Stands::unknown) {
    return Step::look_at_target;
  }
  bool const foreign = seen.source != Stands::nothing && seen.target != Stands::nothing;
  if (foreign && !seen.done.has(Step::forget_record)) {
    return Step::forget_record;
  }
  return Trouble::as_answered;
}

/// What an etcd that went back in time, or a file that people applied, says of a directory may be long over: the
/// records tell whose it is by now. nullopt: it is this volume's.
std::optional<Head> whose(Seen const& seen) {
  if (seen.intent == IntentSeen::unknown) {
    return Step::look_at_intent;
  }
  if (seen.intent == IntentSeen::made || seen.intent == IntentSeen::adopted) {
    return std::nullopt;
  }
  if (seen.recorded_for == RecordedFor::unknown) {
    return Step::look_at_records;
  }
  return seen.recorded_for == RecordedFor::another ? std::optional(Head(End::left)) : std::nullopt;
}

/// The target is looked at after the source: another process may move the one to the other at any time.
Head head_of_archive(ReleaseSeen const& seen) {
  // With both there the move was done: the record is written before it, and never when something stands at the target.
  if (seen.target != Stands::nothing && seen.record == RecordSeen::own) {
    return End::moved;
  }
  if (seen.target != Stands::nothing && seen.source == Stands::directory) {
    return Trouble::target_occupied;
  }
  if (seen.source == Stands::other) {
    return Trouble::source_no_directory;
  }
  // The archive's name holds the volume's: a program that kept no records moved it, or the record was removed.
  if (seen.target != Stands::nothing) {
    return Step::write_record;
  }
  if (seen.source == Stands::nothing) {
    return End::nothing_there;
  }
  if (auto const next = whose(seen)) {
    return *next;
  }
  if (goes_if_empty(ReleaseGoal::archive, seen)) {
    return Step::remove_source;
  }
  return move_after(Step::write_record, seen.done.has(Step::write_record), seen);
}

Head head_of_retain(ReleaseSeen const& seen) {
  if (seen.source == Stands::other) {
    return Trouble::source_no_directory;
  }
  // What is kept in place is kept though the file system that it is on is not there.
  if (seen.source == Stands::nothing && !seen.source_away) {
    return End::nothing_there;
  }
  if (auto const next = whose(seen)) {
    return *next;
  }
  if (!seen.source_away && goes_if_empty(ReleaseGoal::retain, seen)) {
    return Step::remove_source;
  }
  if (!seen.done.has(Step::write_record)) {
    return Step::write_record;
  }
  return End::retained;
}

Head move_to_trash(ReleaseSeen const& seen) {
  if (seen.rests && !seen.done.has(Step::write_trash_record)) {
    return move_after(Step::write_trash_record, false, seen);
  }
  return move_after(Step::write_signpost, !seen.inner || seen.done.has(Step::write_signpost), seen);
}

/// An archive that was given to a volume which, for all we know, was never used is not to be removed with it.
Head head_of_restored_trash(ReleaseSeen const& seen) {
  if (seen.archive == Stands::unknown) {
    return Step::look_at_archive;
  }
  if (seen.source == Stands::nothing) {
    return End::given_back;
  }
  if (seen.in_place) {
    return End::kept;
  }
  if (seen.archive_away) {
    return Trouble::archive_away;
  }
  if (seen.archive == Stands::nothing && seen.below_root && !seen.done.has(Step::make_archive_parents)) {
    return Step::make_archive_parents;
  }
  if (seen.archive == Stands::nothing) {
    return Step::move_source_to_archive;
  }
  if (seen.intent == IntentSeen::made && !seen.source_stays) {
    return Step::remove_source;
  }
  return move_to_trash(seen);
}

bool is_recorded_as_own(Seen const& seen) {
  bool const begun = seen.intent == IntentSeen::made || seen.intent == IntentSeen::adopted;
  return begun || seen.recorded_for == RecordedFor::this_volume;
}

/// Something stands where it is to be removed: it was moved there before. But if the source stands as well, and is this
/// volume's still, that is of an earlier life of the volume's name. What rests has a record that tells this.
Head beside_tree_in_trash(ReleaseSeen const& seen) {
  if (seen.rests || seen.source != Stands::directory) {
    return End::moved;
  }
  auto const next = whose(seen);
  if (next && std::holds_alternative<Step>(*next)) {
    return *next;
  }
  return is_recorded_as_own(seen) ? Head(Step::choose_name) : End::moved;
}

Head head_of_trash(ReleaseSeen const& seen) {
  if (seen.target == Stands::unknown) {
    return Step::look_at_target;
  }
  if (seen.target != Stands::nothing) {
    return beside_tree_in_trash(seen);
  }
  if (seen.source == Stands::other) {
    return Trouble::source_no_directory;
  }
  if (seen.intent == IntentSeen::unknown) {
    return Step::look_at_intent;
  }
  if (seen.restored && seen.intent != IntentSeen::other) {
    return head_of_restored_trash(seen);
  }
  if (seen.source == Stands::nothing) {
    return End::nothing_there;
  }
  if (auto const next = whose(seen)) {
    return *next;
  }
  if (seen.kept_for_claim) {
    return End::kept;
  }
  return goes_if_empty(ReleaseGoal::trash, seen) ? Head(Step::remove_source) : move_to_trash(seen);
}

Head head_of_recorded(ReleaseGoal goal, ReleaseSeen const& seen) {
  if (seen.source == Stands::unknown) {
    return Step::look_at_source;
  }
  // A volume of this name was there before, and the request for this one was done long after its sender had given it
  // up: nothing was made for it.
  if (seen.record == RecordSeen::foreign) {
    return seen.source == Stands::nothing ? Head(End::nothing_there) : Head(Trouble::foreign_record);
  }
  if (goal == ReleaseGoal::retain) {
    return head_of_retain(seen);
  }
  return seen.target == Stands::unknown ? Head(Step::look_at_target) : head_of_archive(seen);
}

/// What is seen of a file system that is not there says nothing; and what it may hold is not looked for elsewhere.
std::optional<Trouble> trouble_with_file_systems(ReleaseGoal goal, Seen const& seen) {
  if (seen.immovable && goal != ReleaseGoal::retain) {
    return Trouble::source_immovable;
  }
  if (seen.target_away) {
    return Trouble::target_away;
  }
  if (seen.source_away && seen.source == Stands::nothing && goal != ReleaseGoal::retain) {
    return Trouble::source_away;
  }
  bool const lost = seen.archive_away && seen.source == Stands::nothing;
  return lost ? std::optional(Trouble::archive_away) : std::nullopt;
}

Head head_of(ReleaseGoal goal, ReleaseSeen const& seen) {
  if (auto const trouble = trouble_with_file_systems(goal, seen)) {
    return *trouble;
  }
  if (seen.source_removed) {
    return seen.restored ? Head(End::given_back) : after_removal(seen);
  }
  if (seen.target_refused) {
    return after_refused_rename(goal, seen);
  }
  if (goal != ReleaseGoal::trash) {
    return head_of_recorded(goal, seen);
  }
  return seen.source == Stands::unknown ? Head(Step::look_at_source) : head_of_trash(seen);
}

struct Tail : ReleaseSeen {
  End end = End::moved;

  [[nodiscard]] bool is(End which) const { return end == which; }
  [[nodiscard]] bool stays() const { return is(End::retained) || is(End::kept) || is(End::left); }
  [[nodiscard]] bool present() const { return intent != IntentSeen::none && intent != IntentSeen::unreadable; }
  /// It was dealt with before this call, or by others: its place, and what is above it, may be another volume's by now.
  [[nodiscard]] bool was_over() const {
    return is(End::nothing_there) || (is(End::moved) && !done.has(Step::move_to_target));
  }
  [[nodiscard]] bool is_to_be_asked_for() const {
    bool const begun = intent == IntentSeen::made || intent == IntentSeen::adopted;
    return was_over() && !begun && recorded_for == RecordedFor::unknown;
  }
  /// What the volume was made for, and restored from, is over.
  [[nodiscard]] bool finishes() const {
    return !is(End::discarded) && !is(End::given_back) && !is(End::left) &&
           !(is(End::nothing_there) && never_used(*this));
  }
  /// Its record would tell of nothing. One whose archive is being restored goes back there if that is undone.
  [[nodiscard]] bool record_is_void() const {
    if (record != RecordSeen::own) {
      return false;
    }
    return is(End::discarded) || is(End::removed_empty) || (is(End::nothing_there) && !being_restored);
  }
};

struct TailRow {
  Step step;
  bool (*due)(Tail const&);
};

/// In this order, each once.
constexpr TailRow tail_rows[] = {
    // A mount that went away meanwhile shows nothing, either.
    {Step::check_marker, [](Tail const& at) { return at.is(End::nothing_there); }},
    // What an earlier try moved away and did not sync would be there again when the server comes back.
    {Step::sync_trash, [](Tail const& at) { return at.is(End::nothing_there); }},
    {Step::sync_target_parent,
     [](Tail const& at) { return at.is(End::moved) || (at.is(End::nothing_there) && at.inner); }},
    {Step::sync_archive_parent, [](Tail const& at) { return at.is(End::given_back); }},
    {Step::sync_source_parent, [](Tail const& at) { return !at.stays(); }},
    {Step::look_at_intent, [](Tail const& at) { return at.was_over() && at.intent == IntentSeen::unknown; }},
    {Step::look_at_records, [](Tail const& at) { return at.is_to_be_asked_for(); }},
    // Empty ones, too, may be directories of others.
    {Step::remove_parents, [](Tail const& at) { return !at.stays() && at.recorded_for != RecordedFor::another; }},
    // Pruned, maybe, by a move that is not synced yet: an archive that came back would be without its record.
    {Step::sync_root, [](Tail const& at) { return at.is(End::nothing_there) && at.record_is_void(); }},
    {Step::forget_record, [](Tail const& at) { return at.record_is_void(); }},
    {Step::look_at_intent, [](Tail const& at) { return at.intent == IntentSeen::unknown; }},
    // A settle that failed half-way has not forgotten the archive yet.
    {Step::look_at_settled_intent,
     [](Tail const& at) { return at.finishes() && at.restoring && at.intent == IntentSeen::none; }},
    {Step::look_at_archive, [](Tail const& at) { return at.finishes() && at.restored; }},
    // While the intent is there: without it, nobody would know that this record tells of nothing.
    {Step::forget_archive_record,
     [](Tail const& at) {
       return at.finishes() && !at.is(End::kept) && at.restored && (at.in_place || at.archive == Stands::nothing);
     }},
    {Step::remove_settled_intent, [](Tail const& at) { return at.finishes(); }},
    {Step::sync_volumes, [](Tail const& at) { return at.finishes(); }},
    // One that cannot be read is kept.
    {Step::remove_intent, [](Tail const& at) { return at.present(); }},
    // Only now: undone once more, it would take what stands at its path by then for the archive.
    {Step::free_archive, [](Tail const& at) { return at.intent != IntentSeen::unreadable; }},
    // An intent that came back after a crash would undo the directory of a later volume on the same path.
    {Step::sync_creating, [](Tail const& at) { return at.intent != IntentSeen::unreadable; }},
    {Step::note_record,
     [](Tail const& at) { return at.is(End::retained) || (at.is(End::moved) && at.record == RecordSeen::own); }},
    // Earlier volumes that were kept at this path: what stood there has moved, or is removed.
    {Step::forget_kept_records, [](Tail const& at) { return at.is(End::moved) || at.is(End::removed_empty); }},
};

Released answer_of(ReleaseGoal goal, Tail const& at) {
  switch (at.end) {
    case End::moved:
      return goal == ReleaseGoal::trash ? Released::trashed : Released::archived;
    case End::retained:
    case End::kept:
      return Released::retained;
    case End::removed_empty:
      return Released::removed_empty;
    case End::discarded:
    case End::given_back:
      return Released::discarded;
    case End::left:
      return Released::left;
    case End::nothing_there:
      return never_used(at) ? Released::discarded : Released::missing;
  }
  return Released::missing;
}

}  // namespace

Next<Released> next_of_release(ReleaseGoal goal, ReleaseSeen const& seen) {
  auto const head = head_of(goal, seen);
  if (auto const* step = std::get_if<Step>(&head)) {
    return *step;
  }
  if (auto const* trouble = std::get_if<Trouble>(&head)) {
    return *trouble;
  }
  Tail const at{seen, std::get<End>(head)};
  for (auto const& row : tail_rows) {
    if (!seen.done.has(row.step) && row.due(at)) {
      return row.step;
    }
  }
  return answer_of(goal, at);
}

}  // namespace nfs::plan
