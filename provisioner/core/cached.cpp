#include "provisioner/core/cached.hpp"

#include <array>
#include <span>
#include <string>
#include <utility>

#include "k8s/model/bounds.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/scratch.hpp"
#include "provisioner/core/upstream_class.hpp"

namespace nfs {
namespace {

constexpr std::string_view claim_annotations[] = {
    k8s::beta_class_annotation, names::storage_provisioner, names::beta_storage_provisioner, names::selected_node,
    names::bind_completed,      names::bound_by_controller, names::directory_mode,           names::directory_uid,
    names::directory_gid,       names::restore_from,
};

constexpr std::string_view volume_annotations[] = {
    k8s::beta_class_annotation, names::provisioned_by,    names::migrated_to,     names::export_id, names::path,
    names::on_delete,           names::archive_retention, names::namespace_uid,   names::scratch,   names::cluster_id,
    names::volume_uid,          names::claim_uid,         names::trash_retention,
};

constexpr std::string_view volume_finalizers[] = {names::finalizer};

// What reads nfs_source().
constexpr std::string_view nfs_attributes[] = {"server", "path"};

// A copy, so that the memory of the rest is given back.
void cut(std::string& text) {
  if (text.size() > longest_cached_text) text = std::string(text, 0, longest_cached_text);
}

void keep_only(k8s::StringMap& map, std::span<std::string_view const> keys) {
  k8s::StringMap kept;
  for (auto const key : keys) {
    if (auto const at = map.find(key); at != map.end()) kept.insert(map.extract(at));
  }
  map = std::move(kept);
}

void keep_only(k8s::ObjectMeta& meta, std::span<std::string_view const> annotations,
               std::span<std::string_view const> finalizers) {
  meta.labels.clear();
  keep_only(meta.annotations, annotations);
  std::vector<std::string> kept;
  for (auto const finalizer : finalizers) {
    if (k8s::has_finalizer(meta, finalizer)) kept.emplace_back(finalizer);
  }
  meta.finalizers = std::move(kept);
  meta.owner_references = std::vector<k8s::OwnerReference>();
}

}  // namespace

void keep_what_is_needed(k8s::Claim& claim) {
  bool const scratch = is_scratch(claim);
  keep_only(claim.meta, claim_annotations, {});
  // Of its owners, that a pod manages it.
  if (scratch) claim.meta.owner_references.push_back({"v1", "Pod", {}, {}, true});
  for (auto& [key, value] : claim.meta.annotations) cut(value);
  cut(claim.volume_name);
  cut(claim.volume_attributes_class);
  if (claim.selector) keep_only(claim.selector->match_labels, std::array{names::velero_restore});
  if (!claim.data_source) return;
  for (auto* text : {&claim.data_source->api_group, &claim.data_source->kind, &claim.data_source->name}) cut(*text);
}

void keep_what_is_needed(k8s::Volume& volume) {
  keep_only(volume.meta, volume_annotations, volume_finalizers);
  volume.mount_options = std::vector<std::string>();
  if (volume.source.type == "nfs") {
    keep_only(volume.source.attributes, nfs_attributes);
  } else {
    volume.source.attributes.clear();
  }
}

void keep_what_is_needed(k8s::StorageClass& storage_class, std::string_view our_provisioner) {
  read_as_upstream(storage_class);
  keep_only(storage_class.meta, {}, {});
  if (storage_class.provisioner == our_provisioner) return;
  storage_class.parameters.clear();
  storage_class.mount_options = std::vector<std::string>();
}

}  // namespace nfs
