#pragma once

#include "k8s/model/claim.hpp"

namespace nfs {

/// Whether claims that are to be filled from `source` are left to a volume populator: so are all kinds but
/// PersistentVolumeClaim and VolumeSnapshot, which are a provisioner's to fill, or to refuse. docs/behaviour.md#claims.
[[nodiscard]] bool is_for_populator(k8s::DataSource const& source);

}  // namespace nfs
