#include "k8s/model/packed.hpp"

#include <type_traits>

#include "k8s/model/claim.hpp"
#include "k8s/model/packer.hpp"
#include "k8s/model/storage_class.hpp"
#include "k8s/model/volume.hpp"

namespace k8s {
namespace {

// The fields of each kind, for either direction. A field that is added to a kind is added here: packed_test has an
// object of each kind with all fields set.

template <class Archive, class Texts>
void each_shared(Archive& archive, Texts& texts) {
  archive.size(texts);
  for (auto& text : texts) archive.shared(text);
}

template <class Archive, class Owner>
void owner_fields(Archive& archive, Owner& owner) {
  archive.shared(owner.api_version);
  archive.shared(owner.kind);
  archive.text(owner.name);
  archive.text(owner.uid);
  archive.flag(owner.controller);
}

template <class Archive, class Meta>
void meta_fields(Archive& archive, Meta& meta) {
  archive.shared(meta.name_space);
  archive.text(meta.name);
  archive.text(meta.uid);
  archive.text(meta.resource_version);
  archive.text(meta.creation_timestamp);
  archive.text(meta.deletion_timestamp);
  archive.map(meta.labels);
  archive.map(meta.annotations);
  each_shared(archive, meta.finalizers);
  archive.size(meta.owner_references);
  for (auto& owner : meta.owner_references) owner_fields(archive, owner);
}

template <class Archive, class Reference>
void reference_fields(Archive& archive, Reference& reference) {
  archive.shared(reference.api_version);
  archive.shared(reference.kind);
  archive.shared(reference.name_space);
  archive.text(reference.name);
  archive.text(reference.uid);
  archive.text(reference.resource_version);
}

template <class Archive, class Object>
void claim_fields(Archive& archive, Object& claim) {
  meta_fields(archive, claim.meta);
  each_shared(archive, claim.access_modes);
  archive.text(claim.volume_name);
  archive.maybe(claim.storage_class_name, [&](auto& name) { archive.shared(name); });
  archive.shared(claim.volume_mode);
  archive.shared(claim.requested_storage);
  archive.maybe(claim.selector, [&](auto& selector) { archive.map(selector.match_labels); });
  archive.shared(claim.volume_attributes_class);
  archive.maybe(claim.data_source, [&](auto& source) {
    archive.shared(source.api_group);
    archive.shared(source.kind);
    archive.text(source.name);
  });
  archive.shared(claim.phase);
  each_shared(archive, claim.status_access_modes);
  archive.shared(claim.status_capacity);
}

template <class Archive, class Object>
void volume_fields(Archive& archive, Object& volume) {
  meta_fields(archive, volume.meta);
  archive.shared(volume.capacity);
  each_shared(archive, volume.access_modes);
  archive.maybe(volume.claim_ref, [&](auto& reference) { reference_fields(archive, reference); });
  archive.shared(volume.reclaim_policy);
  each_shared(archive, volume.mount_options);
  archive.shared(volume.storage_class_name);
  archive.shared(volume.volume_mode);
  archive.shared(volume.source.type);
  archive.map(volume.source.attributes);
  archive.shared(volume.phase);
}

template <class Archive, class Object>
void class_fields(Archive& archive, Object& storage_class) {
  meta_fields(archive, storage_class.meta);
  archive.shared(storage_class.provisioner);
  archive.map(storage_class.parameters);
  archive.shared(storage_class.reclaim_policy);
  each_shared(archive, storage_class.mount_options);
  archive.flag(storage_class.allow_volume_expansion);
  archive.shared(storage_class.volume_binding_mode);
}

void fields(auto& archive, auto& object) {
  using Object = std::remove_cvref_t<decltype(object)>;
  if constexpr (std::is_same_v<Object, Claim>) claim_fields(archive, object);
  if constexpr (std::is_same_v<Object, Volume>) volume_fields(archive, object);
  if constexpr (std::is_same_v<Object, StorageClass>) class_fields(archive, object);
}

}  // namespace

template <class T>
std::string pack(T const& object, SharedTexts& shared) {
  Packer packer(shared);
  fields(packer, object);
  return packer.take();
}

template <class T>
T unpack(std::string_view bytes, SharedTexts const& shared) {
  T object;
  Unpacker unpacker(shared, bytes);
  fields(unpacker, object);
  return object;
}

template std::string pack(Claim const&, SharedTexts&);
template std::string pack(Volume const&, SharedTexts&);
template std::string pack(StorageClass const&, SharedTexts&);
template Claim unpack<Claim>(std::string_view, SharedTexts const&);
template Volume unpack<Volume>(std::string_view, SharedTexts const&);
template StorageClass unpack<StorageClass>(std::string_view, SharedTexts const&);

}  // namespace k8s
