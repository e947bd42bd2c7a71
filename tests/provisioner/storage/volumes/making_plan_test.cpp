#include "provisioner/storage/volumes/making_plan.hpp"

#include "tests/provisioner/storage/volumes/plan_play.hpp"

namespace nfs::test {
namespace {

using Shows = std::function<void(Step, Seen&)>;

Seen of_depth(std::size_t depth) {
  Seen seen;
  seen.depth = depth;
  return seen;
}

auto create(Shows const& shows, Seen seen = of_depth(2)) {
  return play<Created, Seen>(next_of_create, seen, shows);
}
auto restore(bool asked_for, Shows const& shows) {
  return play<Created, Seen>([=](Seen const& seen) { return next_of_restore(asked_for, seen); }, of_depth(2), shows);
}

/// What the looks show.
Shows shows(IntentSeen intent, Stands source = Stands::nothing, std::size_t standing = 0,
            Stands archive = Stands::directory) {
  return [=](Step step, Seen& seen) {
    if (step == look_at_intent) seen.intent = intent;
    if (step == look_at_source) seen.source = source;
    if (step == look_at_way) seen.levels = standing;
    if (step == look_at_archive) seen.archive = archive;
  };
}

TEST_CASE("create: the intent first, the syncs last") {
  auto const played = create(shows(IntentSeen::none));
  CHECK(played.steps ==
        StepList{look_at_intent, look_at_way, write_intent, look_at_neighbours, make_parents, make_source, sync_way});
  CHECK(std::get<Created>(played.end) == Created::made);
}

TEST_CASE("create: with an owner, the mode comes after it") {
  auto seen = of_depth(2);
  seen.owner_asked_for = true;
  CHECK(create(shows(IntentSeen::none), seen).steps == StepList{look_at_intent, look_at_way, write_intent,
                                                                look_at_neighbours, make_parents, make_source,
                                                                set_owner, set_mode, sync_way});
}

TEST_CASE("create: what stands is adopted under an intent, which other clusters can see, and synced") {
  auto const played = create([](Step step, Seen& seen) {
    shows(IntentSeen::none, Stands::directory, 2)(step, seen);
    if (step == write_intent) seen.intent = IntentSeen::adopted;
    if (step == make_source) seen.source_made = SourceMade::by_somebody;
  });
  CHECK(played.steps ==
        StepList{look_at_intent, look_at_way, write_intent, look_at_neighbours, make_parents, make_source, sync_way});
  CHECK(std::get<Created>(played.end) == Created::adopted);
}

/// A directory with data stands there, and the class has nobody adopt it.
Shows with_unrecorded_data(IntentSeen intent, bool settled_here = false) {
  return [=](Step step, Seen& seen) {
    shows(intent, Stands::directory, 2)(step, seen);
    if (step == look_at_intent) seen.intended_before = intent != IntentSeen::none;
    if (step == look_at_content) seen.content = Content::some;
    if (step == look_whether_settled) seen.settled_here = settled_here;
    if (step == make_source) seen.source_made = SourceMade::by_somebody;
  };
}

TEST_CASE(
    "create: data of which no record tells is adopted by the volume alone that has begun, or was settled, there") {
  auto seen = of_depth(2);
  seen.adopts = Adopts::empty;
  auto const refused = create(with_unrecorded_data(IntentSeen::none), seen);
  CHECK(refused.steps == StepList{look_at_intent, look_at_way, look_at_content, look_whether_settled});
  CHECK(std::get<Trouble>(refused.end) == Trouble::source_unrecorded);
  CHECK(std::get<Created>(create(with_unrecorded_data(IntentSeen::none, true), seen).end) == Created::adopted);
  CHECK(std::get<Created>(create(with_unrecorded_data(IntentSeen::adopted), seen).end) == Created::adopted);
}

TEST_CASE("create: what somebody puts there a moment before is refused, and the intent goes again") {
  auto seen = of_depth(2);
  seen.adopts = Adopts::empty;
  auto const played = create(
      [](Step step, Seen& now) {
        with_unrecorded_data(IntentSeen::none)(step, now);
        if (step == look_at_way) now.levels = 1;
      },
      seen);
  CHECK(played.steps == StepList{look_at_intent, look_at_way, write_intent, look_at_neighbours, make_parents,
                                 make_source, look_at_content, look_whether_settled, remove_intent, free_archive,
                                 sync_creating});
  CHECK(std::get<Trouble>(played.end) == Trouble::source_unrecorded);
}

TEST_CASE("create: what this volume made before gets its mode again") {
  auto const played = create([](Step step, Seen& seen) {
    shows(IntentSeen::made, Stands::directory, 2)(step, seen);
    if (step == make_source) seen.source_made = SourceMade::before;
  });
  CHECK(played.steps ==
        StepList{look_at_intent, look_at_neighbours, look_at_way, make_parents, make_source, set_mode, sync_way});
  CHECK(std::get<Created>(played.end) == Created::made);
}

TEST_CASE("create: parents that the intent counts on, and that are gone, are made under an intent of its own") {
  CHECK(create([](Step step, Seen& seen) {
          shows(IntentSeen::made)(step, seen);
          if (step == look_at_intent) seen.existing = 1;
        }).steps == StepList{look_at_intent, look_at_neighbours, look_at_way, write_intent, look_at_neighbours,
                             make_parents, make_source, sync_way});
}

TEST_CASE("create: what was asked for differently is undone first") {
  CHECK(create(shows(IntentSeen::other)).steps == StepList{look_at_intent, undo_other_intent, look_at_way, write_intent,
                                                           look_at_neighbours, make_parents, make_source, sync_way});
}

TEST_CASE("create and restore: nothing is done beside an intent that cannot be read") {
  CHECK(std::get<Trouble>(create(shows(IntentSeen::unreadable)).end) == Trouble::unreadable_intent);
  CHECK(std::get<Trouble>(restore(true, shows(IntentSeen::unreadable)).end) == Trouble::unreadable_intent);
}

TEST_CASE("create and restore: both give up where parents go again and again") {
  auto const gone = [](Step step, Seen& seen) {
    shows(IntentSeen::none)(step, seen);
    if (step == make_parents) {
      ++seen.begun_again;
      seen.levels.reset();
      for (auto const again : {check_archive, look_at_way, write_intent, make_parents}) {
        seen.done.remove(again);
      }
    }
  };
  auto const created = create(gone);
  CHECK(std::ranges::count(created.steps, make_parents) == most_beginnings + 1);
  CHECK(std::get<Trouble>(created.end) == Trouble::as_answered);
  auto const restored = restore(true, gone);
  CHECK(std::ranges::count(restored.steps, make_parents) == most_beginnings + 1);
  CHECK(std::get<Trouble>(restored.end) == Trouble::parents_come_and_go);
}

TEST_CASE("restore: intent and parents are durable before the archive is moved; both ends are synced after it") {
  for (bool const asked_for : {true, false}) {
    auto const played = restore(asked_for, shows(IntentSeen::none));
    CHECK(played.steps == StepList{look_at_intent, look_at_source, check_archive, look_at_way, mark_restoring,
                                   write_intent, look_at_neighbours, make_parents, sync_way, move_archive_to_source,
                                   sync_source_parent, sync_archive_parent, sync_archive_origin});
    CHECK(std::get<Created>(played.end) == Created::restored);
  }
}

TEST_CASE("restore: what was moved before is synced") {
  auto const played = restore(true, shows(IntentSeen::made, Stands::directory, 2, Stands::nothing));
  CHECK(played.steps == StepList{look_at_intent, look_at_neighbours, look_at_source, look_at_archive, mark_restoring,
                                 sync_way, sync_archive_origin});
  CHECK(std::get<Created>(played.end) == Created::restored);
}

TEST_CASE("restore: an empty directory makes room for what was asked for, one with data refuses it") {
  auto const room = restore(true, shows(IntentSeen::none, Stands::directory));
  CHECK(room.steps.at(3) == look_at_neighbours);
  CHECK(room.steps.at(4) == remove_source);
  CHECK(std::get<Created>(room.end) == Created::restored);
  auto const full = restore(true, [](Step step, Seen& seen) {
    shows(IntentSeen::none, Stands::directory)(step, seen);
    if (step == remove_source) {
      seen.source = Stands::directory;
      seen.source_stays = true;
    }
  });
  CHECK(full.steps == StepList{look_at_intent, look_at_source, check_archive, look_at_neighbours, remove_source});
  CHECK(std::get<Trouble>(full.end) == Trouble::source_has_data);
}

TEST_CASE("restore: what stands there comes before an archive that nobody asked for") {
  auto const played = restore(false, shows(IntentSeen::none, Stands::directory));
  CHECK(played.steps == StepList{look_at_intent, look_at_source});
  CHECK(std::get<Created>(played.end) == Created::adopted);
  // An intent of an earlier try would have it put where the archive stands.
  CHECK(restore(false, shows(IntentSeen::made, Stands::directory)).steps ==
        StepList{look_at_intent, look_at_neighbours, look_at_source, look_at_archive, remove_intent, free_archive,
                 sync_creating});
}

TEST_CASE("restore: something else than a directory is not touched") {
  CHECK(std::get<Trouble>(restore(true, shows(IntentSeen::none, Stands::other)).end) == Trouble::source_in_the_way);
}

/// What the looks show where another cluster is in the way.
Shows beside(NeighboursSeen neighbours, IntentSeen intent, bool intended_before) {
  return [=](Step step, Seen& seen) {
    shows(intent)(step, seen);
    if (step == look_at_intent) seen.intended_before = intended_before;
    if (step == look_at_neighbours) seen.neighbours = neighbours;
  };
}

TEST_CASE("create: what another cluster has is left to it, and an intent that was just written goes again") {
  auto const begun_now = create(beside(NeighboursSeen::holder, IntentSeen::none, false));
  CHECK(begun_now.steps == StepList{look_at_intent, look_at_way, write_intent, look_at_neighbours, remove_intent,
                                    free_archive, sync_creating});
  CHECK(std::get<Trouble>(begun_now.end) == Trouble::held_by_neighbour);
  // What was made then, or is asked for by a request that was not answered, is undone by whoever knows of it.
  auto const begun_before = create(beside(NeighboursSeen::holder, IntentSeen::made, true));
  CHECK(begun_before.steps == StepList{look_at_intent, look_at_neighbours});
  CHECK(std::get<Trouble>(begun_before.end) == Trouble::held_by_neighbour);
}

TEST_CASE("create: a cluster that comes first keeps its intent until the other one has stepped back") {
  auto const played = create(beside(NeighboursSeen::rival, IntentSeen::none, false));
  CHECK(played.steps == StepList{look_at_intent, look_at_way, write_intent, look_at_neighbours});
  CHECK(std::get<Trouble>(played.end) == Trouble::neighbour_at_work);
}

TEST_CASE("restore: an empty directory of another cluster makes no room") {
  auto const played = restore(true, [](Step step, Seen& seen) {
    shows(IntentSeen::none, Stands::directory)(step, seen);
    if (step == look_at_neighbours) seen.neighbours = NeighboursSeen::holder;
  });
  CHECK(std::ranges::count(played.steps, remove_source) == 0);
  CHECK(std::get<Trouble>(played.end) == Trouble::held_by_neighbour);
}

}  // namespace
}  // namespace nfs::test
