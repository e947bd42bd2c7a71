#include "provisioner/controller/cluster_view.hpp"

#include <algorithm>

#include "k8s/model/resource_version.hpp"
#include "provisioner/core/binding.hpp"
#include "provisioner/core/cached.hpp"
#include "provisioner/core/decide.hpp"
#include "provisioner/core/key.hpp"
#include "provisioner/core/naming.hpp"

namespace nfs {
namespace {

// Whoever may make claims decides how many wait: some 2 MiB of memory at most. Of those beyond, the class is asked for
// more often.
constexpr std::size_t most_first_versions = 16'384;

std::string class_if_unbound(k8s::Claim const& claim) {
  return claim.phase == "Bound" ? "" : k8s::class_name(claim);
}

std::string class_if_free(k8s::Volume const& volume) {
  bool const taken = volume.phase == "Bound" || volume.phase == "Released" || volume.phase == "Failed";
  return taken ? "" : k8s::class_name(volume);
}

// Those that we make go by their names.
std::string claim_if_reserved(k8s::Volume const& volume) {
  auto const& claim = volume.claim_ref;
  return !claim || volume.meta.name == "pvc-" + claim->uid ? "" : claim->name_space + "/" + claim->name;
}

std::string claim_if_kept(k8s::Volume const& volume) {
  auto const& claim = volume.claim_ref;
  return !claim || volume.reclaim_policy == "Delete" ? "" : claim->name_space + "/" + claim->name;
}

}  // namespace

ClusterView::ClusterView(k8s::Clock const& clock)
    : clock_(clock),
      written_claims_(clock),
      written_volumes_(clock),
      claims_by_volume_(claims_.add_index(volume_name)),
      unbound_by_class_(claims_.add_index(class_if_unbound)),
      free_by_class_(volumes_.add_index(class_if_free)),
      reserved_by_claim_(volumes_.add_index(claim_if_reserved)),
      kept_by_claim_(volumes_.add_index(claim_if_kept)) {
  claims_.on_change([this](auto const& change) {
    written_claims_.seen(change);
    note_version(change);
    note_release(change);
  });
  volumes_.on_change([this](auto const& change) {
    written_volumes_.seen(change);
    note_release(change);
  });
  // Nobody can see one of these marked Released: it would hold up all others.
  volumes_.on_set_aside([this](k8s::Unreadable const& volume, k8s::Aside) { end_release(volume.identity.name); });
}

void ClusterView::note_version(k8s::Change<k8s::Claim> const& change) {
  auto const& [before, after] = change;
  bool const replaced = before && after && before->meta.uid != after->meta.uid;
  k8s::MutexLock const lock(mutex_);
  if (before && (replaced || !after || !after->volume_name.empty())) first_versions_.erase(before->meta.uid);
  if (!after) return;
  auto const version = k8s::version_number(after->meta.resource_version);
  if (!version) return;
  known_claims_.newest = std::max(known_claims_.newest, *version);
  bool const is_new = !before || replaced;
  if (is_new && after->volume_name.empty() && first_versions_.size() < most_first_versions)
    first_versions_.insert_or_assign(after->meta.uid, *version);
}

std::optional<std::uint64_t> ClusterView::first_version(k8s::Claim const& claim) const {
  k8s::MutexLock const lock(mutex_);
  auto const at = first_versions_.find(claim.meta.uid);
  return at == first_versions_.end() ? k8s::version_number(claim.meta.resource_version) : at->second;
}

void ClusterView::claims_listed(k8s::SteadyTime begun) {
  written_claims_.listed(begun);
  k8s::MutexLock const lock(mutex_);
  known_claims_ = {0, known_claims_.lists + 1};
  first_versions_.clear();
}

KnownClaims ClusterView::known_claims() const {
  k8s::MutexLock const lock(mutex_);
  return known_claims_;
}

void ClusterView::note_release(k8s::Change<k8s::Claim> const& change) {
  if (change.after || change.before->volume_name.empty()) return;
  auto const volume = volumes_.get(change.before->volume_name);
  if (!volume || volume->phase != "Bound" || volumes_.unreadable(volume->meta.name)) return;
  k8s::MutexLock const lock(mutex_);
  backlog_.add(volume->meta.name, clock_.steady().time_since_epoch());
}

void ClusterView::note_release(k8s::Change<k8s::Volume> const& change) {
  if (change.after && change.after->phase == "Bound") return;
  end_release((change.after ? change.after : change.before)->meta.name);
}

void ClusterView::end_release(std::string_view volume_name) {
  k8s::MutexLock const lock(mutex_);
  backlog_.remove(volume_name, clock_.steady().time_since_epoch());
}

bool ClusterView::safe_to_bind(std::string_view volume_name) const {
  auto const volume = volumes_.get(volume_name);
  if (!volume || volume->phase != "Bound") return false;
  k8s::MutexLock const lock(mutex_);
  return backlog_.is_over(clock_.steady().time_since_epoch());
}

ClaimPointer ClusterView::claim_of(std::string_view volume_name) {
  auto const found = claims_.find(claims_by_volume_, volume_name);
  if (found.empty()) return nullptr;
  auto newest = written_claims_.newest(k8s::object_key(found.front()->meta), found.front());
  return newest->meta.uid == found.front()->meta.uid ? newest : found.front();
}

VolumePointer ClusterView::volume(std::string_view name) {
  return written_volumes_.newest(name, volumes_.get(name));
}

void ClusterView::wrote(k8s::Claim claim) {
  keep_what_is_needed(claim);
  written_claims_.wrote(std::move(claim));
}

void ClusterView::wrote(k8s::Volume volume) {
  keep_what_is_needed(volume);
  written_volumes_.wrote(std::move(volume));
}

bool ClusterView::only_written(std::string_view name) {
  return !volumes_.get(name) && written_volumes_.newest(name, nullptr);
}

std::vector<std::string> ClusterView::classes_of(std::string_view provisioner) const {
  std::vector<std::string> names;
  classes_.for_each([&](ClassPointer const& each) {
    if (each->provisioner == provisioner) names.push_back(each->meta.name);
  });
  std::ranges::sort(names);
  return names;
}

bool ClusterView::claim_exists(std::string_view uid) const {
  return claims_.contains(claims_by_volume_, "pvc-" + std::string(uid)) || claims_.unreadable_uid(uid);
}

bool ClusterView::is_unreadable(std::string_view volume_name) const {
  if (volumes_.unreadable(volume_name) || claims_.unreadable_uid(claim_uid_in(volume_name))) return true;
  auto const volume = volumes_.get(volume_name);
  return volume && volume->claim_ref && claims_.unreadable_uid(volume->claim_ref->uid);
}

bool ClusterView::in_use(std::string_view volume_name) const {
  auto const volume = volumes_.get(volume_name);
  return volumes_.unreadable(volume_name) || (volume && is_in_use(*volume));
}

std::string ClusterView::namespace_of(std::string_view volume_name) {
  if (auto const claim = claim_of(volume_name)) return claim->meta.name_space;
  auto const known = volume(volume_name);
  return known ? claim_namespace(*known) : std::string();
}

bool ClusterView::choosable_volume(k8s::Claim const& claim) const {
  auto const one_of = [&](std::vector<VolumePointer> const& volumes) {
    return std::any_of(volumes.begin(), volumes.end(),
                       [&](auto const& volume) { return could_choose(claim, *volume); });
  };
  // One that cannot be read may be anything.
  return volumes_.unreadable_count() > 0 || one_of(volumes_.find(reserved_by_claim_, k8s::object_key(claim.meta))) ||
         one_of(volumes_.find(free_by_class_, k8s::class_name(claim)));
}

std::vector<VolumePointer> ClusterView::other_volumes_of(k8s::Identity const& claim) const {
  auto volumes = volumes_.find(reserved_by_claim_, claim.name_space + "/" + claim.name);
  std::erase_if(volumes, [&](VolumePointer const& volume) {
    auto const& uid = volume->claim_ref->uid;
    return !uid.empty() && uid != claim.uid;
  });
  return volumes;
}

std::vector<VolumePointer> ClusterView::other_volumes_of(k8s::Claim const& claim) const {
  auto volumes = other_volumes_of(k8s::Identity{claim.meta.name_space, claim.meta.name, claim.meta.uid, {}});
  if (claim.volume_name.empty() || claim.volume_name == volume_name(claim)) return volumes;
  auto named = volumes_.get(claim.volume_name);
  bool const known =
      !named || std::ranges::any_of(volumes, [&](auto const& each) { return each->meta.name == claim.volume_name; });
  if (!known) volumes.push_back(std::move(named));
  return volumes;
}

std::vector<VolumePointer> ClusterView::volumes_kept_for(k8s::Claim const& claim) const {
  auto volumes = volumes_.find(kept_by_claim_, k8s::object_key(claim.meta));
  std::erase_if(volumes, [&](VolumePointer const& volume) { return volume->claim_ref->uid == claim.meta.uid; });
  return volumes;
}

std::vector<ClaimPointer> ClusterView::unbound_claims(std::string_view class_name) const {
  return claims_.find(unbound_by_class_, class_name);
}

}  // namespace nfs
