#include "tests/simulation/truth.hpp"

#include <algorithm>
#include <utility>

#include "provisioner/core/naming.hpp"

namespace nfs::simulation {
namespace {

std::string annotation(k8s::ObjectMeta const& meta, std::string_view key) {
  auto const* value = k8s::find(meta.annotations, key);
  return value == nullptr ? std::string() : *value;
}

template <class Map>
auto const* find_in(Map const& map, std::string const& key) {
  auto const at = map.find(key);
  return at == map.end() ? nullptr : &at->second;
}

std::string parameter(k8s::StorageClass const& storage_class, std::string_view key) {
  auto const* value = k8s::find(storage_class.parameters, key);
  return value == nullptr ? std::string() : *value;
}

std::string below_export(k8s::Volume const& volume) {
  auto const at = volume.source.attributes.find("path");
  if (at == volume.source.attributes.end()) return {};
  return at->second.substr(std::min(server_path.size() + 1, at->second.size()));
}

}  // namespace

bool Truth::refresh(std::set<std::string> const& archives) {
  auto const changes = scene_.server.changes_since(seen_);
  for (auto const& change : changes) {
    seen_ = change.version;
    take(change, archives);
  }
  return !changes.empty();
}

void Truth::take(test::MemoryApiServer::Change const& change, std::set<std::string> const& archives) {
  bool const gone = change.type == "DELETED";
  if (change.plural == "persistentvolumeclaims")
    return take_claim(*k8s::read<k8s::Claim>(change.object), gone, archives);
  if (change.plural == "persistentvolumes") return take_volume(*k8s::read<k8s::Volume>(change.object), gone);
  if (change.plural == "storageclasses") return take_class(*k8s::read<k8s::StorageClass>(change.object), gone);
  if (change.plural == "namespaces") {
    auto const name_space = *k8s::read<k8s::Namespace>(change.object);
    if (gone)
      namespaces_.erase(name_space.meta.name);
    else
      namespaces_.insert_or_assign(name_space.meta.name, name_space.meta.uid);
  }
}

void Truth::take_class(k8s::StorageClass storage_class, bool gone) {
  auto const name = storage_class.meta.name;
  if (parameter(storage_class, "restoreAcrossNamespaceUid") == "true") crossing_.insert(name);
  (parameter(storage_class, "onCreate") == "restore" ? restoring_ : adopting_).insert(name);
  auto const shared = parameter(storage_class, "sharedDirectory");
  if (shared == "always") shared_by_all_.insert(name);
  if (shared == "sameNamespace") shared_in_namespace_.insert(name);
  if (shared.empty()) unshared_.insert(name);
  if (!gone) policies_[name].push_back(parameter(storage_class, "onDelete"));
  if (gone)
    classes_.erase(name);
  else
    classes_.insert_or_assign(name, std::move(storage_class));
}

void Truth::take_claim(k8s::Claim claim, bool gone, std::set<std::string> const& archives) {
  auto const [at, fresh] = claims_.try_emplace(claim.meta.uid);
  auto& facts = at->second;
  if (fresh) {
    facts.namespace_uid = namespace_uid(claim.meta.name_space);
    auto const name = k8s::class_name(claim);
    facts.policies_before = policies_[name].size() - (classes_.contains(name) ? 1 : 0);
    for (auto const& archive : archives)
      if (std::none_of(volumes_.begin(), volumes_.end(),
                       [&](auto const& each) { return each.second.exists && archive.ends_with("-" + each.first); }))
        facts.archives_before.insert(archive);
  }
  facts.last = std::move(claim);
  facts.exists = !gone;
  facts.was_bound = facts.was_bound || facts.last.phase == "Bound";
  facts.asked_to_restore = facts.asked_to_restore || !annotation(facts.last.meta, names::restore_from).empty();
}

/// What was so while another claim had it counts no more; but where etcd's restore has brought an earlier claim back,
/// what was begun for the later one may still be under way.
void Truth::take_owner(VolumeFacts& facts, k8s::Volume const& volume) const {
  if (!volume.claim_ref || volume.claim_ref->uid.empty()) return;
  if (!facts.owner.uid.empty() && facts.owner.uid != volume.claim_ref->uid) {
    facts.earlier_owners.push_back(facts.owner);
    if (!scene_.restored.contains(volume.claim_ref->uid)) {
      facts.was_due = false;
      facts.due_since.reset();
      facts.oldest = {};
    }
  }
  facts.owner = *volume.claim_ref;
  // Kept for its next claim, which has it now.
  if (!facts.earlier_owners.empty() && volume.phase == "Bound" && volume.reclaim_policy == "Delete")
    facts.was_kept = false;
}

void Truth::take_volume(k8s::Volume volume, bool gone) {
  auto& facts = volumes_[volume.meta.name];
  // Two of one name: a request that was given up, and repeated, may be done when the second one's volume has gone.
  if (!facts.last.meta.uid.empty() && facts.last.meta.uid != volume.meta.uid)
    volumes_[volume.meta.name + "#" + facts.last.meta.uid] = std::exchange(facts, {});
  if (facts.path.empty()) {
    facts.path = below_export(volume);
    facts.on_delete = annotation(volume.meta, names::on_delete);
    facts.retention = annotation(volume.meta, names::archive_retention);
  }
  take_owner(facts, volume);
  if (!facts.last.meta.deleting() && (gone || volume.meta.deleting()))
    facts.unguarded = !k8s::has_finalizer(facts.last.meta, names::finalizer);
  facts.last = std::move(volume);
  facts.exists = !gone;
  facts.was_kept = facts.was_kept || facts.last.reclaim_policy != "Delete";
  if (facts.last.phase != "Released") return;
  facts.was_due = facts.was_due || facts.last.reclaim_policy == "Delete";
  if (!facts.due_since) facts.due_since = scene_.clock.wall();
}

void Truth::note_wall_clock(k8s::WallTime before) {
  for (auto& [name, facts] : volumes_) {
    if (!facts.due_since) continue;
    facts.oldest = std::max(facts.oldest, before - *facts.due_since);
    facts.due_since = std::min(*facts.due_since, scene_.clock.wall());
  }
}

std::set<std::string> Truth::namespaces_of(ClaimFacts const& claim) const {
  std::set<std::string> uids{claim.namespace_uid};
  auto const* volume = volume_of(claim);
  if (volume == nullptr || volume->owner.uid != claim.last.meta.uid) return uids;
  for (auto const& owner : volume->earlier_owners)
    if (auto const* earlier = this->claim(owner.uid)) uids.insert(earlier->namespace_uid);
  return uids;
}

ClaimFacts const* Truth::claim(std::string const& uid) const {
  return find_in(claims_, uid);
}

VolumeFacts const* Truth::volume_of(ClaimFacts const& claim) const {
  return volume(claim.last.volume_name.empty() ? volume_name(claim.last) : claim.last.volume_name);
}

VolumeFacts const* Truth::volume(std::string const& name) const {
  return find_in(volumes_, name);
}

k8s::StorageClass const* Truth::storage_class(std::string const& name) const {
  return find_in(classes_, name);
}

bool Truth::was_policy(ClaimFacts const& claim, std::string const& on_delete) const {
  auto const at = policies_.find(k8s::class_name(claim.last));
  if (at == policies_.end()) return false;
  auto const first = at->second.begin() + static_cast<std::ptrdiff_t>(claim.policies_before);
  return std::find(first, at->second.end(), on_delete) != at->second.end();
}

std::string Truth::namespace_uid(std::string const& name) const {
  auto const* uid = find_in(namespaces_, name);
  return uid == nullptr ? std::string() : *uid;
}

std::size_t Truth::claims_standing() const {
  return static_cast<std::size_t>(
      std::count_if(claims_.begin(), claims_.end(), [](auto const& each) { return each.second.exists; }));
}

}  // namespace nfs::simulation
