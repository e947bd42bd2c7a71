#pragma once

#include <functional>
#include <variant>
#include <vector>

#include "provisioner/storage/volumes/plan.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {

using namespace plan;
using enum plan::Step;
using StepList = std::vector<Step>;

/// What a step has shown, on an export where nothing fails unless a test says so.
inline void on_a_well_export(Step step, Seen& seen) {
  switch (step) {
    case write_record:
      seen.record = RecordSeen::own;
      break;
    case move_to_target:
      seen.source = Stands::nothing;
      seen.target = Stands::directory;
      break;
    case move_source_to_archive:
      seen.source = Stands::nothing;
      seen.archive = Stands::directory;
      break;
    case move_archive_to_source:
      seen.source = Stands::directory;
      seen.archive = Stands::nothing;
      break;
    case remove_source:
      seen.source = Stands::nothing;
      seen.source_removed = true;
      break;
    case check_archive:
      seen.archive = Stands::directory;
      break;
    case undo_other_intent:
      seen.intent = IntentSeen::none;
      break;
    case write_intent:
      seen.intent = IntentSeen::made;
      seen.neighbours = NeighboursSeen::unknown;
      break;
    case look_at_neighbours:
      seen.neighbours = NeighboursSeen::none;
      break;
    case look_at_records:
      seen.recorded_for = RecordedFor::this_volume;
      break;
    case settle_intent:
      seen.settled = Settled::moved;
      break;
    case make_source:
      seen.source_made = SourceMade::now;
      break;
    case look_at_way:
      seen.levels = 0;
      break;
    default:
      break;
  }
}

/// What a plan does and says, from `seen` on; `shows` may add to what a step shows.
template <class Answer, class SeenType>
struct Played {
  StepList steps;
  std::variant<Answer, Trouble> end;
};

template <class Answer, class SeenType, class Plan>
Played<Answer, SeenType> play(Plan const& plan, SeenType seen, std::function<void(Step, SeenType&)> const& shows = {}) {
  Played<Answer, SeenType> played;
  while (played.steps.size() < 100) {
    Next<Answer> const next = plan(std::as_const(seen));
    if (auto const* step = std::get_if<Step>(&next)) {
      played.steps.push_back(*step);
      seen.done.add(*step);
      on_a_well_export(*step, seen);
      if (shows) {
        shows(*step, seen);
      }
      continue;
    }
    if (auto const* answer = std::get_if<Answer>(&next)) {
      played.end = *answer;
    } else {
      played.end = std::get<Trouble>(next);
    }
    return played;
  }
  FAIL("the plan has no end");
  return played;
}

}  // namespace nfs::test
