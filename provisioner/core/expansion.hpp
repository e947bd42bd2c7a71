#pragma once

#include <vector>

#include "k8s/model/claim.hpp"
#include "k8s/model/storage_class.hpp"
#include "k8s/model/volume.hpp"
#include "provisioner/core/action.hpp"
#include "provisioner/core/settings.hpp"

namespace nfs {

/// The steps that are missing until `claim`, bound to `volume`, has the size that it asks for: the volume's capacity,
/// then the claim's status, as every resizer does (docs/behaviour.md#size). Numbers alone: NFS enforces no size. Empty:
/// it asks for no more than it has, its class (null: gone) does not allow it, or we may not.
[[nodiscard]] std::vector<Action> expansion_steps(k8s::Claim const& claim, k8s::Volume const& volume,
                                                  k8s::StorageClass const* storage_class, Settings const& settings);

}  // namespace nfs
