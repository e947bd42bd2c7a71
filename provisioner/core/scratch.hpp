#pragma once

#include "k8s/model/claim.hpp"

namespace nfs {

/// Whether `owner` is the pod that manages the object: so kube-controller-manager makes the claim of a generic
/// ephemeral volume.
[[nodiscard]] bool is_managing_pod(k8s::OwnerReference const& owner);

/// Whether a claim belongs to a pod and goes with it. docs/behaviour.md#scratch: it begins empty, and nobody gets back
/// by itself what it leaves.
[[nodiscard]] bool is_scratch(k8s::Claim const& claim);

}  // namespace nfs
