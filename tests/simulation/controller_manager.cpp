#include "tests/simulation/controller_manager.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "k8s/model/quantity.hpp"
#include "provisioner/core/naming.hpp"

namespace nfs::simulation {
namespace {

constexpr std::string_view claims = "persistentvolumeclaims";
constexpr std::string_view volumes = "persistentvolumes";
constexpr std::string_view claim_protection = "kubernetes.io/pvc-protection";
constexpr std::string_view volume_protection = "kubernetes.io/pv-protection";

std::string key_of(k8s::ObjectReference const& claim) {
  return claim.name_space + "/" + claim.name;
}

bool made_for_claim(k8s::Volume const& volume, k8s::Claim const& claim) {
  return volume.claim_ref && volume.claim_ref->name == claim.meta.name &&
         volume.claim_ref->name_space == claim.meta.name_space &&
         (volume.claim_ref->uid.empty() || volume.claim_ref->uid == claim.meta.uid);
}

bool is_for_claim(k8s::Volume const& volume, k8s::Claim const& claim) {
  return !volume.claim_ref || made_for_claim(volume, claim);
}

template <class T>
T pick(std::set<T>& due, Dice& dice) {
  auto at = due.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(dice.below(due.size())));
  T key = *at;
  due.erase(at);
  return key;
}

std::string version_of(k8s::ObjectMeta const& meta) {
  return fmt::format(R"("uid":"{}","resourceVersion":"{}")", meta.uid, meta.resource_version);
}

}  // namespace

bool ControllerManager::claims_behind() const {
  return scene_.server.version_of(claims) > claims_.seen;
}

bool ControllerManager::volumes_behind() const {
  return scene_.server.version_of(volumes) > volumes_.seen;
}

bool ControllerManager::has_work() const {
  return claims_behind() || volumes_behind() || !due_claims_.empty() || !due_volumes_.empty() || namespaces_due_;
}

void ControllerManager::step() {
  if (scene_.lag_is_bounded) catch_up();
  if (asleep_ > 0 && !scene_.lag_is_bounded) {
    --asleep_;
    return;
  }
  if (volumes_behind() && scene_.dice.chance(40)) return take_volume();
  if (claims_behind() && scene_.dice.chance(60)) return take_claim();
  if (!due_claims_.empty() && scene_.dice.chance(60)) return sync_claim(pick(due_claims_, scene_.dice));
  if (!due_volumes_.empty()) return sync_volume(pick(due_volumes_, scene_.dice));
  if (namespaces_due_) end_namespaces();
}

// What the program's order of writes counts on: of volumes, the cache lacks the last two writes at the most.
void ControllerManager::catch_up() {
  while (auto const change = scene_.server.change_after(volumes_.seen, volumes)) {
    if (change->version + 1 >= scene_.server.version()) return;
    take_volume();
  }
}

void ControllerManager::resync() {
  for (auto const& [key, claim] : claims_.objects) due_claims_.insert(key);
  for (auto const& [name, volume] : volumes_.objects) due_volumes_.insert(name);
  namespaces_due_ = true;
}

void ControllerManager::take_claim() {
  auto const change = scene_.server.change_after(claims_.seen, claims);
  if (!change) return;
  claims_.seen = change->version;
  auto claim = *k8s::read<k8s::Claim>(change->object);
  auto const key = k8s::object_key(claim.meta);
  due_volumes_.insert(claim.volume_name.empty() ? volume_name(claim) : claim.volume_name);
  due_claims_.insert(key);
  namespaces_due_ = true;
  if (change->type == "DELETED")
    claims_.objects.erase(key);
  else
    claims_.objects.insert_or_assign(key, std::move(claim));
}

void ControllerManager::take_volume() {
  auto const change = scene_.server.change_after(volumes_.seen, volumes);
  if (!change) return;
  volumes_.seen = change->version;
  auto volume = *k8s::read<k8s::Volume>(change->object);
  auto const name = volume.meta.name;
  due_volumes_.insert(name);
  if (volume.claim_ref) due_claims_.insert(key_of(*volume.claim_ref));
  if (!volume.claim_ref || volume.claim_ref->uid.empty())
    for (auto const& [key, claim] : claims_.objects)
      if (claim.volume_name == name) due_claims_.insert(key);
  if (change->type == "DELETED")
    volumes_.objects.erase(name);
  else
    volumes_.objects.insert_or_assign(name, std::move(volume));
}

template <class T>
bool ControllerManager::write(T const& object, std::string const& body, std::string_view subresource) {
  try {
    scene_.server.patch<T>({object.meta.name_space, object.meta.name}, body, subresource);
  } catch (std::logic_error const&) {
    return false;  // overtaken: the event that says so is on its way
  }
  if (scene_.trace) scene_.tell("kcm", fmt::format("patch {} {} {}", k8s::object_key(object.meta), subresource, body));
  scene_.api_changed();
  return true;
}

template <class T>
void ControllerManager::drop_finalizer(T const& object, std::string_view finalizer) {
  std::string left;
  for (auto const& each : object.meta.finalizers)
    if (each != finalizer) left += fmt::format(R"({}"{}")", left.empty() ? "" : ",", each);
  write(object, fmt::format(R"({{"metadata":{{{},"finalizers":[{}]}}}})", version_of(object.meta), left));
}

void ControllerManager::sync_claim(std::string const& key) {
  auto const at = claims_.objects.find(key);
  if (at == claims_.objects.end()) return;
  auto const claim = at->second;
  if (claim.meta.deleting()) {
    if (in_use.contains(claim.meta.uid)) return;
    if (k8s::has_finalizer(claim.meta, claim_protection)) return drop_finalizer(claim, claim_protection);
  }
  if (k8s::find(claim.meta.annotations, names::bind_completed) != nullptr) return sync_bound(claim);
  sync_unbound(claim);
}

void ControllerManager::sync_unbound(k8s::Claim const& claim) {
  if (!claim.volume_name.empty()) {
    auto const at = volumes_.objects.find(claim.volume_name);
    if (at != volumes_.objects.end() && is_for_claim(at->second, claim)) bind(claim, at->second);
    return;
  }
  for (auto const& [name, volume] : volumes_.objects)
    if (made_for_claim(volume, claim) && !volume.meta.deleting()) return bind(claim, volume);
  auto const storage_class = scene_.server.find<k8s::StorageClass>({{}, k8s::class_name(claim)});
  if (!storage_class) return;
  auto const* present = k8s::find(claim.meta.annotations, names::storage_provisioner);
  if (present != nullptr && *present == storage_class->provisioner) return;
  write(claim, fmt::format(R"({{"metadata":{{{},"annotations":{{"{}":"{}","{}":"{}"}}}}}})", version_of(claim.meta),
                           names::storage_provisioner, storage_class->provisioner, names::beta_storage_provisioner,
                           storage_class->provisioner));
}

void ControllerManager::sync_bound(k8s::Claim const& claim) {
  auto const at = volumes_.objects.find(claim.volume_name);
  if (at == volumes_.objects.end()) return set_phase(claim, "Lost");
  if (!is_for_claim(at->second, claim)) return set_phase(claim, "Lost");
  bind(claim, at->second);
}

void ControllerManager::bind(k8s::Claim const& claim, k8s::Volume const& volume) {
  // The rest with the next look, on the volume as it is then.
  if (!volume.claim_ref || volume.claim_ref->uid.empty()) return point(volume, claim);
  if (volume.phase != "Bound") {
    set_phase(volume, "Bound");
    due_claims_.insert(k8s::object_key(claim.meta));
  }
  bool const annotated = k8s::find(claim.meta.annotations, names::bind_completed) != nullptr;
  if (claim.volume_name != volume.meta.name || !annotated) {
    if (!write(claim, fmt::format(R"({{"metadata":{{{},"annotations":{{"{}":"yes","{}":"yes"}}}},)"
                                  R"("spec":{{"volumeName":"{}"}}}})",
                                  version_of(claim.meta), names::bind_completed, names::bound_by_controller,
                                  volume.meta.name)))
      return;
    due_claims_.insert(k8s::object_key(claim.meta));
    return;  // the status with the next look, on the claim as it is then
  }
  if (claim.phase != "Bound") set_phase(claim, "Bound", &volume);
}

/// A volume that was nobody's, or reserved by name, is the claim's from now on.
void ControllerManager::point(k8s::Volume const& volume, k8s::Claim const& claim) {
  write(volume, fmt::format(R"({{"metadata":{{{}}},"spec":{{"claimRef":{{"apiVersion":"v1",)"
                            R"("kind":"PersistentVolumeClaim","namespace":"{}","name":"{}","uid":"{}"}}}}}})",
                            version_of(volume.meta), claim.meta.name_space, claim.meta.name, claim.meta.uid));
}

void ControllerManager::set_phase(k8s::Claim const& claim, std::string const& phase, k8s::Volume const* volume) {
  if (claim.phase == phase) return;
  auto const bound =
      volume == nullptr
          ? std::string()
          : fmt::format(R"(,"accessModes":["ReadWriteMany"],"capacity":{{"storage":"{}"}})", volume->capacity);
  write(claim,
        fmt::format(R"({{"metadata":{{{}}},"status":{{"phase":"{}"{}}}}})", version_of(claim.meta), phase, bound),
        "status");
}

void ControllerManager::set_phase(k8s::Volume const& volume, std::string const& phase) {
  if (volume.phase == phase) return;
  write(volume, fmt::format(R"({{"metadata":{{{}}},"status":{{"phase":"{}"}}}})", version_of(volume.meta), phase),
        "status");
}

void ControllerManager::sync_volume(std::string const& name) {
  auto const at = volumes_.objects.find(name);
  if (at == volumes_.objects.end()) return;
  auto const volume = at->second;
  if (volume.meta.deleting() && volume.phase != "Bound" && k8s::has_finalizer(volume.meta, volume_protection))
    return drop_finalizer(volume, volume_protection);
  if (!volume.claim_ref || volume.claim_ref->uid.empty()) return set_phase(volume, "Available");
  // As the real one: the cache first, then, before a volume is released, the server itself.
  auto const cached = claims_.objects.find(key_of(*volume.claim_ref));
  std::optional<k8s::Claim> claim;
  if (cached != claims_.objects.end()) claim = cached->second;
  bool const settled = volume.phase == "Released" || volume.phase == "Failed";
  if ((!claim && !settled) || (claim && claim->meta.uid != volume.claim_ref->uid))
    claim = scene_.server.find<k8s::Claim>({volume.claim_ref->name_space, volume.claim_ref->name});
  if (!claim || claim->meta.uid != volume.claim_ref->uid) {
    if (!settled && !scene_.unmarked) set_phase(volume, "Released");
    return;
  }
  if (claim->volume_name.empty()) {
    due_claims_.insert(k8s::object_key(claim->meta));
    return;
  }
  if (claim->volume_name == name) return set_phase(volume, "Bound");
  if (volume.reclaim_policy == "Delete") return set_phase(volume, "Released");
  // What it was reserved for has another one.
  write(volume, fmt::format(R"({{"metadata":{{{}}},"spec":{{"claimRef":{{"uid":null}}}}}})", version_of(volume.meta)));
}

void ControllerManager::end_namespaces() {
  namespaces_due_ = false;
  for (auto const& each : scene_.server.all<k8s::Namespace>()) {
    if (k8s::find(each.meta.annotations, "terminating") == nullptr) continue;
    auto const all = scene_.server.all<k8s::Claim>();
    bool const empty = std::none_of(all.begin(), all.end(),
                                    [&](auto const& claim) { return claim.meta.name_space == each.meta.name; });
    if (!empty) continue;
    scene_.server.remove<k8s::Namespace>({{}, each.meta.name});
    scene_.tell("kcm", "namespace " + each.meta.name + " is gone");
    scene_.api_changed();
  }
}

}  // namespace nfs::simulation
