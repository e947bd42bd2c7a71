#pragma once

#include <string>

namespace nfs {

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
  std::string on_delete;  ///< "archive" or "retain"
  std::string retention;  ///< as the class said ("30d"); empty: for ever
  std::string program_version;

  [[nodiscard]] bool in_place() const { return archived_path == original_path; }
  bool operator==(ArchiveRecord const&) const = default;
};

}  // namespace nfs
