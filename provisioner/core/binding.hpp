#pragma once

#include <vector>

#include "k8s/model/claim.hpp"
#include "k8s/model/volume.hpp"
#include "provisioner/core/action.hpp"
#include "provisioner/core/settings.hpp"

namespace nfs {

/// Whether `volume` was made for `claim`: by claimRef.uid.
[[nodiscard]] bool made_for(k8s::Volume const& volume, k8s::Claim const& claim);

/// Whether both are of one claim, by claimRef.uid, or of none.
[[nodiscard]] bool have_same_holder(k8s::Volume const& left, k8s::Volume const& right);

/// Bound, and not being deleted. Where there is an archive of such a volume, too, etcd was restored since its release:
/// the archive holds the data of a claim that is there again.
[[nodiscard]] bool is_in_use(k8s::Volume const& volume);

/// The steps that are still missing until `claim` and `volume` (made for it; null: about to be made) are bound to each
/// other, in the order that matters: the volume's status, then the claim, then the claim's status. With the claim
/// patched before the volume's status, a kube-controller-manager whose cache lags calls the claim Lost.
[[nodiscard]] std::vector<Action> binding_steps(k8s::Claim const& claim, k8s::Volume const* volume,
                                                Settings const& settings);

/// Bound, on both sides and in every field that kube-controller-manager sets.
[[nodiscard]] bool is_bound(k8s::Claim const& claim);

}  // namespace nfs
