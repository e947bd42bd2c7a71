#include "provisioner/storage/volumes/settle_plan.hpp"
#include "provisioner/storage/volumes/undo_plan.hpp"
#include "tests/provisioner/storage/volumes/plan_play.hpp"

namespace nfs::test {
namespace {

using Shows = std::function<void(Step, Seen&)>;

auto undo(Shows const& shows, Seen seen = {}) {
  return play<Undone, Seen>(next_of_undo, seen, shows);
}

Shows intent(IntentSeen what) {
  return [what](Step step, Seen& seen) {
    if (step == look_at_intent) seen.intent = what;
  };
}

TEST_CASE("undo: the directory goes, then its parents, then the intent") {
  auto const played = undo(intent(IntentSeen::made));
  CHECK(played.steps == StepList{look_at_intent, remove_source, sync_source_parent, remove_parents, remove_intent,
                                 free_archive, sync_creating});
  CHECK(std::get<Undone>(played.end) == Undone::gone);
}

TEST_CASE("undo: what holds data stays, and the intent goes") {
  auto const played = undo([](Step step, Seen& seen) {
    intent(IntentSeen::made)(step, seen);
    if (step == remove_source) {
      seen.source = Stands::unknown;
      seen.source_removed = false;
      seen.source_stays = true;
    }
  });
  CHECK(played.steps == StepList{look_at_intent, remove_source, remove_intent, free_archive, sync_creating});
  CHECK(std::get<Undone>(played.end) == Undone::kept);
}

TEST_CASE("undo: what stood before is not touched") {
  auto const played = undo(intent(IntentSeen::adopted));
  CHECK(played.steps == StepList{look_at_intent, remove_intent, free_archive, sync_creating});
  CHECK(std::get<Undone>(played.end) == Undone::kept);
}

TEST_CASE("undo: an intent that is gone may be gone without lasting") {
  auto const played = undo(intent(IntentSeen::none));
  CHECK(played.steps == StepList{look_at_intent, free_archive, sync_creating});
  CHECK(std::get<Undone>(played.end) == Undone::nothing);
}

TEST_CASE("undo: nothing is done for an intent that cannot be read") {
  auto const played = undo(intent(IntentSeen::unreadable));
  CHECK(played.steps == StepList{look_at_intent});
  CHECK(std::get<Trouble>(played.end) == Trouble::unreadable_intent);
}

/// Restored: where the archive and the source stand.
Shows restored(Stands archive, Stands source) {
  return [=](Step step, Seen& seen) {
    if (step == look_at_intent) {
      seen.intent = IntentSeen::made;
      seen.restored = true;
    }
    if (step == look_at_archive) seen.archive = archive;
    if (step == look_at_source) seen.source = source;
  };
}

TEST_CASE("undo: an archive goes back to its place, and both ends are synced before the intent goes") {
  auto const played = undo(restored(Stands::nothing, Stands::directory));
  CHECK(played.steps == StepList{look_at_intent, look_at_archive, look_at_source, look_at_own_release,
                                 move_source_to_archive, sync_archive_parent, sync_source_parent, remove_parents,
                                 remove_intent, free_archive, sync_creating});
  CHECK(std::get<Undone>(played.end) == Undone::gone);
}

TEST_CASE("undo: what stands where a released volume was is not touched, nor taken for the archive") {
  auto const played = undo([](Step step, Seen& seen) {
    restored(Stands::nothing, Stands::directory)(step, seen);
    if (step == look_at_own_release) seen.released = true;
  });
  CHECK(played.steps == StepList{look_at_intent, look_at_archive, look_at_source, look_at_own_release,
                                 sync_archive_parent, sync_source_parent, remove_intent, free_archive, sync_creating});
  CHECK(std::get<Undone>(played.end) == Undone::kept);
}

TEST_CASE("undo: an archive that is back already, or never left, is synced where it stands") {
  auto const played = undo(restored(Stands::directory, Stands::nothing));
  CHECK(played.steps == StepList{look_at_intent, look_at_archive, look_at_source, sync_archive_parent,
                                 sync_source_parent, remove_parents, remove_intent, free_archive, sync_creating});
}

TEST_CASE("undo: with an archive that never left, a directory at its path goes only if it is empty") {
  auto const played = undo(restored(Stands::directory, Stands::directory));
  CHECK(std::ranges::count(played.steps, remove_source) == 1);
  CHECK(std::ranges::count(played.steps, move_source_to_archive) == 0);
}

TEST_CASE("undo: something else than a directory is not taken for the archive") {
  auto const played = undo(restored(Stands::nothing, Stands::other));
  CHECK(std::get<Trouble>(played.end) == Trouble::source_no_directory);
}

auto settle(Shows const& shows, Seen seen = {}, SettleGoal goal = SettleGoal::in_use) {
  return play<std::monostate, Seen>([goal](Seen const& now) { return next_of_settle(goal, now); }, seen, shows);
}

TEST_CASE("settle: the intent is moved, and both directories are synced") {
  CHECK(settle({}).steps == StepList{settle_intent, sync_volumes, sync_creating, free_archive});
}

TEST_CASE("settle: the intent of a volume that is not there, and whose directory is others', goes and leaves no note") {
  CHECK(settle({}, {}, SettleGoal::forget).steps == StepList{remove_intent, sync_creating, free_archive});
}

TEST_CASE("settle: without an intent nothing is changed or synced") {
  auto const nothing_there = [](Step step, Seen& seen) {
    if (step == settle_intent) seen.settled = Settled::nothing;
  };
  CHECK(settle(nothing_there).steps == StepList{settle_intent, free_archive});
}

TEST_CASE("settle: an intent beside one that was settled before goes") {
  auto const settled_before = [](Step step, Seen& seen) {
    if (step == settle_intent) seen.settled = Settled::before;
  };
  CHECK(settle(settled_before).steps ==
        StepList{settle_intent, remove_intent, sync_volumes, sync_creating, free_archive});
}

TEST_CASE("settle: the record of the archive goes when the intent is durably settled") {
  Seen seen;
  seen.restoring = true;
  auto const played = settle(restored(Stands::nothing, Stands::directory), seen);
  CHECK(played.steps == StepList{look_at_intent, settle_intent, sync_volumes, sync_creating, look_at_archive,
                                 forget_archive_record, free_archive});
}

TEST_CASE("settle: what failed half-way is told by the settled intent") {
  Seen seen;
  seen.restoring = true;
  auto const played = settle(
      [](Step step, Seen& now) {
        if (step == look_at_intent) now.intent = IntentSeen::none;
        if (step == look_at_settled_intent) now.restored = true;
        if (step == settle_intent) now.settled = Settled::nothing;
        if (step == look_at_archive) now.archive = Stands::nothing;
      },
      seen);
  CHECK(played.steps == StepList{look_at_intent, look_at_settled_intent, settle_intent, sync_volumes, sync_creating,
                                 look_at_archive, forget_archive_record, free_archive});
}

}  // namespace
}  // namespace nfs::test
