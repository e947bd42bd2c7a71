#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/model/volume.hpp"
#include "provisioner/core/refusal.hpp"

namespace nfs {

using VolumeList = std::vector<std::shared_ptr<k8s::Volume const>>;

/// Whether the volume is of this provisioner and carries our finalizer: nobody but its program takes that off.
[[nodiscard]] bool is_held_by(k8s::Volume const& volume, std::string_view provisioner);

/// Those of `volumes` that are held, sorted by name; of these only those that are `wanted`, where any are. Refused: one
/// is wanted that is not there, or not held.
[[nodiscard]] OrRefusal<VolumeList> held_volumes(VolumeList const& volumes, std::string_view provisioner,
                                                 std::vector<std::string> const& wanted);

}  // namespace nfs
