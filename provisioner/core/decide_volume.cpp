#include <algorithm>
#include <utility>

#include "provisioner/core/decide.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/volume_body.hpp"

namespace nfs {
namespace {

Refuse refuse(k8s::Volume const& volume, std::string message, std::string for_volume = {}) {
  return Refuse{EmitEvent{reference_to(volume), k8s::EventType::warning, std::string(names::volume_failed_delete),
                          std::move(message)},
                std::move(for_volume)};
}

// Upstream's reading of a class at deletion. What it does not understand, it archives.
OnDelete policy_of_class(k8s::StorageClass const* storage_class, Settings const& settings) {
  if (storage_class == nullptr || storage_class->provisioner != settings.provisioner) return OnDelete::archive;
  if (auto const* text = k8s::find(storage_class->parameters, "onDelete"))
    if (auto const policy = parse_on_delete(*text)) return *policy;
  auto const* text = k8s::find(storage_class->parameters, "archiveOnDelete");
  if (text != nullptr && parse_go_bool(*text) == false) return OnDelete::remove;
  return OnDelete::archive;
}

struct ExportAndPath {
  ExportView const* where = nullptr;
  std::optional<RelativePath> path;
};

ExportAndPath place_of(k8s::Volume const& volume, std::vector<ExportView> const& places) {
  for (auto const& place : places)
    if (auto path = directory_on(place.where, volume)) return {&place, std::move(path)};
  return {};
}

// Finalizers follow the reclaim policy (Kubernetes' HonorPVReclaimPolicy): an administrator may change it at any time.
std::optional<Decision> mend_finalizer(k8s::Volume const& volume, bool frozen, Settings const& settings) {
  if (!settings.permissions.patch_volumes) return std::nullopt;
  bool const has = k8s::has_finalizer(volume.meta, names::finalizer);
  bool const wants = volume.reclaim_policy == "Delete";
  if (has && !wants) return Act{Purpose::finalizer, {RemoveFinalizer{volume.meta.name, volume.meta.uid}}};
  if (!has && wants && frozen && volume.phase == "Bound" && !volume.meta.deleting())
    return Act{Purpose::finalizer, {AddFinalizer{volume.meta.name, volume.meta.uid}}};
  return std::nullopt;
}

std::vector<Action> forget(k8s::Volume const& volume) {
  return {DeleteVolume{volume.meta.name, volume.meta.uid}, RemoveFinalizer{volume.meta.name, volume.meta.uid}};
}

// Nothing may be moved or removed under another volume. nullopt: the directory is ours alone to release.
std::optional<Decision> held_by_others(k8s::Volume const& volume, RelativePath const& path, Occupancy const& occupancy,
                                       ClaimExists const& claim_exists) {
  std::optional<Decision> verdict;
  for (auto const& [where, other] : occupancy.overlapping(path)) {
    if (other.volume == volume.meta.name) continue;
    if (is_over(other, claim_exists)) continue;
    bool const going = other.deletes && !other.claim_uid.empty() && !claim_exists(other.claim_uid);
    if (where != path) {
      // Of volumes that lie in one another (upstream made such) and go together, the inner one goes first.
      if (going && where.contains(path)) continue;
      return refuse(volume,
                    "directory \"" + path.text() + "\" is kept: volume " + other.volume + " has \"" + where.text() +
                        "\" in the same tree; it is dealt with once that volume is gone",
                    other.volume);
    }
    // Who counted on us to deal with the directory may not have gone yet. To count on that one in turn would leave the
    // directory to nobody.
    if (other.motion == Motion::leaves) return Wait{Reason::leaver_goes_first, other.volume};
    if (other.motion == Motion::moves) return Wait{Reason::directory_being_taken, other.volume};
    // Both use the very same directory. The last to go takes it along; of those going together, the one whose name
    // sorts last, so that each of them knows whether it is the one.
    if (going && other.volume < volume.meta.name) return Wait{Reason::sharer_goes_first, other.volume};
    verdict = Act{Purpose::leave, forget(volume)};
  }
  return verdict;
}

Decision release(VolumeView const& view, ExportAndPath const& place, std::optional<FrozenPolicy> const& frozen,
                 Settings const& settings, ClaimExists const& claim_exists) {
  auto const& volume = view.volume;
  auto const& path = *place.path;
  if (place.where->id.empty()) return Wait{Reason::export_not_identified};
  if (frozen && frozen->export_id != place.where->id)
    return refuse(volume, "the volume was made on export " + frozen->export_id + ", but " + place.where->where.server +
                              ":" + place.where->where.path + " is export " + place.where->id +
                              "; nothing was touched");
  if (frozen && !frozen->cluster_id.empty() && frozen->cluster_id != settings.cluster.id)
    return refuse(volume, "the volume was made for cluster " + frozen->cluster_id + ", and this is cluster " +
                              to_string(settings.cluster) +
                              ", so its directory may be in use there; nothing was touched. If this is that cluster, "
                              "rebuilt, set --cluster-id (CLUSTER_ID) to the old id");
  if (frozen && frozen->path != path)
    return refuse(volume, "the volume was made for directory \"" + frozen->path.text() +
                              "\", but its path now names \"" + path.text() + "\"; nothing was touched");
  if (auto const reserved = RelativePath::parse(path.text()); std::holds_alternative<Refusal>(reserved))
    return refuse(volume, "nothing was touched: " + std::get<Refusal>(reserved).message);
  if (auto decision = held_by_others(volume, path, place.where->occupancy, claim_exists)) return *decision;
  std::vector<Action> actions;
  actions.emplace_back(ReleaseDirectory{
      .volume = volume.meta.name,
      .path = path,
      .policy = frozen ? frozen->on_delete : policy_of_class(view.storage_class, settings),
      .claim = volume.claim_ref.value_or(k8s::ObjectReference{}),
      .namespace_uid = frozen ? frozen->namespace_uid : std::string{},
      .storage_class = k8s::class_name(volume),
      .requested_storage = volume.capacity,
      .retention = frozen ? frozen->retention : std::string{},
      .volume_uid = volume.meta.uid,
      .trash_retention =
          frozen && !frozen->trash_retention.empty() ? frozen->trash_retention : settings.trash_retention,
      .scratch = frozen && frozen->scratch,
  });
  for (auto& step : forget(volume)) actions.push_back(std::move(step));
  return Act{Purpose::release, std::move(actions), Taken{path, volume.claim_ref.value_or(k8s::ObjectReference{})}};
}

bool is_due(k8s::Volume const& volume) {
  return volume.phase == "Released" && volume.reclaim_policy == "Delete";
}

// What is to be done with a volume whose phase says whether its claim is gone.
Decision decide_as_marked(VolumeView const& view, std::vector<ExportView> const& places, Settings const& settings,
                          ClaimExists const& claim_exists) {
  auto const& volume = view.volume;
  if (!provisioned_by(volume, settings.provisioner)) return LeaveAlone{Reason::volume_of_other_provisioner};
  auto const source = nfs_source(volume);
  if (!source) return LeaveAlone{Reason::volume_not_on_nfs};
  auto frozen = frozen_policy(volume);
  auto const* malformed = std::get_if<Refusal>(&frozen);
  if (!is_due(volume)) {
    bool const ours = malformed == nullptr && std::get<std::optional<FrozenPolicy>>(frozen).has_value();
    if (auto decision = mend_finalizer(volume, ours, settings)) return *decision;
    return LeaveAlone{Reason::nothing_due, volume.phase + ", " + volume.reclaim_policy};
  }
  if (volume.meta.deleting() && !k8s::has_finalizer(volume.meta, names::finalizer))
    return LeaveAlone{Reason::volume_does_not_wait};
  if (volume.claim_ref && claim_exists(volume.claim_ref->uid) && !view.claim_went_elsewhere)
    return Wait{Reason::claim_still_there};
  if (malformed != nullptr) return refuse(volume, malformed->message);
  if (view.class_unreadable && is_up_to_class(volume, false, settings)) return Wait{Reason::class_unreadable};
  auto const place = place_of(volume, places);
  if (place.where == nullptr)
    return refuse(volume, "the volume lies at " + source->server + ":" + source->path +
                              ", which is no directory of an export of this provisioner; nothing was touched");
  return release(view, place, std::get<std::optional<FrozenPolicy>>(frozen), settings, claim_exists);
}

}  // namespace

bool rests_on_phase(k8s::Volume const& volume, Settings const& settings) {
  return is_due(volume) && provisioned_by(volume, settings.provisioner);
}

bool is_up_to_class(k8s::Volume const& volume, bool claim_is_gone, Settings const& settings) {
  bool const due = is_due(volume) || (claim_is_gone && volume.reclaim_policy == "Delete");
  if (!due || !provisioned_by(volume, settings.provisioner)) return false;
  auto const frozen = frozen_policy(volume);
  auto const* policy = std::get_if<std::optional<FrozenPolicy>>(&frozen);
  return policy != nullptr && !policy->has_value();
}

bool rests_on_claim(k8s::Volume const& volume, Settings const& settings, ClaimExists const& claim_exists) {
  bool const marked = volume.phase == "Released" || volume.phase == "Failed";
  return settings.releases_itself() && !marked && volume.claim_ref && !volume.claim_ref->uid.empty() &&
         provisioned_by(volume, settings.provisioner) && nfs_source(volume) && !claim_exists(volume.claim_ref->uid);
}

// kube-controller-manager marks about ten volumes a second Released. Ours do not wait for that: the mark comes first,
// since a volume that is Bound keeps the finalizer of its protection (kubernetes.io/pv-protection).
Decision decide_volume(VolumeView const& view, std::vector<ExportView> const& places, Settings const& settings,
                       ClaimExists const& claim_exists) {
  if (!view.claim_is_gone || !rests_on_claim(view.volume, settings, claim_exists)) {
    return decide_as_marked(view, places, settings, claim_exists);
  }
  auto volume = view.volume;
  volume.phase = "Released";
  auto decision =
      decide_as_marked({volume, view.storage_class, view.claim_went_elsewhere, false, view.class_unreadable}, places,
                       settings, claim_exists);
  MarkVolumeReleased const mark{volume.meta.name};
  auto* act = std::get_if<Act>(&decision);
  if (act == nullptr || (act->purpose != Purpose::release && act->purpose != Purpose::leave)) {
    return Act{Purpose::mark, {mark}};
  }
  act->actions.insert(act->actions.begin(), mark);
  return decision;
}

}  // namespace nfs
