#include "provisioner/storage/volumes/archive_records.hpp"

#include <utility>

#include "provisioner/core/naming.hpp"
#include "provisioner/core/restore.hpp"
#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/inner_place.hpp"
#include "provisioner/storage/volumes/lives.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"

namespace nfs {
namespace {

/// And not of an earlier life of the volume's name.
bool ends(ArchiveRecord const& record, Intent const& intent) {
  return is_later_than(intent.time, record) && record.cluster_id == intent.cluster_id &&
         record.claim_uid == intent.claim_uid && record.original_path == intent.path;
}

}  // namespace

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

StorageResult<NamedRecord> ArchiveRecords::named(ArchiveRecord const& record) {
  auto candidate = record;
  for (int life = 1; life <= most_lives; ++life) {
    if (life > 1) {
      candidate.volume = in_life(life, record.volume);
      if (!record.in_place()) {
        candidate.archived_path = archive_name(record.claim_namespace, record.claim_name, candidate.volume);
      }
    }
    ASSIGN_OR_RETURN(auto const found, find(candidate.volume));
    if (!found || is_replaced_by(*found, candidate)) {
      return NamedRecord{candidate, RecordSeen::none};
    }
    if (is_same_release(*found, candidate)) {
      candidate.archived_path = found->archived_path;
      return NamedRecord{candidate, RecordSeen::own};
    }
  }
  return NamedRecord{record, RecordSeen::foreign};
}

StorageResult<std::optional<ArchiveRecord>> ArchiveRecords::of_release(Intent const& intent) {
  for (int life = 1; life <= most_lives; ++life) {
    auto found = find(in_life(life, intent.volume));
    if (found.has_error() && found.error().fault != StorageFault::malformed) {
      return found.error();
    }
    if (found.has_value() && (!*found || ends(**found, intent))) {
      return found;
    }
  }
  return std::optional<ArchiveRecord>();
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

bool is_replaced_by(ArchiveRecord const& kept, ArchiveRecord const& record) {
  if (record.in_place()) {
    return false;
  }
  auto before = record;
  before.archived_path = before.original_path;
  return is_same_release(kept, before);
}

namespace {

/// By its name: it may stand at the export's root, or on the file system that the volume's directory was on.
bool is_same_archive(ArchiveRecord const& left, ArchiveRecord const& right) {
  auto const stands_aside = [](ArchiveRecord const& record) {
    auto const& place = record.archived_path;
    return component_count(place) == 1 || is_inner_archive(place, record.original_path);
  };
  if (left.in_place() || right.in_place() || !stands_aside(left) || !stands_aside(right)) {
    return left.archived_path == right.archived_path;
  }
  return last_component(left.archived_path) == last_component(right.archived_path);
}

}  // namespace

bool is_same_release(ArchiveRecord const& left, ArchiveRecord const& right) {
  return left.cluster_id == right.cluster_id && left.volume == right.volume && left.claim_uid == right.claim_uid &&
         left.claim_namespace == right.claim_namespace && left.claim_name == right.claim_name &&
         left.original_path == right.original_path && is_same_archive(left, right);
}

}  // namespace nfs
