#include "provisioner/storage/volumes/archive_records.hpp"

#include <utility>

#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"

namespace nfs {

StorageResult<std::optional<ArchiveRecord>> ArchiveRecords::find(std::string_view volume) {
  auto const path = layout::record_of(volume);
  auto const text = files_.read_file(path, layout::max_document_bytes);
  if (text.has_error() && text.error().fault == StorageFault::not_found) {
    return std::optional<ArchiveRecord>();
  }
  if (text.has_error()) {
    return text.error();
  }
  auto record = read_record(*text);
  if (record.has_error()) {
    return describe(record.error(), "read", path);
  }
  return std::optional(std::move(*record));
}

StorageResult<void> ArchiveRecords::write(ArchiveRecord const& record) {
  return directories_.write(layout::record_of(record.volume), write_document(record));
}

StorageResult<void> ArchiveRecords::remove(std::string_view volume) {
  auto removed = files_.remove_file(layout::record_of(volume));
  if (removed.has_error() && removed.error().fault != StorageFault::not_found) {
    return removed;
  }
  return directories_.sync(layout::archives);
}

bool is_same_release(ArchiveRecord const& left, ArchiveRecord const& right) {
  return left.volume == right.volume && left.claim_uid == right.claim_uid &&
         left.claim_namespace == right.claim_namespace && left.claim_name == right.claim_name &&
         left.original_path == right.original_path && left.archived_path == right.archived_path;
}

}  // namespace nfs
