#include "provisioner/storage/volumes/settle_plan.hpp"

namespace nfs::plan {
namespace {

/// Settled long ago, or undone by another process. Nothing was changed, nothing is synced.
bool nothing_to_settle(Seen const& seen) {
  return seen.settled == Settled::nothing && !seen.restored;
}

constexpr Row rows_before[] = {
    // Only of a volume that is being restored, as this program knows: all others are settled without a look.
    {Step::look_at_intent, [](Seen const& seen) { return seen.restoring; }},
    // The first try may have failed half-way.
    {Step::look_at_settled_intent, [](Seen const& seen) { return seen.restoring && seen.intent == IntentSeen::none; }},
    // What was taken over in place. First: the directory is the volume's, and is not given to anybody once more.
    {Step::forget_archive_record, [](Seen const& seen) { return seen.restored && seen.in_place; }},
    {Step::remove_archive_parents, [](Seen const& seen) { return seen.restored && seen.below_root && !seen.in_place; }},
};

constexpr Row rows_in_use[] = {
    {Step::settle_intent, [](Seen const&) { return true; }},
    {Step::remove_intent, [](Seen const& seen) { return seen.settled == Settled::before; }},
    {Step::sync_volumes, [](Seen const& seen) { return !nothing_to_settle(seen); }},
    // An intent that came back after a crash would undo the directory of a later volume on the same path.
    {Step::sync_creating, [](Seen const& seen) { return !nothing_to_settle(seen); }},
};

constexpr Row rows_forget[] = {
    {Step::remove_intent, [](Seen const&) { return true; }},
    {Step::sync_creating, [](Seen const&) { return true; }},
};

constexpr Row rows_after[] = {
    // As long as there is an intent the archive may go back to where it stood, and then it needs its record.
    {Step::look_at_archive, [](Seen const& seen) { return seen.restored && !seen.in_place; }},
    {Step::forget_archive_record, [](Seen const& seen) { return seen.restored && seen.archive == Stands::nothing; }},
    {Step::free_archive, [](Seen const&) { return true; }},
};

}  // namespace

Next<std::monostate> next_of_settle(SettleGoal goal, Seen const& seen) {
  if (seen.intent == IntentSeen::unreadable) {
    return Trouble::unreadable_intent;
  }
  if (auto const step = first_due(rows_before, seen)) {
    return *step;
  }
  if (auto const step = goal == SettleGoal::forget ? first_due(rows_forget, seen) : first_due(rows_in_use, seen)) {
    return *step;
  }
  if (auto const step = first_due(rows_after, seen)) {
    return *step;
  }
  return std::monostate{};
}

}  // namespace nfs::plan
