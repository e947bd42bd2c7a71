#pragma once

#include <string_view>

#include "k8s/model/claim.hpp"
#include "k8s/model/volume.hpp"

namespace nfs {

/// Whether a claim and the volume that it names are as they are in the end: Bound to each other and, if `provisioner`
/// made the volume for it, noted, and of the size that is asked for. Nothing is to be done for them, whatever the
/// settings are. Most pairs of a cluster are so: who begins to lead need not look at them.
[[nodiscard]] bool are_at_rest(k8s::Claim const& claim, k8s::Volume const& volume, std::string_view provisioner);

}  // namespace nfs
