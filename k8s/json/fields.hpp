#pragma once

#include "k8s/json/bounded.hpp"
#include "k8s/json/shape.hpp"

/// The tables of what every kind has. Internal to this box.
namespace k8s::json {

inline constexpr std::array owner_reference_fields = {
    at<&OwnerReference::api_version>("apiVersion"),
    at<&OwnerReference::kind>("kind"),
    at<&OwnerReference::name>("name"),
    at<&OwnerReference::uid>("uid"),
    at<&OwnerReference::controller>("controller"),
};

template <>
struct ShapeOf<OwnerReference> {
  static constexpr Shape make() { return record<owner_reference_fields>; }
};

inline constexpr std::array object_reference_fields = {
    at_as<bounded_text, &ObjectReference::api_version>("apiVersion"),
    at_as<bounded_text, &ObjectReference::kind>("kind"),
    at_as<bounded_text, &ObjectReference::name_space>("namespace"),
    at_as<bounded_text, &ObjectReference::name>("name"),
    at_as<bounded_text, &ObjectReference::uid>("uid"),
    at_as<bounded_text, &ObjectReference::resource_version>("resourceVersion"),
};

template <>
struct ShapeOf<ObjectReference> {
  static constexpr Shape make() { return record<object_reference_fields>; }
};

inline constexpr std::array object_meta_fields = {
    at<&ObjectMeta::name>("name"),
    at<&ObjectMeta::name_space>("namespace"),
    at<&ObjectMeta::uid>("uid"),
    at<&ObjectMeta::resource_version>("resourceVersion"),
    at<&ObjectMeta::creation_timestamp>("creationTimestamp"),
    at<&ObjectMeta::deletion_timestamp>("deletionTimestamp"),
    at<&ObjectMeta::labels>("labels"),
    at<&ObjectMeta::annotations>("annotations"),
    at<&ObjectMeta::finalizers>("finalizers"),
    at<&ObjectMeta::owner_references>("ownerReferences"),
};

template <>
struct ShapeOf<ObjectMeta> {
  static constexpr Shape make() { return record<object_meta_fields>; }
};

/// The metadata of kinds that everybody may write, and that caches hold: within k8s::bounds. Not for an object that is
/// written back as it was read (a Lease): what was cut off would be lost.
inline constexpr std::array bounded_meta_fields = {
    at<&ObjectMeta::name>("name"),
    at<&ObjectMeta::name_space>("namespace"),
    at<&ObjectMeta::uid>("uid"),
    at<&ObjectMeta::resource_version>("resourceVersion"),
    at<&ObjectMeta::creation_timestamp>("creationTimestamp"),
    at<&ObjectMeta::deletion_timestamp>("deletionTimestamp"),
    at_as<bounded_map, &ObjectMeta::labels>("labels"),
    at_as<bounded_map, &ObjectMeta::annotations>("annotations"),
    at_as<bounded_texts, &ObjectMeta::finalizers>("finalizers"),
    at_as<bounded_list<OwnerReference, record<owner_reference_fields>>, &ObjectMeta::owner_references>(
        "ownerReferences"),
};

inline constexpr Shape const& bounded_meta = record<bounded_meta_fields>;

}  // namespace k8s::json
