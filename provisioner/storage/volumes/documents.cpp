#include "provisioner/storage/volumes/documents.hpp"

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <charconv>
#include <optional>
#include <variant>

#include "provisioner/core/relative_path.hpp"
#include "provisioner/storage/files/path_steps.hpp"
#include "provisioner/storage/volumes/inner_place.hpp"

namespace nfs {
namespace {

/// Debian's RapidJSON overflows on some numbers: they are read as text. Iterative: depth costs no stack.
constexpr unsigned parse_flags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;

template <class Record>
struct Member {
  char const* name;
  std::string Record::*value;
};

constexpr Member<ArchiveRecord> record_members[] = {
    {"volume", &ArchiveRecord::volume},
    {"claimNamespace", &ArchiveRecord::claim_namespace},
    {"namespaceUid", &ArchiveRecord::namespace_uid},
    {"claimName", &ArchiveRecord::claim_name},
    {"claimUid", &ArchiveRecord::claim_uid},
    {"storageClass", &ArchiveRecord::storage_class},
    {"originalPath", &ArchiveRecord::original_path},
    {"archivedPath", &ArchiveRecord::archived_path},
    {"time", &ArchiveRecord::time},
    {"requestedStorage", &ArchiveRecord::requested_storage},
    {"onDelete", &ArchiveRecord::on_delete},
    {"retention", &ArchiveRecord::retention},
    {"programVersion", &ArchiveRecord::program_version},
    {"clusterId", &ArchiveRecord::cluster_id},
};

constexpr Member<TrashRecord> trash_members[] = {
    {"volume", &TrashRecord::volume},
    {"volumeUid", &TrashRecord::volume_uid},
    {"claimNamespace", &TrashRecord::claim_namespace},
    {"namespaceUid", &TrashRecord::namespace_uid},
    {"claimName", &TrashRecord::claim_name},
    {"claimUid", &TrashRecord::claim_uid},
    {"storageClass", &TrashRecord::storage_class},
    {"originalPath", &TrashRecord::original_path},
    {"requestedStorage", &TrashRecord::requested_storage},
    {"retention", &TrashRecord::retention},
    {"programVersion", &TrashRecord::program_version},
    {"clusterId", &TrashRecord::cluster_id},
};

class DocumentWriter {
 public:
  DocumentWriter() {
    writer_.StartObject();
    number("version", document_version);
  }
  void text(char const* name, std::string_view value) {
    writer_.Key(name);
    writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  }
  void number(char const* name, std::uint32_t value) {
    writer_.Key(name);
    writer_.Uint(value);
  }
  std::string finish() {
    writer_.EndObject();
    return std::string(buffer_.GetString(), buffer_.GetSize()) + "\n";
  }

 private:
  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

class DocumentReader {
 public:
  explicit DocumentReader(std::string_view text) {
    document_.Parse<parse_flags>(text.data(), text.size());
    if (document_.HasParseError() || !document_.IsObject()) {
      fail("not a complete JSON object");
      return;
    }
    auto const version = number("version");
    if (version > static_cast<std::uint32_t>(document_version)) {
      fail(fmt::format("version {} is newer than this program knows ({})", version, document_version));
    } else if (version == 0) {
      fail("no version");
    }
  }

  std::string text(char const* name) {
    auto const* value = find(name);
    return value == nullptr ? std::string() : std::string(value->GetString(), value->GetStringLength());
  }

  std::uint32_t number(char const* name) {
    auto const digits = text(name);
    std::uint32_t value = 0;
    auto const* const end = digits.data() + digits.size();
    auto const read = std::from_chars(digits.data(), end, value);
    if (!digits.empty() && (read.ec != std::errc{} || read.ptr != end)) fail(fmt::format("{} is not a number", name));
    return value;
  }

  std::string path(char const* name) {
    auto value = text(name);
    auto const parsed = RelativePath::parse_internal(value);
    if (!std::holds_alternative<RelativePath>(parsed) || std::get<RelativePath>(parsed).text() != value) {
      fail(fmt::format("{} is not a clean relative path", name));
    }
    return value;
  }

  void require(char const* name) {
    if (text(name).empty()) fail(fmt::format("{} is missing", name));
  }

  /// The first thing that was wrong, if anything was.
  std::optional<Failure> failure() const {
    if (why_.empty()) return std::nullopt;
    return Failure{StorageFault::malformed, why_};
  }

 private:
  void fail(std::string why) {
    if (why_.empty()) why_ = std::move(why);
  }

  rapidjson::Value const* find(char const* name) {
    if (!why_.empty()) return nullptr;
    auto const member = document_.FindMember(name);
    if (member == document_.MemberEnd()) return nullptr;
    if (member->value.IsString()) return &member->value;
    fail(fmt::format("{} is of the wrong type", name));
    return nullptr;
  }

  rapidjson::Document document_;
  std::string why_;
};

}  // namespace

std::string write_document(Marker const& marker) {
  DocumentWriter writer;
  writer.text("id", marker.id);
  return writer.finish();
}

std::string write_document(ClusterCard const& card) {
  DocumentWriter writer;
  writer.text("id", card.cluster.id);
  writer.text("name", card.cluster.name);
  writer.text("provisioner", card.provisioner);
  writer.text("programVersion", card.program_version);
  writer.text("heartbeat", card.heartbeat);
  return writer.finish();
}

std::string write_document(Intent const& intent) {
  DocumentWriter writer;
  writer.text("volume", intent.volume);
  writer.text("claimNamespace", intent.claim_namespace);
  writer.text("claimName", intent.claim_name);
  writer.text("claimUid", intent.claim_uid);
  writer.text("clusterId", intent.cluster_id);
  writer.text("path", intent.path);
  writer.number("existing", intent.existing);
  if (!intent.storage_class.empty()) {
    writer.text("storageClass", intent.storage_class);
  }
  if (!intent.namespace_uid.empty()) {
    writer.text("namespaceUid", intent.namespace_uid);
  }
  if (!intent.time.empty()) {
    writer.text("time", intent.time);
  }
  if (!intent.file_system.empty()) {
    writer.text("fileSystem", intent.file_system);
  }
  if (intent.restored_from.empty()) return writer.finish();
  writer.text("restoredFrom", intent.restored_from);
  writer.text("restoredPath", intent.restored_path);
  return writer.finish();
}

std::string write_document(ArchiveRecord const& record) {
  DocumentWriter writer;
  for (auto const& member : record_members) writer.text(member.name, record.*member.value);
  if (!record.trash_retention.empty()) writer.text("trashRetention", record.trash_retention);
  if (record.scratch) writer.text("scratch", "true");
  if (!record.taken_from.empty()) {
    writer.text("takenFrom", record.taken_from);
  }
  if (!record.made_at.empty()) {
    writer.text("madeAt", record.made_at);
  }
  return writer.finish();
}

std::string write_document(TrashRecord const& record) {
  DocumentWriter writer;
  for (auto const& member : trash_members) writer.text(member.name, record.*member.value);
  return writer.finish();
}

std::string write_document(TakeOverDecision const& decision) {
  DocumentWriter writer;
  writer.text("id", decision.from.id);
  writer.text("name", decision.from.name);
  writer.text("decidedBy", decision.decided_by);
  writer.text("time", decision.time);
  if (decision.forced) {
    writer.text("forced", "true");
  }
  return writer.finish();
}

std::string write_document(Signpost const& signpost) {
  DocumentWriter writer;
  writer.text("volume", signpost.volume);
  writer.text("standsAt", signpost.stands_at);
  return writer.finish();
}

Outcome<Signpost> read_signpost(std::string_view text) {
  DocumentReader reader(text);
  reader.require("volume");
  Signpost signpost{.volume = reader.text("volume"), .stands_at = reader.path("standsAt")};
  if (auto const failure = reader.failure()) {
    return *failure;
  }
  if (inner_root_of(signpost.stands_at).empty()) {
    return Failure{StorageFault::malformed, "standsAt leads into no private directory"};
  }
  return signpost;
}

Outcome<TakeOverDecision> read_take_over(std::string_view text) {
  DocumentReader reader(text);
  reader.require("id");
  reader.require("time");
  TakeOverDecision decision{.from = {.id = reader.text("id"), .name = reader.text("name")},
                            .decided_by = reader.text("decidedBy"),
                            .time = reader.text("time"),
                            .forced = reader.text("forced") == "true"};
  if (auto const failure = reader.failure()) {
    return *failure;
  }
  return decision;
}

Outcome<Marker> read_marker(std::string_view text) {
  DocumentReader reader(text);
  reader.require("id");
  Marker marker{.id = reader.text("id")};
  if (auto const failure = reader.failure()) return *failure;
  return marker;
}

Outcome<ClusterCard> read_cluster_card(std::string_view text) {
  DocumentReader reader(text);
  reader.require("id");
  ClusterCard card{.cluster = {.id = reader.text("id"), .name = reader.text("name")},
                   .provisioner = reader.text("provisioner"),
                   .program_version = reader.text("programVersion"),
                   .heartbeat = reader.text("heartbeat")};
  if (auto const failure = reader.failure()) return *failure;
  return card;
}

Outcome<Intent> read_intent(std::string_view text) {
  DocumentReader reader(text);
  reader.require("volume");
  Intent intent{.volume = reader.text("volume"),
                .claim_namespace = reader.text("claimNamespace"),
                .claim_name = reader.text("claimName"),
                .claim_uid = reader.text("claimUid"),
                .path = reader.path("path"),
                .existing = reader.number("existing"),
                .cluster_id = reader.text("clusterId"),
                .restored_from = reader.text("restoredFrom"),
                .restored_path = {},
                .storage_class = reader.text("storageClass"),
                .namespace_uid = reader.text("namespaceUid"),
                .time = reader.text("time"),
                .file_system = reader.text("fileSystem")};
  if (!intent.restored_from.empty()) intent.restored_path = reader.path("restoredPath");
  if (auto const failure = reader.failure()) return *failure;
  auto const& above = intent.file_system;
  if (!above.empty() && above != intent.path && !lies_below(intent.path, above)) {
    return Failure{StorageFault::malformed, "fileSystem does not hold the path"};
  }
  if (intent.existing > component_count(intent.path)) {
    return Failure{StorageFault::malformed, "existing counts more components than the path has"};
  }
  return intent;
}

Outcome<ArchiveRecord> read_record(std::string_view text) {
  DocumentReader reader(text);
  reader.require("volume");
  (void)reader.path("originalPath");
  (void)reader.path("archivedPath");
  ArchiveRecord record;
  for (auto const& member : record_members) record.*member.value = reader.text(member.name);
  record.trash_retention = reader.text("trashRetention");
  record.scratch = reader.text("scratch") == "true";
  record.taken_from = reader.text("takenFrom");
  record.made_at = reader.text("madeAt");
  if (auto const failure = reader.failure()) return *failure;
  auto const& place = record.archived_path;
  if (!inner_root_of(place).empty() && !is_inner_archive(place, record.original_path)) {
    return Failure{StorageFault::malformed, "archivedPath is no place of an archive of originalPath"};
  }
  return record;
}

Outcome<TrashRecord> read_trash_record(std::string_view text) {
  DocumentReader reader(text);
  reader.require("volume");
  (void)reader.path("originalPath");
  TrashRecord record;
  for (auto const& member : trash_members) record.*member.value = reader.text(member.name);
  if (auto const failure = reader.failure()) return *failure;
  return record;
}

}  // namespace nfs
