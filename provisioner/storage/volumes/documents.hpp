#pragma once

#include <string>
#include <string_view>

#include "provisioner/core/archive_record.hpp"
#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/volumes/intent.hpp"

// The program's small JSON files on the export. Unknown members are skipped, absent ones are empty; what is no
// document, or of a newer version than this program knows, is `malformed`.
namespace nfs {

inline constexpr int document_version = 1;

struct Marker {
  std::string id;
};

[[nodiscard]] std::string write_document(Marker const& marker);
[[nodiscard]] std::string write_document(Intent const& intent);
[[nodiscard]] std::string write_document(ArchiveRecord const& record);

[[nodiscard]] Outcome<Marker> read_marker(std::string_view text);
/// The path is one that is safe to act upon.
[[nodiscard]] Outcome<Intent> read_intent(std::string_view text);
/// Both paths are safe to act upon.
[[nodiscard]] Outcome<ArchiveRecord> read_record(std::string_view text);

}  // namespace nfs
