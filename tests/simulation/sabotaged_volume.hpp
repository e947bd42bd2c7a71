#pragma once

#include <string>

#include "k8s/model/volume.hpp"
#include "provisioner/core/naming.hpp"
#include "tests/simulation/scene.hpp"

namespace nfs::simulation {

/// Sabotage::policy_of_class: the class decides at deletion, as upstream has it.
inline void take_policy_of_class(Scene const& scene, k8s::Volume& volume) {
  auto const storage_class = scene.server.find<k8s::StorageClass>({{}, volume.storage_class_name});
  if (!storage_class) return;
  auto const* policy = k8s::find(storage_class->parameters, "onDelete");
  if (policy != nullptr) volume.meta.annotations[std::string(names::on_delete)] = *policy;
}

}  // namespace nfs::simulation
