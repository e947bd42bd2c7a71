#pragma once

#include <optional>
#include <string>
#include <vector>

#include "k8s/model/object_meta.hpp"

namespace k8s {

/// The one member of a PersistentVolume's spec that says what stands behind it ("csi", "hostPath", ...),
/// with its scalar attributes as text. Nested attributes are skipped when read. All are written as strings.
struct VolumeSource {
  std::string type;
  StringMap attributes;
  bool operator==(VolumeSource const&) const = default;
};

/// core/v1 PersistentVolume.
struct Volume {
  ObjectMeta meta;
  std::string capacity;  ///< spec.capacity.storage, verbatim
  std::vector<std::string> access_modes;
  std::optional<ObjectReference> claim_ref;
  std::string reclaim_policy;  ///< "Delete", "Retain", "Recycle"
  std::vector<std::string> mount_options;
  std::string storage_class_name;
  std::string volume_mode;
  VolumeSource source;

  std::string phase;  ///< status.phase: "Pending", "Available", "Bound", "Released", "Failed"

  bool operator==(Volume const&) const = default;
};

/// The class of a volume; the beta annotation wins, as for claims.
[[nodiscard]] std::string class_name(Volume const& volume);

}  // namespace k8s
