#include "provisioner/storage/volumes/release_plan.hpp"

#include <algorithm>
#include <string>

#include "tests/provisioner/storage/volumes/plan_play.hpp"

namespace nfs::test {
namespace {

using enum ReleaseGoal;
constexpr auto nothing = Stands::nothing;
constexpr auto directory = Stands::directory;
constexpr auto unknown = Stands::unknown;
constexpr auto other = Stands::other;

/// One look at the export, as a release begins with it after a crash or a failure at any earlier step.
struct Row {
  std::string what;
  ReleaseGoal goal;
  RecordSeen record;
  Stands source;
  Stands target;
  IntentSeen intent;
  Next<Released> next;
};

ReleaseSeen seen_in(Row const& row) {
  ReleaseSeen seen;
  seen.record = row.record;
  seen.source = row.source;
  seen.target = row.target;
  seen.intent = row.intent;
  seen.recorded_for = RecordedFor::this_volume;
  return seen;
}

constexpr auto no_record = RecordSeen::none;
constexpr auto own = RecordSeen::own;
constexpr auto foreign = RecordSeen::foreign;
constexpr auto not_read = RecordSeen::unknown;
constexpr auto none = IntentSeen::none;
constexpr auto made = IntentSeen::made;
constexpr auto adopted = IntentSeen::adopted;
constexpr auto unreadable = IntentSeen::unreadable;
constexpr auto not_seen = IntentSeen::unknown;

Row const rows[] = {
    {"what is not known is looked at: the source", archive, no_record, unknown, unknown, not_seen, look_at_source},
    {"then the target, to which others may move the source", archive, no_record, directory, unknown, not_seen,
     look_at_target},
    {"then, if there is something to move, the intent", archive, no_record, directory, nothing, not_seen,
     look_at_intent},
    {"a directory in use: rmdir says whether it is empty", archive, no_record, directory, nothing, none, remove_source},
    {"one that was adopted, too", archive, no_record, directory, nothing, adopted, remove_source},
    {"one that was made and never used, too", archive, no_record, directory, nothing, made, remove_source},
    {"but not where the intent cannot be read", archive, no_record, directory, nothing, unreadable, write_record},
    {"a record was written, and nothing moved: an earlier try went no further", archive, own, directory, nothing,
     unreadable, write_record},
    {"a record, and the target stands: it was moved", archive, own, nothing, directory, not_seen, sync_target_parent},
    {"so it was if a new volume has the path by now", archive, own, directory, directory, not_seen, sync_target_parent},
    {"the target stands without a record, and nothing else: it gets one", archive, no_record, nothing, directory,
     not_seen, write_record},
    {"both stand without a record: one of them is somebody else's", archive, no_record, directory, directory, not_seen,
     Trouble::target_occupied},
    {"nothing stands anywhere: is it still the export?", archive, no_record, nothing, nothing, not_seen, check_marker},
    {"no directory", archive, no_record, other, nothing, not_seen, Trouble::source_no_directory},
    {"a record of an earlier volume of this name, and nothing was made for this one", archive, foreign, nothing,
     unknown, not_seen, check_marker},
    {"such a record, and a directory", archive, foreign, directory, unknown, not_seen, Trouble::foreign_record},

    {"kept in place: the target is not looked at", retain, no_record, directory, unknown, not_seen, look_at_intent},
    {"empty or not", retain, no_record, directory, unknown, none, write_record},
    {"unless it was never used", retain, no_record, directory, unknown, made, remove_source},
    {"nothing stands there", retain, no_record, nothing, unknown, not_seen, check_marker},
    {"no directory", retain, no_record, other, unknown, not_seen, Trouble::source_no_directory},

    {"deleted: there is no record", trash, not_read, unknown, unknown, not_seen, look_at_source},
    {"then the target", trash, not_read, directory, unknown, not_seen, look_at_target},
    {"in the trash already", trash, not_read, nothing, directory, not_seen, sync_target_parent},
    {"or is that of an earlier volume of this name?", trash, not_read, directory, directory, not_seen, look_at_intent},
    {"it is: the directory is this volume's", trash, not_read, directory, directory, none, choose_name},
    {"the intent decides on what was never used", trash, not_read, directory, nothing, not_seen, look_at_intent},
    {"empty or not", trash, not_read, directory, nothing, none, move_to_target},
    {"never used", trash, not_read, directory, nothing, made, remove_source},
    {"nothing stands anywhere", trash, not_read, nothing, nothing, none, check_marker},
    {"no directory", trash, not_read, other, nothing, not_seen, Trouble::source_no_directory},
};

TEST_CASE("the next step of a release follows from what stands on the export") {
  for (auto const& row : rows) {
    CAPTURE(row.what);
    CHECK(next_of_release(row.goal, seen_in(row)) == row.next);
  }
}

TEST_CASE(
    "what stands where a volume was that is in the trash is not moved unless the records say it is the volume's") {
  for (auto const recorded_for : {RecordedFor::this_volume, RecordedFor::nobody, RecordedFor::another}) {
    ReleaseSeen seen;
    seen.source = directory;
    seen.target = directory;
    seen.intent = none;
    seen.recorded_for = recorded_for;
    bool const is_its_own = recorded_for == RecordedFor::this_volume;
    CHECK(next_of_release(trash, seen) == Next<Released>(is_its_own ? choose_name : sync_target_parent));
    seen.rests = true;
    CHECK(next_of_release(trash, seen) == Next<Released>(sync_target_parent));
  }
}

TEST_CASE("before a directory is touched whose intent is over, the records are asked whose it is by now") {
  for (auto const goal : {archive, retain, trash}) {
    for (auto const intent : {none, unreadable, IntentSeen::other}) {
      ReleaseSeen seen;
      seen.record = no_record;
      seen.source = directory;
      seen.target = nothing;
      seen.intent = intent;
      CHECK(next_of_release(goal, seen) == Next<Released>(look_at_records));
      seen.recorded_for = RecordedFor::another;
      auto const played =
          play<Released, ReleaseSeen>([goal](ReleaseSeen const& now) { return next_of_release(goal, now); }, seen);
      CHECK(std::get<Released>(played.end) == Released::left);
      for (auto const step : {move_to_target, remove_source, write_record, remove_parents, remove_settled_intent}) {
        CHECK(std::ranges::find(played.steps, step) == played.steps.end());
      }
    }
  }
}

/// All steps from the first look on.
template <class Shows>
auto whole_release(ReleaseGoal goal, ReleaseSeen seen, Shows shows) {
  if (goal != trash && seen.record == RecordSeen::unknown) seen.record = RecordSeen::none;
  return play<Released, ReleaseSeen>([goal](ReleaseSeen const& now) { return next_of_release(goal, now); }, seen,
                                     shows);
}

/// A settled volume, or what else `intent` says, whose directory stands.
auto in_use(IntentSeen intent = IntentSeen::none) {
  return [intent](Step step, ReleaseSeen& seen) {
    if (step == look_at_source) seen.source = directory;
    if (step == look_at_target) seen.target = nothing;
    if (step == look_at_intent) seen.intent = intent;
  };
}

auto with_data(IntentSeen intent = IntentSeen::none) {
  return [intent](Step step, ReleaseSeen& seen) {
    in_use(intent)(step, seen);
    if (step == remove_source) {
      seen.source = directory;
      seen.source_removed = false;
      seen.source_stays = true;
    }
  };
}

TEST_CASE("an archive's record is durable before the rename, the rename before the intent goes") {
  auto const played = whole_release(archive, {}, with_data());
  CHECK(played.steps == StepList{look_at_source, look_at_target, look_at_intent, look_at_records, remove_source,
                                 write_record, move_to_target, sync_target_parent, sync_source_parent, remove_parents,
                                 remove_settled_intent, sync_volumes, free_archive, sync_creating, note_record,
                                 forget_kept_records});
  CHECK(std::get<Released>(played.end) == Released::archived);
}

/// The first rename would go to another file system, so `places` are chosen, of which the last one does.
auto on_an_inner_file_system(int places) {
  return [places, chosen = 0](Step step, ReleaseSeen& seen) mutable {
    with_data()(step, seen);
    if (step == choose_place) {
      seen.crosses = false;
      seen.inner = true;
      seen.immovable = ++chosen > places;
      seen.target = unknown;
      for (auto const again : {make_target_directory, write_record, write_signpost}) seen.done.remove(again);
    }
    if (step == move_to_target && chosen < places) {
      seen.source = directory;
      seen.target = nothing;
      seen.crosses = true;
    }
  };
}

TEST_CASE(
    "a place on the source's file system stands before the record tells of it, and the record before the rename") {
  auto const played = whole_release(archive, {}, on_an_inner_file_system(1));
  auto const from = std::ranges::find(played.steps, choose_place);
  CHECK(StepList(from, played.steps.end()) ==
        StepList{choose_place, look_at_target, make_target_directory, write_record, move_to_target, sync_target_parent,
                 sync_source_parent, remove_parents, remove_settled_intent, sync_volumes, free_archive, sync_creating,
                 note_record, forget_kept_records});
  CHECK(std::get<Released>(played.end) == Released::archived);
}

TEST_CASE("the signpost to the trash of a file system is durable before the rename, and written for nothing else") {
  for (bool const rests : {false, true}) {
    ReleaseSeen seen;
    seen.rests = rests;
    auto const played = whole_release(trash, seen, on_an_inner_file_system(2));
    auto const from = std::find(played.steps.rbegin(), played.steps.rend(), choose_place).base();
    StepList const then{look_at_target, make_target_directory, write_signpost, move_to_target, sync_target_parent};
    CHECK(StepList(from, from + 5) == then);
    CHECK(std::ranges::count(played.steps, write_trash_record) == (rests ? 1 : 0));
    CHECK(std::ranges::count(whole_release(trash, seen, with_data()).steps, write_signpost) == 0);
  }
}

TEST_CASE("a directory that can be moved to no place is left") {
  for (auto const goal : {archive, trash}) {
    auto const played = whole_release(goal, {}, [](Step step, ReleaseSeen& seen) {
      on_an_inner_file_system(9)(step, seen);
      if (step == choose_place) seen.immovable = true;
    });
    CHECK(std::get<Trouble>(played.end) == Trouble::source_immovable);
    CHECK(played.steps.back() == choose_place);
  }
}

TEST_CASE("nothing is done while the file system is not there on which the target, or the archive, may stand") {
  for (auto const source : {directory, nothing}) {
    ReleaseSeen seen;
    seen.record = own;
    seen.source = source;
    seen.target = nothing;
    seen.target_away = true;
    CHECK(next_of_release(archive, seen) == Next<Released>(Trouble::target_away));
    seen.target_away = false;
    seen.archive_away = true;
    seen.intent = made;
    seen.restored = true;
    auto const lost = next_of_release(archive, seen) == Next<Released>(Trouble::archive_away);
    CHECK(lost == (source == nothing));
  }
}

TEST_CASE("an empty directory is removed, and there is no record to write") {
  auto const played = whole_release(archive, {}, in_use());
  CHECK(played.steps == StepList{look_at_source, look_at_target, look_at_intent, look_at_records, remove_source,
                                 sync_source_parent, remove_parents, remove_settled_intent, sync_volumes, free_archive,
                                 sync_creating, forget_kept_records});
  CHECK(std::get<Released>(played.end) == Released::removed_empty);
}

TEST_CASE("an empty directory is archived where the next claim would begin with an older archive instead") {
  ReleaseSeen seen;
  seen.keeps_empty = true;
  auto const played = whole_release(archive, seen, in_use());
  CHECK(std::ranges::count(played.steps, remove_source) == 0);
  CHECK(std::get<Released>(played.end) == Released::archived);
}

TEST_CASE("what was made and never used goes with its intent, whatever the policy") {
  for (auto const goal : {archive, retain, trash}) {
    auto const played = whole_release(goal, {}, in_use(IntentSeen::made));
    auto const from = std::ranges::find(played.steps, remove_source);
    CHECK(StepList(from, played.steps.end()) ==
          StepList{remove_source, sync_source_parent, remove_parents, remove_intent, free_archive, sync_creating});
    CHECK(std::get<Released>(played.end) == Released::discarded);
  }
}

TEST_CASE("a directory that is kept is not moved, and nothing of it is synced") {
  auto const played = whole_release(retain, {}, with_data());
  CHECK(played.steps == StepList{look_at_source, look_at_intent, look_at_records, write_record, remove_settled_intent,
                                 sync_volumes, free_archive, sync_creating, note_record});
  CHECK(std::get<Released>(played.end) == Released::retained);
}

TEST_CASE("what is deleted needs no record") {
  auto const played = whole_release(trash, {}, with_data());
  CHECK(played.steps == StepList{look_at_source, look_at_target, look_at_intent, look_at_records, move_to_target,
                                 sync_target_parent, sync_source_parent, remove_parents, remove_settled_intent,
                                 sync_volumes, free_archive, sync_creating, forget_kept_records});
  CHECK(std::get<Released>(played.end) == Released::trashed);
}

TEST_CASE("the record of what is to rest in the trash is durable before the rename, and written for nothing else") {
  ReleaseSeen seen;
  seen.rests = true;
  auto played = whole_release(trash, seen, with_data());
  CHECK(played.steps == StepList{look_at_source, look_at_target, look_at_intent, look_at_records, write_trash_record,
                                 move_to_target, sync_target_parent, sync_source_parent, remove_parents,
                                 remove_settled_intent, sync_volumes, free_archive, sync_creating,
                                 forget_kept_records});
  CHECK(std::get<Released>(played.end) == Released::trashed);
  for (auto const& [source, target, intent] :
       {std::tuple(directory, directory, IntentSeen::none), std::tuple(nothing, directory, IntentSeen::none),
        std::tuple(nothing, nothing, IntentSeen::none), std::tuple(directory, nothing, IntentSeen::made)}) {
    played = whole_release(trash, seen, [&](Step step, ReleaseSeen& now) {
      if (step == look_at_source) now.source = source;
      if (step == look_at_target) now.target = target;
      if (step == look_at_intent) now.intent = intent;
    });
    CHECK(std::ranges::count(played.steps, write_trash_record) == 0);
  }
}

TEST_CASE("what was restored, adopted and not settled rests in the trash with its record, where an archive stands") {
  ReleaseSeen seen;
  seen.rests = true;
  seen.restored = true;
  auto const played = whole_release(trash, seen, [](Step step, ReleaseSeen& now) {
    in_use(IntentSeen::adopted)(step, now);
    if (step == look_at_archive) now.archive = directory;
  });
  auto const at = std::ranges::find(played.steps, write_trash_record);
  REQUIRE(at != played.steps.end());
  CHECK(*std::next(at) == move_to_target);
}

TEST_CASE("the record of what is not there goes once that is durable, unless its archive is being restored") {
  ReleaseSeen seen;
  seen.record = RecordSeen::own;
  seen.source = nothing;
  seen.target = nothing;
  seen.intent = IntentSeen::none;
  auto played = whole_release(archive, seen, in_use());
  CHECK(played.steps == StepList{check_marker, sync_trash, sync_source_parent, look_at_records, remove_parents,
                                 sync_root, forget_record, remove_settled_intent, sync_volumes, free_archive,
                                 sync_creating});
  CHECK(std::get<Released>(played.end) == Released::missing);
  seen.being_restored = true;
  played = whole_release(archive, seen, in_use());
  CHECK(std::ranges::count(played.steps, forget_record) == 0);
}

TEST_CASE("what was restored and not settled is archived under its own name; the old record goes before the intent") {
  ReleaseSeen seen;
  seen.restored = true;
  auto const played = whole_release(archive, seen, [](Step step, ReleaseSeen& now) {
    in_use(IntentSeen::made)(step, now);
    if (step == look_at_archive) now.archive = nothing;
  });
  auto const from = std::ranges::find(played.steps, move_to_target);
  CHECK(StepList(from, played.steps.end()) == StepList{move_to_target, sync_target_parent, sync_source_parent,
                                                       remove_parents, look_at_archive, forget_archive_record,
                                                       remove_settled_intent, sync_volumes, remove_intent, free_archive,
                                                       sync_creating, note_record, forget_kept_records});
  CHECK(std::ranges::count(played.steps, remove_source) == 0);
}

TEST_CASE("what was restored and not settled is given back, not deleted") {
  ReleaseSeen seen;
  seen.restored = true;
  auto const played = whole_release(trash, seen, [](Step step, ReleaseSeen& now) {
    in_use(IntentSeen::made)(step, now);
    if (step == look_at_archive) now.archive = nothing;
  });
  CHECK(played.steps == StepList{look_at_source, look_at_target, look_at_intent, look_at_archive,
                                 move_source_to_archive, sync_archive_parent, sync_source_parent, remove_parents,
                                 remove_intent, free_archive, sync_creating});
  CHECK(std::get<Released>(played.end) == Released::discarded);
}

TEST_CASE("an intent that cannot be read is kept") {
  auto const played = whole_release(archive, {}, with_data(IntentSeen::unreadable));
  for (auto const step : {remove_intent, free_archive, sync_creating}) {
    CHECK(std::ranges::count(played.steps, step) == 0);
  }
  CHECK(std::get<Released>(played.end) == Released::archived);
}

TEST_CASE("a rename that is refused takes the record back only if what stands at the target is somebody else's") {
  ReleaseSeen seen;
  seen.record = RecordSeen::own;
  seen.target_refused = true;
  for (auto const source : {directory, nothing}) {
    for (auto const target : {directory, nothing}) {
      auto const played = whole_release(archive, seen, [&](Step step, ReleaseSeen& now) {
        if (step == look_at_source) now.source = source;
        if (step == look_at_target) now.target = target;
      });
      bool const foreign_target = source == directory && target == directory;
      CHECK(std::ranges::count(played.steps, forget_record) == (foreign_target ? 1 : 0));
      CHECK(std::get<Trouble>(played.end) == Trouble::as_answered);
    }
  }
}

TEST_CASE("a source that goes between two steps was moved by another process, or is missing") {
  for (auto const target : {directory, nothing}) {
    bool moved = false;
    auto const played = whole_release(archive, {}, [&](Step step, ReleaseSeen& seen) {
      with_data()(step, seen);
      if (step == move_to_target) {
        seen.target = unknown;
        moved = true;
      }
      if (step == look_at_target && moved) seen.target = target;
    });
    CHECK(std::get<Released>(played.end) == (target == directory ? Released::archived : Released::missing));
    CHECK(std::ranges::count(played.steps, forget_record) == (target == directory ? 0 : 1));
  }
}

}  // namespace
}  // namespace nfs::test
