#pragma once

#include <string>
#include <vector>

#include "k8s/model/object_meta.hpp"

namespace k8s {

/// storage.k8s.io/v1 StorageClass.
struct StorageClass {
  ObjectMeta meta;
  std::string provisioner;
  StringMap parameters;
  std::string reclaim_policy = "Delete";  ///< the API's default
  std::vector<std::string> mount_options;
  bool allow_volume_expansion = false;
  std::string volume_binding_mode = "Immediate";  ///< the API's default

  [[nodiscard]] bool waits_for_consumer() const { return volume_binding_mode == "WaitForFirstConsumer"; }
  bool operator==(StorageClass const&) const = default;
};

}  // namespace k8s
