#pragma once

#include <string>
#include <utility>

#include "provisioner/core/archive_record.hpp"
#include "provisioner/storage/volumes/intent.hpp"

namespace nfs {

/// The record that keeps the directory of `intent` where it stands, for its claim, on behalf of cluster `own_id`. Whose
/// namespace it was, and why it is kept, is the caller's to say.
[[nodiscard]] inline ArchiveRecord record_in_place(Intent const& intent, std::string own_id, std::string time) {
  ArchiveRecord record;
  record.volume = intent.volume;
  record.claim_namespace = intent.claim_namespace;
  record.claim_name = intent.claim_name;
  record.claim_uid = intent.claim_uid;
  record.storage_class = intent.storage_class;
  record.original_path = intent.path;
  record.archived_path = intent.path;
  record.time = std::move(time);
  record.cluster_id = std::move(own_id);
  return record;
}

}  // namespace nfs
