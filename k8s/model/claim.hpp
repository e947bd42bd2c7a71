#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/model/object_meta.hpp"

namespace k8s {

/// core/v1 TypedObjectReference: what a claim wants to be filled from.
struct DataSource {
  std::string api_group;
  std::string kind;
  std::string name;
  bool operator==(DataSource const&) const = default;
};

/// meta/v1 LabelSelector, as far as it names labels by their value.
struct LabelSelector {
  StringMap match_labels;
  bool operator==(LabelSelector const&) const = default;
};

/// core/v1 PersistentVolumeClaim.
struct Claim {
  ObjectMeta meta;
  std::vector<std::string> access_modes;
  std::string volume_name;                        ///< empty until bound (or asked for by name)
  std::optional<std::string> storage_class_name;  ///< spec field alone; see class_name() for the annotation
  std::string volume_mode;                        ///< "Filesystem", "Block"; empty means Filesystem
  std::string requested_storage;                  ///< spec.resources.requests.storage, verbatim
  std::optional<LabelSelector> selector;          ///< the volumes that it may be bound to; nullopt: any
  std::string volume_attributes_class;            ///< spec.volumeAttributesClassName; empty: none
  std::optional<DataSource> data_source;          ///< dataSourceRef if set, else dataSource

  // status
  std::string phase;  ///< "Pending", "Bound", "Lost"
  std::vector<std::string> status_access_modes;
  std::string status_capacity;  ///< status.capacity.storage, verbatim

  bool operator==(Claim const&) const = default;
};

/// Names the class of a claim or a volume; wins over the field.
inline constexpr std::string_view beta_class_annotation = "volume.beta.kubernetes.io/storage-class";

/// The class a claim asks for: the beta annotation wins over the field (kubernetes
/// component-helpers, GetPersistentVolumeClaimClass). Empty: none.
[[nodiscard]] std::string class_name(Claim const& claim);

}  // namespace k8s
