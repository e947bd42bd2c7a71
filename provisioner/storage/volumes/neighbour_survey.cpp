#include "provisioner/storage/volumes/neighbour_survey.hpp"

#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "provisioner/storage/files/failure.hpp"
#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/documents.hpp"

namespace nfs {
namespace {

using Names = std::set<std::string, std::less<>>;

/// Of what is accepted, by name: the number of the file.
using Listed = std::map<std::string, std::uint64_t, std::less<>>;

template <class Accept>
StorageResult<Listed> list_in(FileSystem& files, std::string_view directory, Accept accept) {
  Listed listed;
  auto const scanned = files.scan(directory, [&](DirectoryEntry const& entry) {
    if (accept(entry)) listed.insert_or_assign(entry.name, entry.inode);
  });
  if (scanned.has_error() && scanned.error().fault != StorageFault::not_found) return scanned.error();
  return listed;
}

template <class Accept>
StorageResult<Names> names_in(FileSystem& files, std::string_view directory, Accept accept) {
  ASSIGN_OR_RETURN(auto const listed, list_in(files, directory, accept));
  Names names;
  for (auto const& [name, number] : listed) names.insert(name);
  return names;
}

bool is_document(DirectoryEntry const& entry) {
  return !layout::is_temporary(entry.name) && layout::is_volume_name(entry.name);
}

/// nullopt: it has gone since it was listed.
template <class Document>
StorageResult<std::optional<Document>> read_document(FileSystem& files, std::string const& path,
                                                     Outcome<Document> (*read)(std::string_view)) {
  auto const text = files.read_file(path, layout::max_document_bytes);
  if (text.has_error() && text.error().fault == StorageFault::not_found) return std::optional<Document>();
  if (text.has_error()) return text.error();
  auto document = read(*text);
  if (document.has_error()) return describe(document.error(), "read", path);
  return std::optional(std::move(*document));
}

void hold(Occupancy& occupancy, std::string const& path, std::string const& by) {
  auto const parsed = RelativePath::parse_internal(path);
  if (auto const* clean = std::get_if<RelativePath>(&parsed)) occupancy.put(*clean, Occupant{by, {}, {}, {}});
}

ClaimNames claim_of(Intent const& intent) {
  return {intent.claim_namespace, intent.claim_name, intent.storage_class};
}

}  // namespace

StorageResult<std::shared_ptr<Neighbours const>> NeighbourSurvey::look() {
  auto const number = [this] {
    k8s::MutexLock const lock(mutex_);
    return ++calls_;
  }();
  k8s::MutexLock const looking(looking_);
  if (served_ >= number) return last();
  auto const serves = [this] {
    k8s::MutexLock const lock(mutex_);
    return calls_;
  }();
  ASSIGN_OR_RETURN(auto found, look_at_all());
  served_ = serves;
  auto result = std::make_shared<Neighbours const>(std::move(found));
  k8s::MutexLock const lock(mutex_);
  last_ = result;
  return result;
}

StorageResult<Names> NeighbourSurvey::other_ids() {
  return names_in(files_, layout::clusters,
                  [&](DirectoryEntry const& entry) { return is_cluster_id(entry.name) && entry.name != own_.id(); });
}

StorageResult<bool> NeighbourSurvey::any() {
  ASSIGN_OR_RETURN(auto const ids, other_ids());
  return !ids.empty();
}

StorageResult<Neighbours> NeighbourSurvey::look_at_all() {
  ASSIGN_OR_RETURN(auto const ids, other_ids());
  // Records change their cluster where one cluster takes the place of another: then the other one is gone.
  if (ids != ids_) records_.clear();
  ids_ = ids;
  Neighbours found;
  for (auto const& id : ids) RETURN_IF_ERROR(look_at(id, found));
  if (!found.empty()) RETURN_IF_ERROR(read_records(found));
  return found;
}

StorageResult<void> NeighbourSurvey::look_at(std::string const& id, Neighbours& found) {
  ClusterLayout const theirs(id);
  Neighbour neighbour{.cluster = {.id = id}};
  ASSIGN_OR_RETURN(auto const card, read_document<ClusterCard>(files_, theirs.cluster_file(), read_cluster_card));
  if (card) {
    neighbour.cluster.name = card->cluster.name;
    neighbour.last_seen = card->heartbeat;
    auto const& first = first_heartbeats_.try_emplace(id, card->heartbeat).first->second;
    if (card->heartbeat != first) seen_alive_.insert(id);
  }
  neighbour.seen_alive = seen_alive_.contains(id);
  // In this order: an intent that is settled meanwhile is in one of them.
  RETURN_IF_ERROR(read_begun(theirs, neighbour));
  RETURN_IF_ERROR(read_settled(theirs, neighbour));
  found.push_back(std::move(neighbour));
  return {};
}

StorageResult<void> NeighbourSurvey::read_begun(ClusterLayout const& theirs, Neighbour& found) {
  ASSIGN_OR_RETURN(auto const volumes, names_in(files_, theirs.creating(), is_document));
  for (auto const& volume : volumes) {
    ASSIGN_OR_RETURN(auto const intent, read_document<Intent>(files_, theirs.intent_of(volume), read_intent));
    if (!intent) continue;
    hold(found.begun, intent->path, volume);
    found.claims.insert(claim_of(*intent));
  }
  return {};
}

StorageResult<void> NeighbourSurvey::read_settled(ClusterLayout const& theirs, Neighbour& found) {
  ASSIGN_OR_RETURN(auto const volumes, names_in(files_, theirs.volumes(), is_document));
  auto& known = settled_[theirs.id()];
  std::erase_if(known, [&](auto const& each) { return !volumes.contains(each.first); });
  for (auto const& volume : volumes) RETURN_IF_ERROR(read_settled_intent(theirs, volume, known));
  for (auto const& [volume, named] : known) {
    hold(found.in_use, named.path, volume);
    found.claims.insert(named.claim);
  }
  return {};
}

/// Read once, and looked at each time: a volume that a restore of etcd took away may have been made again under its
/// name, at another directory. The file is looked at first: of one that is replaced meanwhile, the next look sees it.
StorageResult<void> NeighbourSurvey::read_settled_intent(ClusterLayout const& theirs, std::string const& volume,
                                                         ByName& known) {
  auto const path = theirs.volume_of(volume);
  auto const status = files_.status(path);
  if (status.has_error() && status.error().fault != StorageFault::not_found) return status.error();
  auto const at = known.find(volume);
  bool const same = status.has_value() && at != known.end() && at->second.inode == status->inode &&
                    at->second.changed == status->changed;
  if (same) return {};
  known.erase(volume);
  if (status.has_error()) return {};  // gone since it was listed
  ASSIGN_OR_RETURN(auto const intent, read_document<Intent>(files_, path, read_intent));
  if (!intent) return {};
  known.emplace(volume, Named{.cluster = theirs.id(),
                              .path = intent->path,
                              .claim = claim_of(*intent),
                              .inode = status->inode,
                              .changed = status->changed});
  return {};
}

/// What they keep in place, and where their archives stood: it comes back there. One that is another file by now is
/// read again. There may be very many: the listing alone tells.
StorageResult<void> NeighbourSurvey::read_records(Neighbours& found) {
  ASSIGN_OR_RETURN(auto const listed, list_in(files_, layout::archives, is_document));
  std::erase_if(records_, [&](auto const& each) {
    auto const at = listed.find(each.first);
    return at == listed.end() || at->second != each.second.inode;
  });
  for (auto const& [file, number] : listed) {
    if (records_.contains(file)) continue;
    ASSIGN_OR_RETURN(auto const record,
                     read_document<ArchiveRecord>(files_, joined(layout::archives, file), read_record));
    if (record)
      records_.emplace(file, Named{.cluster = record->cluster_id, .path = record->original_path, .inode = number});
  }
  for (auto const& [file, named] : records_) {
    for (auto& each : found)
      if (each.cluster.id == named.cluster) hold(each.in_use, named.path, file);
  }
  return {};
}

StorageResult<std::vector<ClusterCard>> read_cluster_cards(FileSystem& files) {
  ASSIGN_OR_RETURN(auto const ids, names_in(files, layout::clusters,
                                            [](DirectoryEntry const& entry) { return is_cluster_id(entry.name); }));
  std::vector<ClusterCard> cards;
  for (auto const& id : ids) {
    auto card = read_document<ClusterCard>(files, ClusterLayout(id).cluster_file(), read_cluster_card);
    if (card.has_error() && card.error().fault != StorageFault::malformed) return card.error();
    cards.push_back(card.has_value() && *card ? std::move(**card) : ClusterCard{});
    cards.back().cluster.id = id;
  }
  return cards;
}

std::shared_ptr<Neighbours const> NeighbourSurvey::last() const {
  k8s::MutexLock const lock(mutex_);
  return last_;
}

}  // namespace nfs
