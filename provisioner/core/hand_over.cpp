#include "provisioner/core/hand_over.hpp"

#include <string_view>

#include "provisioner/core/naming.hpp"
#include "provisioner/core/scratch.hpp"

namespace nfs {
namespace {

std::string_view annotation(k8s::Volume const& volume, std::string_view key) {
  auto const* value = k8s::find(volume.meta.annotations, key);
  return value == nullptr ? std::string_view{} : std::string_view(*value);
}

std::string_view claim_uid_noted(k8s::Volume const& volume) {
  auto const noted = annotation(volume, names::claim_uid);
  return noted.empty() ? claim_uid_in(volume.meta.name) : noted;
}

bool is_to_be_noted(k8s::Volume const& volume, k8s::Claim const& holder, Settings const& settings) {
  auto const cluster = annotation(volume, names::cluster_id);
  bool const other_cluster = !cluster.empty() && cluster != settings.cluster.id;
  bool const frozen = !annotation(volume, names::export_id).empty();
  bool const bound = volume.phase == "Bound" && volume.claim_ref && volume.claim_ref->uid == holder.meta.uid;
  bool const goes = volume.meta.deleting() || holder.meta.deleting();
  return settings.permissions.patch_volumes && frozen && bound && !goes && !other_cluster;
}

}  // namespace

bool changed_hands(k8s::Volume const& volume) {
  return volume.claim_ref && volume.claim_ref->uid != claim_uid_noted(volume);
}

std::string namespace_uid_of(k8s::Volume const& volume) {
  return changed_hands(volume) ? std::string() : std::string(annotation(volume, names::namespace_uid));
}

std::string made_at(k8s::Volume const& volume) {
  return was_recreated(volume) ? std::string() : volume.meta.creation_timestamp;
}

bool was_recreated(k8s::Volume const& volume) {
  auto const noted = annotation(volume, names::volume_uid);
  return !noted.empty() && noted != volume.meta.uid;
}

k8s::StringMap missing_notes(k8s::Volume const& volume, k8s::Claim const& holder, std::string const& namespace_uid,
                             Settings const& settings) {
  k8s::StringMap notes;
  if (!is_to_be_noted(volume, holder, settings)) return notes;
  if (annotation(volume, names::volume_uid).empty()) notes.emplace(names::volume_uid, volume.meta.uid);
  if (!changed_hands(volume)) return notes;
  notes.emplace(names::claim_uid, holder.meta.uid);
  notes.emplace(names::namespace_uid, namespace_uid);
  notes.emplace(names::scratch, is_scratch(holder) ? "true" : "");
  return notes;
}

bool notes_need_namespace(k8s::Volume const& volume, k8s::Claim const& holder, Settings const& settings) {
  return is_to_be_noted(volume, holder, settings) && changed_hands(volume);
}

std::string namespace_uid_since(k8s::Volume const& volume, k8s::ObjectMeta const& name_space) {
  // RFC 3339 as the API server writes it, in whole seconds and UTC: the text sorts as the time does.
  bool const older = !name_space.creation_timestamp.empty() && name_space.creation_timestamp < made_at(volume);
  return older ? name_space.uid : std::string();
}

}  // namespace nfs
