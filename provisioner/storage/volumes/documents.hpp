#pragma once

#include <string>
#include <string_view>

#include "provisioner/core/archive_record.hpp"
#include "provisioner/core/cluster.hpp"
#include "provisioner/core/trash.hpp"
#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/volumes/intent.hpp"

// The program's small JSON files on the export. Unknown members are skipped, absent ones are empty; what is no
// document, or of a newer version than this program knows, is `malformed`.
namespace nfs {

inline constexpr int document_version = 1;

struct Marker {
  std::string id;
};

/// `clusters/<id>/cluster.json`: who uses the export.
struct ClusterCard {
  Cluster cluster;
  std::string provisioner = {};
  std::string program_version = {};
  std::string heartbeat = {};  ///< RFC 3339: when the program that leads there last said that it lives
  bool operator==(ClusterCard const&) const = default;
};

/// `clusters/<own>/taking/<id>.json`: this cluster takes the place of that one.
struct TakeOverDecision {
  Cluster from;
  std::string decided_by = {};
  std::string time = {};  ///< RFC 3339, to the microsecond
  bool forced = false;    ///< though it may live
  bool operator==(TakeOverDecision const&) const = default;
};

/// In the place of a tree in the trash that lies on an inner file system (inner_place.hpp): where it stands.
struct Signpost {
  std::string volume;
  std::string stands_at;
  bool operator==(Signpost const&) const = default;
};

[[nodiscard]] std::string write_document(Marker const& marker);
[[nodiscard]] std::string write_document(ClusterCard const& card);
[[nodiscard]] std::string write_document(Intent const& intent);
[[nodiscard]] std::string write_document(ArchiveRecord const& record);
[[nodiscard]] std::string write_document(TrashRecord const& record);
[[nodiscard]] std::string write_document(TakeOverDecision const& decision);
[[nodiscard]] std::string write_document(Signpost const& signpost);

[[nodiscard]] Outcome<Marker> read_marker(std::string_view text);
[[nodiscard]] Outcome<ClusterCard> read_cluster_card(std::string_view text);
/// The path is one that is safe to act upon.
[[nodiscard]] Outcome<Intent> read_intent(std::string_view text);
/// Both paths are safe to act upon, and none but an archive's leads into a private directory.
[[nodiscard]] Outcome<ArchiveRecord> read_record(std::string_view text);
/// The path is one that is safe to act upon.
[[nodiscard]] Outcome<TrashRecord> read_trash_record(std::string_view text);
[[nodiscard]] Outcome<TakeOverDecision> read_take_over(std::string_view text);
/// The path leads into the private directory of an inner file system.
[[nodiscard]] Outcome<Signpost> read_signpost(std::string_view text);

}  // namespace nfs
