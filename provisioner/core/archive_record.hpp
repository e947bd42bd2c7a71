#pragma once

#include <string>

namespace nfs {

/// What is known of the archives on an export. As long as it is not `complete`, one that is not known of is not gone.
enum class ArchiveKnowledge {
  complete,
  being_read,  ///< it takes its time after a start
  unreadable,  ///< they could not be read; that is tried again
  too_many,    ///< more than can be kept in memory: some must be removed by hand
};

/// What is kept about a volume that was archived or retained: `.nfs-subdir-provisioner/archives/<volume>.json`.
struct ArchiveRecord {
  std::string volume;
  std::string claim_namespace;
  std::string namespace_uid;  ///< empty when it could not be known
  std::string claim_name;
  std::string claim_uid;
  std::string storage_class;
  std::string original_path;
  std::string archived_path;  ///< equal to original_path for one that was retained in place
  std::string time;           ///< RFC 3339: when it was archived, to the microsecond: the newest one is given back
  std::string requested_storage;
  std::string on_delete;  ///< "archive" or "retain"; empty: it was in use when its cluster was taken over
  std::string retention;  ///< as the class said ("30d"); empty: for ever
  std::string program_version;
  std::string trash_retention = {};  ///< how long it rests in the trash once it is pruned; empty: as the setting says
  std::string cluster_id = {};       ///< of the cluster whose volume it was
  bool scratch = false;              ///< it was a pod's own volume: nobody gets it back without asking for it

  std::string taken_from = {};  ///< id of the cluster that it was taken over from; empty: it was always this one's
  std::string made_at = {};     ///< RFC 3339: when the volume was made that was in use; empty: unknown

  [[nodiscard]] bool in_place() const { return archived_path == original_path; }
  /// Its volume was in use when its cluster was taken over: it stands where it stood, and is its claim's.
  [[nodiscard]] bool was_in_use() const { return !taken_from.empty() && in_place() && on_delete.empty(); }
  bool operator==(ArchiveRecord const&) const = default;
};

}  // namespace nfs
