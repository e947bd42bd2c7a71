#include <algorithm>
#include <utility>

#include "provisioner/core/decide.hpp"
#include "provisioner/core/hand_over.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/placement.hpp"
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
  ExportView const& where;
  RelativePath path;
  bool by_id_alone = false;  ///< its source names no export of ours: what is frozen on it says where it is
};

std::string lies_at(k8s::Volume const& volume) {
  auto const source = nfs_source(volume).value_or(NfsSource{});
  return "the volume lies at " + source.server + ":" + source.path;
}

// On no export that is known.
Decision without_place(k8s::Volume const& volume, std::vector<ExportView> const& places) {
  auto const unnamed = [&](auto const& place) { return place.id.empty(); };
  auto const id = std::string(frozen_export_id(volume));
  if (!id.empty() && std::ranges::any_of(places, unnamed)) return Wait{Reason::export_not_identified};
  auto const why = lies_at(volume) + ", which is no directory of an export of this provisioner";
  if (!id.empty())
    return refuse(volume, why + ", and was made on export " + id + ", which is none of them; nothing was touched");
  auto const under = [&](auto const& place) { return directory_below(place.where, volume).has_value(); };
  auto const known_by = std::ranges::find_if(places, under);
  if (known_by == places.end()) return refuse(volume, why + "; nothing was touched");
  return refuse(volume, why + "; nothing was touched. If that server is " + known_by->where.server +
                            ", name it in the settings (NFS_SERVER) as the volume does: a name and an address are not "
                            "compared");
}

// Where the volume's directory is to be dealt with, or why nowhere.
std::variant<ExportAndPath, Decision> place_of(k8s::Volume const& volume, std::vector<ExportView> const& places) {
  std::vector<IdentifiedExport> exports;
  for (auto const& place : places) exports.push_back({place.where, place.id});
  auto const placement = placement_of(volume, exports);
  if (placement.named) return ExportAndPath{places[placement.named->export_index], placement.named->path};
  if (!placement.made_for) return without_place(volume, places);
  auto const& [index, path] = *placement.made_for;
  // The export is reached by another path now. A volume that somebody made to point elsewhere looks alike, but for
  // this.
  if (!ends_in(nfs_source(volume)->path, path))
    return refuse(volume, lies_at(volume) + ", but was made for directory \"" + path.text() + "\" of export " +
                              places[index].id + "; nothing was touched");
  return ExportAndPath{places[index], path, true};
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

std::vector<Action> leave(k8s::Volume const& volume) {
  auto actions = forget(volume);
  actions.insert(actions.begin(), LeaveDirectory{volume.meta.name});
  return actions;
}

// Nothing may be moved or removed under another volume. nullopt: the directory is ours alone to release.
std::optional<Decision> held_by_others(k8s::Volume const& volume, RelativePath const& path, Occupancy const& occupancy,
                                       ClaimExists const& claim_exists) {
  std::optional<Decision> verdict;
  for (auto const& [where, other] : occupancy.overlapping(path)) {
    if (other.volume == volume.meta.name) continue;
    if (is_over(other, claim_exists)) continue;
    // The records say to which of the two it belongs.
    if (where == path && other.by_records && !claim_exists(other.claim_uid)) continue;
    bool const going = is_going(other, claim_exists);
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
    verdict = Act{Purpose::leave, leave(volume)};
  }
  return verdict;
}

// Why what the volume says to remove is archived instead; empty: it is removed.
std::string why_not_removed(k8s::Volume const& volume, ExportAndPath const& place) {
  // Whoever made it again may not have meant its policy.
  if (was_recreated(volume))
    return "the volume is not the one that was made here (it was made again, from a backup or a file)";
  if (place.by_id_alone) return lies_at(volume) + ", outside this export by now, and its data may be there";
  return {};
}

// No retention ends what comes of a volume that was made again. What is to be kept in place stays there.
void spare(k8s::Volume const& volume, ExportAndPath const& place, ReleaseDirectory& step,
           std::vector<Action>& actions) {
  if (was_recreated(volume)) step.retention.clear();
  auto const why = why_not_removed(volume, place);
  if (why.empty() || step.policy != OnDelete::remove) return;
  step.policy = OnDelete::archive;
  actions.emplace_back(
      EmitEvent{reference_to(volume), k8s::EventType::warning, std::string(names::archived_instead),
                why + ": directory \"" + step.path.text() + "\" is archived, though the policy is delete"});
}

Decision release(VolumeView const& view, ExportAndPath const& place, std::optional<FrozenPolicy> const& frozen,
                 Settings const& settings, ClaimExists const& claim_exists) {
  auto const& volume = view.volume;
  auto const& path = place.path;
  if (place.where.id.empty()) return Wait{Reason::export_not_identified};
  if (frozen && frozen->export_id != place.where.id)
    return refuse(volume, "the volume was made on export " + frozen->export_id + ", but " + place.where.where.server +
                              ":" + place.where.where.path + " is export " + place.where.id + "; nothing was touched");
  if (frozen && !frozen->cluster_id.empty() && frozen->cluster_id != settings.cluster.id)
    return refuse(volume, "the volume was made for cluster " + frozen->cluster_id + ", and this is cluster " +
                              to_string(settings.cluster) +
                              ", so its directory may be in use there; nothing was touched. If this is that cluster, "
                              "rebuilt, set --cluster-id (CLUSTER_ID) to the old id");
  if (frozen && frozen->path != path)
    return refuse(volume, "the volume was made for directory \"" + frozen->path.text() +
                              "\", but its path now names \"" + path.text() + "\"; nothing was touched");
  if (!path.may_be_moved())
    return refuse(volume, "nothing was touched: directory \"" + path.text() +
                              "\" has a name that the provisioner keeps for itself; see to its data by hand, then "
                              "delete the volume");
  if (auto decision = held_by_others(volume, path, place.where.occupancy, claim_exists)) return *decision;
  std::vector<Action> actions;
  ReleaseDirectory directory{
      .volume = volume.meta.name,
      .path = path,
      .policy = frozen ? frozen->on_delete : policy_of_class(view.storage_class, settings),
      .claim = volume.claim_ref.value_or(k8s::ObjectReference{}),
      .namespace_uid = frozen ? namespace_uid_of(volume) : std::string{},
      .storage_class = k8s::class_name(volume),
      .requested_storage = volume.capacity,
      .retention = frozen ? frozen->retention : std::string{},
      .volume_uid = volume.meta.uid,
      .trash_retention =
          frozen && !frozen->trash_retention.empty() ? frozen->trash_retention : settings.trash_retention,
      .scratch = frozen && frozen->scratch,
  };
  if (frozen && changed_hands(volume)) {
    directory.namespace_uid = view.namespace_uid;
    directory.scratch = false;
  }
  if (frozen) spare(volume, place, directory, actions);
  actions.emplace_back(std::move(directory));
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
  if (!nfs_source(volume)) return LeaveAlone{Reason::volume_not_on_nfs};
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
  if (auto const* decision = std::get_if<Decision>(&place)) return *decision;
  return release(view, std::get<ExportAndPath>(place), std::get<std::optional<FrozenPolicy>>(frozen), settings,
                 claim_exists);
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

bool is_up_to_namespace(k8s::Volume const& volume, bool claim_is_gone, Settings const& settings) {
  bool const due = is_due(volume) || (claim_is_gone && volume.reclaim_policy == "Delete");
  bool const frozen = k8s::find(volume.meta.annotations, names::export_id) != nullptr;
  return due && frozen && provisioned_by(volume, settings.provisioner) && changed_hands(volume);
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
  auto decision = decide_as_marked({.volume = volume,
                                    .storage_class = view.storage_class,
                                    .claim_went_elsewhere = view.claim_went_elsewhere,
                                    .class_unreadable = view.class_unreadable,
                                    .namespace_uid = view.namespace_uid},
                                   places, settings, claim_exists);
  MarkVolumeReleased const mark{volume.meta.name};
  auto* act = std::get_if<Act>(&decision);
  if (act == nullptr || (act->purpose != Purpose::release && act->purpose != Purpose::leave)) {
    return Act{Purpose::mark, {mark}};
  }
  act->actions.insert(act->actions.begin(), mark);
  return decision;
}

}  // namespace nfs
