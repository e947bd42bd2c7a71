#include "provisioner/core/restore.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>

#include "k8s/text/rfc3339.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/scratch.hpp"
#include "provisioner/core/text.hpp"

namespace nfs {
namespace {

using Records = std::vector<ArchiveRecord const*>;

// RFC 3339 in UTC sorts as text does, once the "Z" that ends it, and sorts behind a fraction's ".", is taken off.
std::string_view sortable(std::string_view time) {
  return time.ends_with('Z') ? time.substr(0, time.size() - 1) : time;
}

ArchiveRecord const* newest(Records const& records) {
  auto const at =
      std::ranges::max_element(records, [](auto const* left, auto const* right) { return is_older(*left, *right); });
  return at == records.end() ? nullptr : *at;
}

template <class Predicate>
Records select(std::vector<ArchiveRecord> const& archives, Predicate wanted) {
  Records selected;
  for (auto const& record : archives)
    if (wanted(record)) selected.push_back(&record);
  return selected;
}

/// Who asks, and for which directory.
struct Asking {
  k8s::Claim const& claim;
  ClassParameters const& parameters;
  RelativePath const& path;
  std::string const& namespace_uid;

  [[nodiscard]] bool names(ArchiveRecord const& record) const {
    return record.claim_namespace == claim.meta.name_space && record.claim_name == claim.meta.name;
  }
  // Asked only of one whose namespace has this name. What was taken over goes by that name alone.
  [[nodiscard]] bool of_namespace(ArchiveRecord const& record) const {
    return !record.taken_from.empty() || (!namespace_uid.empty() && record.namespace_uid == namespace_uid);
  }
  [[nodiscard]] bool of_class(ArchiveRecord const& record) const {
    bool const unknown = record.was_in_use() && record.storage_class.empty();
    return unknown || record.storage_class == k8s::class_name(claim);
  }
  [[nodiscard]] bool had(ArchiveRecord const& record) const {
    return record.was_in_use() && names(record) && of_class(record);
  }
  [[nodiscard]] bool shared(ArchiveRecord const& record) const {
    return parameters.shared_directory != SharedDirectory::never && record.original_path == path.text() &&
           record.claim_namespace == claim.meta.name_space && of_namespace(record) && of_class(record);
  }
};

// The newest. But what the claim itself had elsewhere is no earlier state of the directory that it may share by now,
// and comes before that.
ArchiveRecord const* choose(Asking const& asking, Records const& records) {
  Records own;
  std::ranges::copy_if(records, std::back_inserter(own), [&](auto const* record) { return asking.names(*record); });
  auto const* record = newest(own);
  return record != nullptr && record->original_path != asking.path.text() ? record : newest(records);
}

InitialData by_itself(Asking const& asking, std::vector<ArchiveRecord> const& archives) {
  auto const* record = choose(asking, select(archives, [&](ArchiveRecord const& archive) {
                                bool const own = asking.names(archive) && asking.of_namespace(archive) &&
                                                 asking.of_class(archive) && !archive.scratch;
                                return (own || asking.shared(archive)) && !archive.in_place();
                              }));
  if (record == nullptr) return WithoutArchive{};
  return FromArchive{*record, false};
}

// Which of them was the last is not known: earlier programs did not write down when a volume was made.
bool are_alike(ArchiveRecord const& left, ArchiveRecord const& right) {
  return left.time == right.time && left.made_at == right.made_at;
}

Refusal undecided(ArchiveRecord const& one, ArchiveRecord const& other) {
  return Refusal{
      "cluster " + one.taken_from +
      ", which was taken over, had several volumes of this claim, and which was the last is not known: " + one.volume +
      ", " + other.volume + "; choose one by the annotation " + std::string(names::restore_from)};
}

// nullopt: no cluster that was taken over had a volume of this claim.
std::optional<InitialData> by_take_over(Asking const& asking, std::vector<ArchiveRecord> const& archives) {
  if (is_scratch(asking.claim)) return std::nullopt;
  auto records = select(archives, [&](ArchiveRecord const& archive) { return asking.had(archive); });
  auto const* last = newest(records);
  if (last == nullptr) return std::nullopt;
  for (auto const* other : records) {
    if (other != last && are_alike(*other, *last)) return undecided(*other, *last);
  }
  return FromArchive{*last, false};
}

Refusal refused(std::string const& wanted, std::string const& why) {
  return Refusal{"annotation " + std::string(names::restore_from) + " asks for " + quoted(wanted) + ": " + why};
}

InitialData by_annotation(Asking const& asking, std::vector<ArchiveRecord> const& archives, std::string const& wanted) {
  auto const named = select(archives, [&](ArchiveRecord const& archive) {
    // One without a time has no record of ours: it is given only to who knows its name.
    bool const meant = wanted == names::restore_latest ? !archive.time.empty() : archive.volume == wanted;
    return meant && (asking.names(archive) || asking.shared(archive));
  });
  auto const allowed = [&] {
    Records records;
    for (auto const* record : named)
      if (asking.of_namespace(*record) || asking.parameters.restore_across_namespace_uid) records.push_back(record);
    return records;
  }();
  // The same words whether there is none or it is somebody else's: names of others are not to be found out here.
  if (named.empty()) return refused(wanted, "there is no such archive of this claim");
  if (allowed.empty())
    return refused(wanted,
                   "it belongs to an earlier namespace of the same name; class parameter restoreAcrossNamespaceUid: "
                   "\"true\" allows it");
  auto const* record = choose(asking, allowed);
  if (record->in_place() && !asking.had(*record))
    return refused(wanted, "it was kept in place at " + quoted(record->original_path) +
                               "; have the class's pathPattern lead there, without the annotation");
  return FromArchive{*record, true};
}

// Since the epoch, in whole seconds, never too early. Records are written with a Z; another offset would not sort.
std::optional<std::int64_t> seconds_of(std::string_view time) {
  auto const read = time.ends_with('Z') ? k8s::from_rfc3339(time) : std::nullopt;
  if (!read) return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(*read).time_since_epoch().count();
}

// What a pod has for itself begins empty, whatever its class says.
bool gets_data_back(k8s::Claim const& claim, ClassParameters const& parameters) {
  return parameters.on_create == OnCreate::restore && !is_scratch(claim);
}

}  // namespace

bool is_older(ArchiveRecord const& left, ArchiveRecord const& right) {
  if (left.time != right.time) return sortable(left.time) < sortable(right.time);
  if (left.made_at != right.made_at) return sortable(left.made_at) < sortable(right.made_at);
  return left.volume < right.volume;
}

bool asks_to_begin_empty(k8s::Claim const& claim) {
  auto const* wanted = k8s::find(claim.meta.annotations, names::restore_from);
  return wanted != nullptr && *wanted == names::restore_none;
}

bool wants_data_back(k8s::Claim const& claim, ClassParameters const& parameters) {
  if (asks_to_begin_empty(claim)) return false;
  return gets_data_back(claim, parameters) || k8s::find(claim.meta.annotations, names::restore_from) != nullptr;
}

InitialData initial_data_of(k8s::Claim const& claim, ClassParameters const& parameters, RelativePath const& path,
                            std::string const& namespace_uid, std::vector<ArchiveRecord> const& archives) {
  if (asks_to_begin_empty(claim)) return WithoutArchive{};
  Asking const asking{claim, parameters, path, namespace_uid};
  if (auto const* wanted = k8s::find(claim.meta.annotations, names::restore_from))
    return by_annotation(asking, archives, *wanted);
  if (auto data = by_take_over(asking, archives)) return std::move(*data);
  if (gets_data_back(claim, parameters)) return by_itself(asking, archives);
  return WithoutArchive{};
}

std::string begins_empty_text(k8s::Claim const& claim, ClassParameters const& parameters, RelativePath const& path,
                              std::string const& namespace_uid, std::vector<ArchiveRecord> const& archives,
                              bool all_known) {
  auto without = claim;
  without.meta.annotations.erase(std::string(names::restore_from));
  auto const otherwise = initial_data_of(without, parameters, path, namespace_uid, archives);
  std::string text = "The volume begins empty, as annotation " + std::string(names::restore_from) + ": " +
                     std::string(names::restore_none) + " asks";
  if (auto const* left = std::get_if<FromArchive>(&otherwise)) {
    auto const& archive = left->archive;
    text += std::string("; ") + (archive.in_place() ? "directory " : "archive ") + archive.archived_path;
    if (!archive.time.empty()) text += " of " + archive.time;
    text += ", which would have come back, stays where it is";
  } else if (!all_known || std::holds_alternative<Refusal>(otherwise)) {
    text += "; archives of this claim stay where they are";
  } else {
    text += "; there was nothing to come back";
  }
  return text;
}

bool is_later_than(std::string_view time, ArchiveRecord const& record) {
  auto const before = k8s::from_rfc3339(time);
  auto const written = k8s::from_rfc3339(record.time);
  return before && written && *before < *written;
}

std::optional<std::int64_t> ends_at(ArchiveRecord const& record) {
  if (record.in_place()) return std::nullopt;
  auto const retention = parse_retention(record.retention);
  auto const archived_at = seconds_of(record.time);
  if (!retention || !archived_at) return std::nullopt;
  return *archived_at + retention->count();
}

}  // namespace nfs
