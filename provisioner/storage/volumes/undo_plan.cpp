#include "provisioner/storage/volumes/undo_plan.hpp"

namespace nfs::plan {
namespace {

/// Undone before, maybe without being sure that it lasts.
constexpr Row rows_without_intent[] = {
    {Step::free_archive, [](Seen const&) { return true; }},
    // An intent that came back after a crash would undo what a later volume made.
    {Step::sync_creating, [](Seen const&) { return true; }},
};

/// An intent that counts the directory itself among what stood there was written before it was known that no other
/// cluster is at it: whoever moved the archive there, it was not this volume.
bool may_go_back(Seen const& seen) {
  bool const moved = seen.intent != IntentSeen::adopted;
  return seen.restored && moved && seen.archive == Stands::nothing && seen.source == Stands::directory;
}
bool goes_back(Seen const& seen) {
  return may_go_back(seen) && !seen.released;
}

/// It stood there before, is somebody's since the volume was released, or holds data. Asked once all is done that might
/// remove it.
bool is_kept(Seen const& seen) {
  return seen.source != Stands::nothing && (seen.intent == IntentSeen::adopted || seen.released || seen.source_stays);
}

constexpr Row rows[] = {
    {Step::look_at_archive, [](Seen const& seen) { return seen.restored; }},
    {Step::look_at_source, [](Seen const& seen) { return seen.restored; }},
    // A release that a crash has cut short after its move leaves the intent.
    {Step::look_at_own_release, may_go_back},
    {Step::make_archive_parents, [](Seen const& seen) { return goes_back(seen) && seen.below_root; }},
    {Step::move_source_to_archive, [](Seen const& seen) { return goes_back(seen); }},
    {Step::sync_archive_parent, [](Seen const& seen) { return seen.restored; }},
    {Step::remove_source,
     [](Seen const& seen) {
       return seen.intent != IntentSeen::adopted && !seen.released && seen.source != Stands::nothing;
     }},
    {Step::sync_source_parent, [](Seen const& seen) { return seen.restored || !is_kept(seen); }},
    // Those that stood already, too, may be another volume's that is gone by now: nobody else would remove them.
    {Step::remove_parents, [](Seen const& seen) { return !is_kept(seen); }},
    {Step::remove_intent, [](Seen const&) { return true; }},
    // Only now: undone once more, it would take what stands at its path by then for the archive, if others got that.
    {Step::free_archive, [](Seen const&) { return true; }},
    {Step::sync_creating, [](Seen const&) { return true; }},
};

}  // namespace

Next<Undone> next_of_undo(Seen const& seen) {
  if (seen.intent == IntentSeen::unknown) {
    return Step::look_at_intent;
  }
  if (seen.intent == IntentSeen::unreadable) {
    return Trouble::unreadable_intent;
  }
  if (seen.intent == IntentSeen::none) {
    auto const step = first_due(rows_without_intent, seen);
    return step ? Next<Undone>(*step) : Undone::nothing;
  }
  // Nothing is moved, or removed, on what stands in place of a file system that is not there.
  if (seen.source_away) {
    return Trouble::source_away;
  }
  if (seen.archive_away) {
    return Trouble::archive_away;
  }
  if (seen.restored && seen.source == Stands::other) {
    return Trouble::source_no_directory;
  }
  if (auto const step = first_due(rows, seen)) {
    return *step;
  }
  return is_kept(seen) ? Undone::kept : Undone::gone;
}

}  // namespace nfs::plan
