#pragma once

#include "k8s/json/shape.hpp"

/// The tables of what every kind has. Internal to this box.
namespace k8s::json {

inline constexpr std::array owner_reference_fields = {
    at<&OwnerReference::api_version>("apiVersion"),
    at<&OwnerReference::kind>("kind"),
    at<&OwnerReference::name>("name"),
    at<&OwnerReference::uid>("uid"),
};

template <>
struct ShapeOf<OwnerReference> {
  static constexpr Shape make() { return record<owner_reference_fields>; }
};

inline constexpr std::array object_reference_fields = {
    at<&ObjectReference::api_version>("apiVersion"),
    at<&ObjectReference::kind>("kind"),
    at<&ObjectReference::name_space>("namespace"),
    at<&ObjectReference::name>("name"),
    at<&ObjectReference::uid>("uid"),
    at<&ObjectReference::resource_version>("resourceVersion"),
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

}  // namespace k8s::json
