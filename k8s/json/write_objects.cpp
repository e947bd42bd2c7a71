#include "k8s/json/emitter.hpp"
#include "k8s/json/write.hpp"

namespace k8s {
namespace {

using json::Emitter;

void head(Emitter& out, std::string_view api_version, std::string_view kind) {
  out.text("apiVersion", api_version);
  out.text("kind", kind);
}

void owner(Emitter& out, OwnerReference const& owner) {
  out.some("apiVersion", owner.api_version);
  out.some("kind", owner.kind);
  out.some("name", owner.name);
  out.some("uid", owner.uid);
  if (owner.controller) out.truth("controller", true);
}

void metadata(Emitter& out, ObjectMeta const& meta) {
  out.object("metadata", [&] {
    out.some("name", meta.name);
    out.some("namespace", meta.name_space);
    out.some("uid", meta.uid);
    out.some("resourceVersion", meta.resource_version);
    out.some("creationTimestamp", meta.creation_timestamp);
    out.some("deletionTimestamp", meta.deletion_timestamp);
    out.some("labels", meta.labels);
    out.some("annotations", meta.annotations);
    out.some("finalizers", meta.finalizers);
    if (meta.owner_references.empty()) return;
    out.array("ownerReferences", [&] {
      for (auto const& each : meta.owner_references) out.object([&] { owner(out, each); });
    });
  });
}

void reference(Emitter& out, std::string_view key, ObjectReference const& to) {
  out.object(key, [&] {
    out.some("apiVersion", to.api_version);
    out.some("kind", to.kind);
    out.some("namespace", to.name_space);
    out.some("name", to.name);
    out.some("uid", to.uid);
    out.some("resourceVersion", to.resource_version);
  });
}

void storage(Emitter& out, std::string_view key, std::string const& quantity) {
  if (quantity.empty()) return;
  out.object(key, [&] { out.text("storage", quantity); });
}

void data_source(Emitter& out, DataSource const& from) {
  out.object("dataSource", [&] {
    out.some("apiGroup", from.api_group);
    out.some("kind", from.kind);
    out.some("name", from.name);
  });
}

void source(Emitter& out, VolumeSource const& source) {
  if (source.type.empty()) return;
  out.object(source.type, [&] {
    for (auto const& [key, value] : source.attributes) out.text(key, value);
  });
}

void claim_spec(Emitter& out, Claim const& claim) {
  out.some("accessModes", claim.access_modes);
  if (!claim.requested_storage.empty()) {
    out.object("resources", [&] { storage(out, "requests", claim.requested_storage); });
  }
  out.some("volumeName", claim.volume_name);
  // Empty is not absent: it asks for no class, where absent asks for the default one.
  if (claim.storage_class_name) out.text("storageClassName", *claim.storage_class_name);
  out.some("volumeMode", claim.volume_mode);
  if (claim.data_source) data_source(out, *claim.data_source);
  out.some("volumeAttributesClassName", claim.volume_attributes_class);
}

void volume_spec(Emitter& out, Volume const& volume) {
  storage(out, "capacity", volume.capacity);
  source(out, volume.source);
  out.some("accessModes", volume.access_modes);
  if (volume.claim_ref) reference(out, "claimRef", *volume.claim_ref);
  out.some("persistentVolumeReclaimPolicy", volume.reclaim_policy);
  out.some("mountOptions", volume.mount_options);
  out.some("storageClassName", volume.storage_class_name);
  out.some("volumeMode", volume.volume_mode);
}

void leader_record(Emitter& out, LeaderRecord const& record, std::string_view transitions) {
  out.text("holderIdentity", record.holder);
  out.number("leaseDurationSeconds", record.lease_seconds);
  out.some("acquireTime", record.acquire_time);
  out.some("renewTime", record.renew_time);
  out.number(transitions, record.transitions);
}

}  // namespace

std::string write(Claim const& claim) {
  return json::document([&](Emitter& out) {
    head(out, "v1", "PersistentVolumeClaim");
    metadata(out, claim.meta);
    out.object("spec", [&] { claim_spec(out, claim); });
  });
}

std::string write(Volume const& volume) {
  return json::document([&](Emitter& out) {
    head(out, "v1", "PersistentVolume");
    metadata(out, volume.meta);
    out.object("spec", [&] { volume_spec(out, volume); });
  });
}

std::string write(StorageClass const& storage_class) {
  return json::document([&](Emitter& out) {
    head(out, "storage.k8s.io/v1", "StorageClass");
    metadata(out, storage_class.meta);
    out.some("provisioner", storage_class.provisioner);
    out.some("parameters", storage_class.parameters);
    out.some("reclaimPolicy", storage_class.reclaim_policy);
    out.some("mountOptions", storage_class.mount_options);
    if (storage_class.allow_volume_expansion) out.truth("allowVolumeExpansion", true);
    out.some("volumeBindingMode", storage_class.volume_binding_mode);
  });
}

std::string write(Event const& event) {
  return json::document([&](Emitter& out) {
    head(out, "v1", "Event");
    metadata(out, event.meta);
    reference(out, "involvedObject", event.involved);
    out.some("reason", event.reason);
    out.some("message", event.message);
    out.object("source", [&] {
      out.some("component", event.source_component);
      out.some("host", event.source_host);
    });
    out.some("firstTimestamp", event.first_timestamp);
    out.some("lastTimestamp", event.last_timestamp);
    out.number("count", event.count);
    out.text("type", event.type == EventType::warning ? "Warning" : "Normal");
  });
}

std::string write(Namespace const& name_space) {
  return json::document([&](Emitter& out) {
    head(out, "v1", "Namespace");
    metadata(out, name_space.meta);
  });
}

std::string write(Lease const& lease) {
  return json::document([&](Emitter& out) {
    head(out, "coordination.k8s.io/v1", "Lease");
    metadata(out, lease.meta);
    out.object("spec", [&] { leader_record(out, lease.record, "leaseTransitions"); });
  });
}

std::string write(Endpoints const& endpoints) {
  return json::document([&](Emitter& out) {
    head(out, "v1", "Endpoints");
    metadata(out, endpoints.meta);
  });
}

std::string write(LeaderRecord const& record) {
  return json::document([&](Emitter& out) { leader_record(out, record, "leaderTransitions"); });
}

}  // namespace k8s
