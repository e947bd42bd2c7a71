#include "tests/simulation/sabotage.hpp"

namespace nfs::simulation {

std::vector<SabotageEntry> const& sabotages() {
  static std::vector<SabotageEntry> const all{
      {Sabotage::claim_before_volume, "claim-before-volume"},
      {Sabotage::release_not_awaited, "release-not-awaited"},
      {Sabotage::earlier_claim_forgotten, "earlier-claim-forgotten"},
      {Sabotage::rename_overwrites, "rename-overwrites"},
      {Sabotage::no_directory_sync, "no-directory-sync"},
      {Sabotage::policy_of_class, "policy-of-class"},
      {Sabotage::record_after_rename, "record-after-rename"},
      {Sabotage::undo_with_data, "undo-with-data"},
      {Sabotage::no_intent, "no-intent"},
      {Sabotage::no_marker_check, "no-marker-check"},
      {Sabotage::namespace_uid_ignored, "namespace-uid-ignored"},
      {Sabotage::no_preconditions, "no-preconditions"},
      {Sabotage::retention_ignores_time, "retention-ignores-time"},
      {Sabotage::trash_ignores_time, "trash-ignores-time"},
      {Sabotage::purge_of_archives, "purge-of-archives"},
      {Sabotage::failures_forgotten, "failures-forgotten"},
      {Sabotage::no_backoff, "no-backoff"},
      {Sabotage::watch_resumes_after_410, "watch-resumes-after-410"},
      {Sabotage::deletions_missed, "deletions-missed"},
      {Sabotage::class_as_watched, "class-as-watched"},
      {Sabotage::no_fence, "no-fence"},
      {Sabotage::list_swapped_early, "list-swapped-early"},
      {Sabotage::no_way_back, "no-way-back"},
      {Sabotage::renewed_late, "renewed-late"},
      {Sabotage::term_counted_late, "term-counted-late"},
      {Sabotage::deletion_misrouted, "deletion-misrouted"},
      {Sabotage::others_intents_taken, "others-intents-taken"},
      {Sabotage::others_records_unread, "others-records-unread"},
      {Sabotage::frozen_namespace_kept, "frozen-namespace-kept"},
  };
  return all;
}

std::optional<Sabotage> find_sabotage(std::string_view name) {
  for (auto const& each : sabotages())
    if (each.name == name) return each.what;
  return std::nullopt;
}

}  // namespace nfs::simulation
