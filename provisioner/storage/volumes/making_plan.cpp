#include "provisioner/storage/volumes/making_plan.hpp"

namespace nfs::plan {
namespace {

bool always(Seen const&) {
  return true;
}
bool has_intent(Seen const& seen) {
  return seen.intent == IntentSeen::made || seen.intent == IntentSeen::adopted;
}
bool is_ours(Seen const& seen) {
  return seen.source_made == SourceMade::now || seen.source_made == SourceMade::before;
}

constexpr Row rows_of_making[] = {
    // Also of a directory that stands there and is adopted: so the other clusters know. Parents that it counts on, and
    // that are gone, are made anew by this volume.
    {Step::write_intent, [](Seen const& seen) { return !has_intent(seen) || *seen.levels < seen.existing; }},
    {Step::make_parents, always},
    // With an owner to come, it is closed until it has that owner.
    {Step::make_source, always},
    {Step::set_owner, [](Seen const& seen) { return is_ours(seen) && seen.owner_asked_for; }},
    {Step::set_mode,
     [](Seen const& seen) {
       return is_ours(seen) && (seen.owner_asked_for || seen.source_made == SourceMade::before);
     }},
    {Step::sync_way, always},
};

/// Its release may have been cut short by a crash and never repeated (people may have kept the volume since): then the
/// rename that made the archive is not synced where the volume stood, and after a crash of the file server the data
/// would be there again. So the origin is synced, too.
constexpr Row rows_of_restore[] = {
    {Step::look_at_way, always},
    // Before the intent: a write that answers with an error may be done all the same, and then nobody may prune it.
    {Step::mark_restoring, always},
    {Step::write_intent, always},
    {Step::make_parents, always},
    {Step::sync_way, always},
    {Step::move_archive_to_source, always},
    {Step::sync_source_parent, always},
    {Step::sync_archive_parent, always},
    {Step::sync_archive_origin, always},
};

/// What was taken over stays where it stands, and is the volume's from now on.
constexpr Row rows_of_keeping[] = {
    {Step::check_archive, always},  {Step::look_at_way, always},
    {Step::mark_restoring, always}, {Step::write_intent, [](Seen const& seen) { return !has_intent(seen); }},
    {Step::sync_way, always},
};

/// An intent that named the archive would have the directory that stands there put where the archive stood.
constexpr Row rows_of_adoption_instead[] = {
    {Step::remove_intent, has_intent},
    {Step::free_archive, has_intent},
    {Step::sync_creating, has_intent},
};

/// Another one has the directory, and nothing was begun there before this call.
constexpr Row rows_of_stepping_back[] = {
    {Step::remove_intent, always},
    {Step::free_archive, always},
    {Step::sync_creating, always},
};

/// Moved by an earlier call.
constexpr Row rows_of_repeated_restore[] = {
    {Step::mark_restoring, always},
    {Step::sync_way, always},
    {Step::sync_archive_parent, [](Seen const& seen) { return seen.below_root; }},  // else the root: on the way
    {Step::sync_archive_origin, always},
};

Next<Created> rows_then(std::span<Row const> rows, Seen const& seen, Next<Created> answer) {
  auto const step = first_due(rows, seen);
  return step ? Next<Created>(*step) : answer;
}

/// Of a directory that stood there. What this volume began or had before is its own, whatever its class says.
Next<Created> adopted(Seen const& seen) {
  if (seen.adopts == Adopts::none) {
    return Trouble::source_not_new;
  }
  bool const begun = seen.adopts == Adopts::empty && seen.intended_before;
  if (seen.adopts == Adopts::any || begun) {
    return Created::adopted;
  }
  if (seen.content == Content::unknown) {
    return Step::look_at_content;
  }
  if (seen.content != Content::some) {
    return Created::adopted;
  }
  if (seen.adopts == Adopts::empty_as_asked) {
    return Trouble::source_not_empty;
  }
  if (!seen.done.has(Step::look_whether_settled)) {
    return Step::look_whether_settled;
  }
  return seen.settled_here ? Next<Created>(Created::adopted) : Trouble::source_unrecorded;
}

/// Somebody was faster by a moment, and it is refused: an intent that stayed would make it this volume's the next time.
Next<Created> adopted_or_given_up(Seen const& seen) {
  auto const next = adopted(seen);
  bool const refused = std::holds_alternative<Trouble>(next) && has_intent(seen) && !seen.intended_before;
  return refused ? rows_then(rows_of_stepping_back, seen, next) : next;
}

/// Before anything is begun.
bool is_refused(Next<Created> const& next) {
  return !std::holds_alternative<Created>(next);
}

/// What both begin with; nullopt: the intent, if there is one, is of this very request.
std::optional<Next<Created>> head(Seen const& seen) {
  if (seen.intent == IntentSeen::unknown) {
    return Step::look_at_intent;
  }
  if (seen.intent == IntentSeen::unreadable) {
    return Trouble::unreadable_intent;
  }
  if (seen.intent == IntentSeen::other) {
    return Step::undo_other_intent;
  }
  return std::nullopt;
}

/// What other clusters have is looked at once our intent is durable: so of two that begin at once, one at least sees
/// the other's. nullopt: nobody is in the way.
std::optional<Next<Created>> next_beside_neighbours(Seen const& seen) {
  if (seen.neighbours == NeighboursSeen::none) {
    return std::nullopt;
  }
  if (seen.neighbours == NeighboursSeen::unknown) {
    return Step::look_at_neighbours;
  }
  if (seen.neighbours == NeighboursSeen::rival) {
    return Trouble::neighbour_at_work;
  }
  if (seen.intended_before || !has_intent(seen)) {
    return Trouble::held_by_neighbour;
  }
  auto const step = first_due(rows_of_stepping_back, seen);
  return step ? Next<Created>(*step) : Trouble::held_by_neighbour;
}

Next<Created> next_of_keeping(Seen const& seen) {
  return rows_then(rows_of_keeping, seen, Created::restored);
}

/// A directory stands where the archive is to go.
std::optional<Next<Created>> next_beside_directory(bool asked_for, Seen const& seen) {
  if (has_intent(seen) && seen.archive == Stands::unknown) {
    return Step::look_at_archive;
  }
  if (has_intent(seen) && seen.archive == Stands::nothing) {
    return rows_then(rows_of_repeated_restore, seen, Created::restored);
  }
  if (!asked_for) {
    return rows_then(rows_of_adoption_instead, seen, adopted(seen));
  }
  return std::nullopt;
}

}  // namespace

Next<Created> next_of_create(Seen const& seen) {
  if (auto const first = head(seen)) {
    return *first;
  }
  if (auto const next = has_intent(seen) ? next_beside_neighbours(seen) : std::nullopt) {
    return *next;
  }
  if (seen.begun_again > most_beginnings) {
    return Trouble::as_answered;
  }
  if (!seen.levels) {
    return Step::look_at_way;
  }
  bool const stands = seen.intent == IntentSeen::none && *seen.levels == seen.depth;
  if (stands && seen.holds_private) {
    return Trouble::source_holds_private;
  }
  if (stands || seen.source_made == SourceMade::by_somebody) {
    if (auto const next = adopted_or_given_up(seen); is_refused(next)) {
      return next;
    }
  }
  return rows_then(rows_of_making, seen, is_ours(seen) ? Created::made : Created::adopted);
}

Next<Created> next_of_restore(bool asked_for, Seen const& seen) {
  if (auto const first = head(seen)) {
    return *first;
  }
  if (auto const next = has_intent(seen) ? next_beside_neighbours(seen) : std::nullopt) {
    return *next;
  }
  if (seen.source == Stands::unknown) {
    return Step::look_at_source;
  }
  if (seen.source == Stands::other) {
    return Trouble::source_in_the_way;
  }
  if (seen.in_place) {
    return next_of_keeping(seen);
  }
  if (seen.done.has(Step::move_archive_to_source)) {
    return rows_then(rows_of_restore, seen, Created::restored);
  }
  bool const stands = seen.source == Stands::directory;
  auto const beside = stands ? next_beside_directory(asked_for, seen) : std::nullopt;
  if (beside) {
    return *beside;
  }
  if (!seen.done.has(Step::check_archive)) {
    return Step::check_archive;
  }
  if (seen.begun_again > most_beginnings) {
    return Trouble::parents_come_and_go;
  }
  if (!stands) {
    return rows_then(rows_of_restore, seen, Created::restored);
  }
  if (seen.source_stays) {
    return Trouble::source_has_data;
  }
  // There is no intent yet, but it may be another cluster's.
  return next_beside_neighbours(seen).value_or(Step::remove_source);
}

}  // namespace nfs::plan
