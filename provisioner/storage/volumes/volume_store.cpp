#include "provisioner/storage/volumes/volume_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/inner_place.hpp"
#include "provisioner/storage/volumes/making_plan.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "provisioner/storage/volumes/release_plan.hpp"
#include "provisioner/storage/volumes/settle_plan.hpp"
#include "provisioner/storage/volumes/undo_plan.hpp"
#include "provisioner/storage/volumes/volume_work.hpp"

namespace nfs {
namespace {

bool is_clean(std::string_view path) {
  auto const parsed = RelativePath::parse_internal(path);
  return std::holds_alternative<RelativePath>(parsed) && std::get<RelativePath>(parsed).text() == path;
}

std::optional<StorageError> refusal_of(ArchiveRecord const& record) {
  auto const refuse = [&](std::string_view why) {
    return StorageError{StorageFault::io, fmt::format("cannot archive volume {:?}: {}", record.volume, why)};
  };
  if (!is_clean(record.original_path) || layout::is_private(record.original_path)) {
    return refuse("its path is not one of a volume");
  }
  if (record.on_delete == "retain") {
    return record.in_place() ? std::nullopt : std::optional(refuse("it is to be kept in place"));
  }
  if (record.on_delete != "archive") {
    return refuse("neither archive nor retain is asked for");
  }
  bool const at_root = is_clean(record.archived_path) && component_count(record.archived_path) == 1;
  if (!at_root || record.in_place() || layout::is_private(record.archived_path)) {
    return refuse("the archive is not a directory of its own at the export's root");
  }
  return std::nullopt;
}

/// What a plan knows of a directory that is asked for before it has looked.
plan::Seen asked_for(DirectoryRequest const& request) {
  plan::Seen seen;
  seen.depth = component_count(request.path.text());
  seen.owner_asked_for = request.uid || request.gid;
  seen.adopts = request.adopts;
  return seen;
}

std::string list_of(std::vector<ClusterCard> const& cards) {
  if (cards.empty()) {
    return "no cluster uses it yet: a program that runs makes itself known on it when it starts";
  }
  std::string names;
  for (auto const& card : cards) {
    names += (names.empty() ? "" : ", ") + to_string(card.cluster);
  }
  return "these use it: " + names;
}

}  // namespace

VolumeStore::VolumeStore(FileSystem& files, std::string cluster_id)
    : files_(files),
      parts_(files, std::move(cluster_id)),
      catalog_(parts_.archives.catalog()),
      archives_mutex_(parts_.archives.moving()) {}

StorageResult<std::string> VolumeStore::identify(ExpectedExport const& expected) {
  if (!is_cluster_id(cluster_id())) {
    return StorageError{StorageFault::io, fmt::format("{:?} is not the id of a cluster", cluster_id())};
  }
  // First: a cluster whose place another one has taken leaves nothing on the export.
  RETURN_IF_ERROR(parts_.take_overs.look_back());
  return parts_.marker.identify(expected);
}

StorageResult<std::string> VolumeStore::join() {
  ASSIGN_OR_RETURN(auto id, parts_.marker.join());
  ASSIGN_OR_RETURN(auto const cards, clusters());
  auto const known = [&] {
    return std::ranges::any_of(cards, [&](auto const& card) { return card.cluster.id == cluster_id(); });
  };
  if (!cluster_id().empty() && !known()) {
    return describe({StorageFault::not_found, fmt::format("no cluster {:?} uses it; {}", cluster_id(), list_of(cards))},
                    "use", "");
  }
  if (cluster_id().empty() && cards.empty()) {
    return describe({StorageFault::not_found, list_of(cards)}, "use", "");
  }
  if (cluster_id().empty() && cards.size() > 1) {
    return describe({StorageFault::not_found, "choose a cluster by --cluster-id; " + list_of(cards)}, "use", "");
  }
  if (cluster_id().empty()) {
    act_for(cards.front().cluster.id);
  }
  return id;
}

StorageResult<void> VolumeStore::announce(ClusterCard const& card) {
  RETURN_IF_ERROR(parts_.take_overs.look_back());
  RETURN_IF_ERROR(healthy());
  return parts_.directories.write(parts_.cluster.cluster_file(), write_document(card));
}

StorageResult<std::vector<ClusterCard>> VolumeStore::clusters() {
  return read_cluster_cards(files_);
}

StorageResult<void> VolumeStore::healthy() {
  RETURN_IF_ERROR(parts_.take_overs.check());
  return parts_.marker.check();
}

StorageResult<void> VolumeStore::decide_take_over(TakeOverDecision const& decision) {
  RETURN_IF_ERROR(healthy());
  return parts_.take_overs.decide(decision);
}

StorageResult<std::vector<TakeOverDecision>> VolumeStore::decided_take_overs() {
  RETURN_IF_ERROR(healthy());
  return parts_.take_overs.decided();
}

StorageResult<TakenOver> VolumeStore::take_over(TakeOverDecision const& decision) {
  RETURN_IF_ERROR(healthy());
  return parts_.take_overs.carry_out(decision);
}

StorageResult<void> VolumeStore::ready_for(std::string_view volume) {
  if (!layout::is_volume_name(volume)) {
    return StorageError{StorageFault::io, fmt::format("{:?} is not the name of a volume", volume)};
  }
  return healthy();
}

StorageResult<Created> VolumeStore::create(DirectoryRequest const& request) {
  auto const& path = request.path.text();
  if (layout::is_private(path)) {
    return describe({StorageFault::io, "it lies in the program's own directory"}, "create directory", path);
  }
  RETURN_IF_ERROR(ready_for(request.volume));
  plan::Subject const subject{.volume = request.volume, .source = path, .request = &request};
  return plan::carry_out<Created>(parts_, subject, asked_for(request), plan::next_of_create);
}

StorageResult<Created> VolumeStore::restore(DirectoryRequest const& request, ArchiveRecord const& archive,
                                            bool was_asked_for) {
  auto const& path = request.path.text();
  if (layout::is_private(path) || layout::is_private(archive.archived_path) ||
      (archive.in_place() && !archive.was_in_use())) {
    return describe({StorageFault::io, "neither may lie in the program's own directory, nor be the same"},
                    "restore archive", archive.archived_path);
  }
  RETURN_IF_ERROR(ready_for(request.volume));
  if (!layout::is_volume_name(archive.volume)) {
    return describe({StorageFault::not_found, "its record names no volume"}, "restore archive", archive.archived_path);
  }
  // What stands there already comes first, with an intent of its own, which names no archive. It may have gone when
  // that is written (another cluster gave it up, or somebody removed it): then the archive comes back after all.
  constexpr int most_goings = 3;
  for (int goings = 0; goings < most_goings; ++goings) {
    auto made = restore_once(request, archive, was_asked_for);
    if (made.has_error() || *made != Created::adopted) {
      return made;
    }
    made = create(request);
    if (made.has_error() || *made != Created::made) {
      return made;
    }
    RETURN_IF_ERROR(undo_create(request.volume));
  }
  return describe({StorageFault::busy, "a directory comes and goes there"}, "restore to", path);
}

StorageResult<Created> VolumeStore::restore_once(DirectoryRequest const& request, ArchiveRecord const& archive,
                                                 bool was_asked_for) {
  auto const& path = request.path.text();
  plan::Subject const subject{.volume = request.volume, .source = path, .request = &request, .archive = &archive};
  auto seen_before = asked_for(request);
  seen_before.in_place = archive.archived_path == path;
  return plan::carry_out<Created>(parts_, subject, seen_before,
                                  [&](plan::Seen const& seen) { return plan::next_of_restore(was_asked_for, seen); });
}

StorageResult<void> VolumeStore::settle(std::string_view volume) {
  return end_intent(volume, plan::SettleGoal::in_use);
}

StorageResult<void> VolumeStore::forget_begun(std::string_view volume) {
  return end_intent(volume, plan::SettleGoal::forget);
}

StorageResult<void> VolumeStore::end_intent(std::string_view volume, plan::SettleGoal goal) {
  RETURN_IF_ERROR(ready_for(volume));
  plan::Seen seen;
  seen.restoring = parts_.archives.restoring().has(volume);
  RETURN_IF_ERROR(
      plan::carry_out<std::monostate>(parts_, {.volume = std::string(volume)}, seen,
                                      [goal](plan::Seen const& now) { return plan::next_of_settle(goal, now); }));
  return {};
}

StorageResult<void> VolumeStore::leave(std::string_view volume) {
  RETURN_IF_ERROR(ready_for(volume));
  RETURN_IF_ERROR(parts_.intents.remove_settled(volume));
  return parts_.directories.sync(parts_.cluster.volumes());
}

StorageResult<Undone> VolumeStore::undo_create(std::string_view volume) {
  RETURN_IF_ERROR(ready_for(volume));
  auto undone = plan::carry_out<Undone>(parts_, {.volume = std::string(volume)}, plan::Seen{}, plan::next_of_undo);
  if (undone.has_value() && *undone == Undone::gone) {
    parts_.archives.note_what_stands(volume);
  }
  return undone;
}

/// One that is to come back to a claim of this name, or to this path.
bool VolumeStore::may_have_older_archive(ArchiveRecord const& record) const {
  return catalog_.may_have_another(record.claim_namespace, record.claim_name, record.original_path, record.volume);
}

StorageResult<Released> VolumeStore::archive(ArchiveRecord const& record) {
  if (auto const refusal = refusal_of(record)) {
    return *refusal;
  }
  RETURN_IF_ERROR(ready_for(record.volume));
  auto const goal = record.on_delete == "retain" ? plan::ReleaseGoal::retain : plan::ReleaseGoal::archive;
  auto stamped = record;
  stamped.cluster_id = cluster_id();
  ASSIGN_OR_RETURN(auto const named, parts_.archives.records().named(stamped));
  auto const& ours = named.record;
  auto const releasing = parts_.archives.begin_release(ours.volume);
  plan::ReleaseSeen seen;
  seen.record = named.stands;
  seen.keeps_empty = may_have_older_archive(ours);
  seen.inner = !inner_root_of(ours.archived_path).empty();
  plan::Subject const subject{.volume = record.volume,
                              .source = ours.original_path,
                              .target = ours.archived_path,
                              .outer_target = std::string(last_component(ours.archived_path)),
                              .record = &ours};
  auto released = plan::carry_out<Released>(
      parts_, subject, seen, [&](plan::ReleaseSeen const& now) { return plan::next_of_release(goal, now); });
  if (released.has_error()) {
    parts_.archives.note_what_stands(ours.volume);
  }
  return released;
}

StorageResult<std::vector<Intent>> VolumeStore::intents() {
  RETURN_IF_ERROR(healthy());
  ASSIGN_OR_RETURN(auto found, parts_.intents.all_begun());
  for (auto const& intent : found) {
    if (!intent.restored_from.empty()) {
      parts_.archives.restoring().add(intent.volume, intent.restored_from);
    }
  }
  return found;
}

StorageResult<std::optional<Intent>> VolumeStore::find_intent(std::string_view volume) {
  return parts_.intents.find(volume);
}

StorageResult<std::vector<Intent>> VolumeStore::volumes() {
  RETURN_IF_ERROR(healthy());
  return parts_.intents.all_settled();
}

StorageResult<std::vector<std::string>> VolumeStore::volume_names() {
  RETURN_IF_ERROR(healthy());
  return parts_.intents.settled_names();
}

StorageResult<std::optional<Intent>> VolumeStore::find_volume(std::string_view volume) {
  RETURN_IF_ERROR(ready_for(volume));
  return parts_.intents.find_settled(volume);
}

StorageResult<void> VolumeStore::note_volume(Intent const& intent) {
  RETURN_IF_ERROR(ready_for(intent.volume));
  return parts_.intents.write_settled(intent);
}

StorageResult<bool> VolumeStore::prune(ArchiveRecord const& record, std::optional<TrashRecord> const& rest) {
  RETURN_IF_ERROR(ready_for(record.volume));
  auto ours = rest;
  if (ours) {
    ours->cluster_id = cluster_id();
  }
  return parts_.archives.prune(record, ours);
}

StorageResult<bool> VolumeStore::stands(std::string_view path) {
  auto const status = files_.status(path);
  if (status.has_value()) {
    return true;
  }
  if (status.error().fault == StorageFault::not_found) {
    return false;
  }
  return status.error();
}

}  // namespace nfs
