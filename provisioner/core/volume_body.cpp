#include "provisioner/core/volume_body.hpp"

#include "provisioner/core/naming.hpp"
#include "provisioner/core/scratch.hpp"
#include "provisioner/core/text.hpp"

namespace nfs {
namespace {

constexpr std::string_view scratch_value = "true";

std::string annotation(k8s::Volume const& volume, std::string_view key) {
  auto const* value = k8s::find(volume.meta.annotations, key);
  return value == nullptr ? std::string{} : *value;
}

Refusal edited(std::string_view key, std::string const& value) {
  return Refusal{"annotation " + std::string(key) + " was edited to " + quoted(value) +
                 ", which cannot be read; put back what it was, or take all nfs-subdir-provisioner.io/ annotations off "
                 "to have the class decide"};
}

}  // namespace

k8s::ObjectReference reference_to(k8s::Claim const& claim) {
  return {.api_version = "v1",
          .kind = "PersistentVolumeClaim",
          .name_space = claim.meta.name_space,
          .name = claim.meta.name,
          .uid = claim.meta.uid,
          .resource_version = claim.meta.resource_version};
}

k8s::ObjectReference reference_to(k8s::Volume const& volume) {
  return {.api_version = "v1",
          .kind = "PersistentVolume",
          .name_space = {},
          .name = volume.meta.name,
          .uid = volume.meta.uid,
          .resource_version = volume.meta.resource_version};
}

k8s::Volume make_volume(k8s::Claim const& claim, k8s::StorageClass const& storage_class, VolumePlan const& plan,
                        Settings const& settings) {
  k8s::Volume volume;
  volume.meta.name = volume_name(claim);
  auto& annotations = volume.meta.annotations;
  annotations.emplace(names::provisioned_by, storage_class.provisioner);
  annotations.emplace(names::export_id, plan.export_id);
  if (!settings.cluster.id.empty()) annotations.emplace(names::cluster_id, settings.cluster.id);
  annotations.emplace(names::path, plan.path.text());
  annotations.emplace(names::on_delete, to_string(plan.parameters.on_delete));
  if (auto const* text = k8s::find(storage_class.parameters, "archiveRetention"))
    annotations.emplace(names::archive_retention, *text);
  if (auto const* text = k8s::find(storage_class.parameters, "trashRetention"))
    annotations.emplace(names::trash_retention, *text);
  if (!plan.namespace_uid.empty()) annotations.emplace(names::namespace_uid, plan.namespace_uid);
  if (is_scratch(claim)) annotations.emplace(names::scratch, scratch_value);
  if (storage_class.reclaim_policy == "Delete" && settings.permissions.patch_volumes)
    volume.meta.finalizers.emplace_back(names::finalizer);
  volume.capacity = claim.requested_storage;
  volume.access_modes = claim.access_modes;
  volume.claim_ref = reference_to(claim);
  volume.reclaim_policy = storage_class.reclaim_policy;
  volume.mount_options = storage_class.mount_options;
  volume.storage_class_name = storage_class.meta.name;
  volume.volume_mode = "Filesystem";
  volume.source.type = "nfs";
  volume.source.attributes.emplace("server", plan.where->server);
  volume.source.attributes.emplace("path", path_on_server(*plan.where, plan.path));
  return volume;
}

OrRefusal<std::optional<FrozenPolicy>> frozen_policy(k8s::Volume const& volume) {
  auto const export_id = annotation(volume, names::export_id);
  auto const path_text = annotation(volume, names::path);
  auto const policy_text = annotation(volume, names::on_delete);
  if (export_id.empty() && path_text.empty() && policy_text.empty()) return std::optional<FrozenPolicy>{};
  if (export_id.empty()) return edited(names::export_id, export_id);
  // A name may have been reserved since.
  auto path = RelativePath::parse_internal(path_text);
  if (!std::holds_alternative<RelativePath>(path)) return edited(names::path, path_text);
  auto const policy = parse_on_delete(policy_text);
  if (!policy) return edited(names::on_delete, policy_text);
  auto const retention = annotation(volume, names::archive_retention);
  if (!retention.empty() && !parse_retention(retention)) return edited(names::archive_retention, retention);
  auto const rest = annotation(volume, names::trash_retention);
  if (!rest.empty() && !parse_trash_retention(rest)) return edited(names::trash_retention, rest);
  auto const scratch = annotation(volume, names::scratch);
  if (!scratch.empty() && scratch != scratch_value) return edited(names::scratch, scratch);
  return std::optional<FrozenPolicy>{FrozenPolicy{.export_id = export_id,
                                                  .path = std::get<RelativePath>(std::move(path)),
                                                  .on_delete = *policy,
                                                  .retention = retention,
                                                  .trash_retention = rest,
                                                  .namespace_uid = annotation(volume, names::namespace_uid),
                                                  .cluster_id = annotation(volume, names::cluster_id),
                                                  .scratch = !scratch.empty()}};
}

std::optional<std::chrono::seconds> kept_for(k8s::Volume const& volume) {
  auto const policy = parse_on_delete(annotation(volume, names::on_delete));
  if (volume.reclaim_policy != "Delete" || !policy) return std::nullopt;
  return kept_for(*policy, parse_retention(annotation(volume, names::archive_retention)));
}

bool provisioned_by(k8s::Volume const& volume, std::string_view name) {
  return annotation(volume, names::provisioned_by) == name || annotation(volume, names::migrated_to) == name;
}

bool is_of_other_provisioner(k8s::Volume const& volume, std::string_view name) {
  return !annotation(volume, names::provisioned_by).empty() && !provisioned_by(volume, name);
}

}  // namespace nfs
