#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace nfs::simulation {

/// Deliberate faults: each takes one rule out of the program by what stands around it, and must be caught.
enum class Sabotage {
  none,
  claim_before_volume,      ///< the claim is bound before the volume's status says so
  release_not_awaited,      ///< directories of volumes that are being released do not count as held
  earlier_claim_forgotten,  ///< nobody knows whose claims the volumes were: only their paths are waited for
  rename_overwrites,        ///< rename replaces what stands at the target
  no_directory_sync,        ///< directories are never synced
  policy_of_class,          ///< the frozen policy is not read; the class decides at deletion
  record_after_rename,      ///< an archive's record is written only after the rename
  undo_with_data,           ///< undoing removes directories that are not empty
  no_intent,                ///< intents are not written
  no_marker_check,          ///< any mount is taken for the export
  namespace_uid_ignored,    ///< a namespace made anew counts as the old one
  no_preconditions,         ///< requests name objects without uid and resourceVersion
  retention_ignores_time,   ///< archives are pruned at once
  trash_ignores_time,       ///< what is to rest in the trash is removed at once
  purge_of_archives,        ///< the purger takes archives for trash
  failures_forgotten,       ///< what failed is not tried again
  no_backoff,               ///< what failed is tried again at once, for ever
  watch_resumes_after_410,  ///< a watch whose version was compacted away goes on without a new list
  deletions_missed,         ///< a watch does not tell of objects that are gone
  class_as_watched,         ///< a class is as its watch shows it, however far that is behind
  no_fence,                 ///< the term is never checked
  list_swapped_early,       ///< a new list replaces what was known before it is complete
  no_way_back,              ///< an object that comes with a resourceVersion no newer than the known one is not taken
  renewed_late,             ///< a leader renews its lock only when its time is over
  term_counted_late,        ///< a term is counted from long after its renewal was sent
  deletion_misrouted,       ///< the end of a claim wakes another key than the claim's
  others_intents_taken,     ///< what other clusters have begun counts as begun by this one
  others_records_unread,    ///< nobody looks at what other clusters have
  frozen_namespace_kept,  ///< of a volume that changed hands, the uid of the earlier claim's namespace goes on to count
};

struct SabotageEntry {
  Sabotage what;
  std::string_view name;
  /// Of a history that caught it, and is tried first. When histories change it may catch it no more: then a search
  /// does.
  std::uint64_t seed;
};
[[nodiscard]] std::vector<SabotageEntry> const& sabotages();  ///< without `none`
[[nodiscard]] std::optional<Sabotage> find_sabotage(std::string_view name);

}  // namespace nfs::simulation
