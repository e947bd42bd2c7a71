#include "tests/simulation/sabotage.hpp"

namespace nfs::simulation {

std::vector<SabotageEntry> const& sabotages() {
  static std::vector<SabotageEntry> const all{
      {Sabotage::claim_before_volume, "claim-before-volume", 220},
      {Sabotage::release_not_awaited, "release-not-awaited", 59},
      {Sabotage::earlier_claim_forgotten, "earlier-claim-forgotten", 225},
      {Sabotage::rename_overwrites, "rename-overwrites", 16},
      {Sabotage::no_directory_sync, "no-directory-sync", 13},
      {Sabotage::policy_of_class, "policy-of-class", 32},
      {Sabotage::record_after_rename, "record-after-rename", 1},
      {Sabotage::undo_with_data, "undo-with-data", 1},
      {Sabotage::no_intent, "no-intent", 1},
      {Sabotage::no_marker_check, "no-marker-check", 663},
      {Sabotage::namespace_uid_ignored, "namespace-uid-ignored", 1},
      {Sabotage::no_preconditions, "no-preconditions", 106},
      {Sabotage::retention_ignores_time, "retention-ignores-time", 36},
      {Sabotage::trash_ignores_time, "trash-ignores-time", 1},
      {Sabotage::purge_of_archives, "purge-of-archives", 36},
      {Sabotage::failures_forgotten, "failures-forgotten", 1},
      {Sabotage::no_backoff, "no-backoff", 30},
      {Sabotage::watch_resumes_after_410, "watch-resumes-after-410", 383},
      {Sabotage::deletions_missed, "deletions-missed", 1},
      {Sabotage::class_as_watched, "class-as-watched", 68},
      {Sabotage::no_fence, "no-fence", 30},
      {Sabotage::list_swapped_early, "list-swapped-early", 565},
      {Sabotage::no_way_back, "no-way-back", 21},
      {Sabotage::renewed_late, "renewed-late", 3},
      {Sabotage::term_counted_late, "term-counted-late", 61},
      {Sabotage::deletion_misrouted, "deletion-misrouted", 192},
      {Sabotage::others_intents_taken, "others-intents-taken", 26},
      {Sabotage::others_records_unread, "others-records-unread", 1},
      {Sabotage::frozen_namespace_kept, "frozen-namespace-kept", 534},
  };
  return all;
}

std::optional<Sabotage> find_sabotage(std::string_view name) {
  for (auto const& each : sabotages())
    if (each.name == name) return each.what;
  return std::nullopt;
}

}  // namespace nfs::simulation
