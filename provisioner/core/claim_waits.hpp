#pragma once

#include <optional>
#include <string>

#include "k8s/model/claim.hpp"
#include "provisioner/core/decide.hpp"
#include "provisioner/core/reservation.hpp"

/// Why a claim is not served yet, and what its user is told. Asked by core/decide_claim alone.
namespace nfs {

/// The Warning of a claim that is refused, or waits for something that somebody must do.
[[nodiscard]] EmitEvent provisioning_failed(k8s::Claim const& claim, std::string message);
/// The Normal Event of a claim that waits for what comes by itself.
[[nodiscard]] EmitEvent told_to_wait(k8s::Claim const& claim, std::string message);
/// How the message of a Warning begins that is about the class as well.
[[nodiscard]] std::string cannot_provision(ClaimView const& view);

/// Somebody else makes its volume: a volume populator, or Velero's data mover. nullopt: it is ours to serve.
[[nodiscard]] std::optional<Wait> left_to_others(k8s::Claim const& claim);

/// Its data is in `volume`, which is about to be released. Whatever path it had: before that has ended, there is no
/// archive to restore.
[[nodiscard]] Wait for_release_of(k8s::Claim const& claim, std::string const& volume);

/// Not all archives are known. One that is not may be the claim's: it must neither begin empty nor be refused.
[[nodiscard]] Wait for_archives(k8s::Claim const& claim, ArchiveKnowledge known);

/// A record keeps its directory for another claim, another cluster has it, or another cluster may be the one in whose
/// place this one is, and had a volume of the claim. nullopt: none of them.
[[nodiscard]] std::optional<Wait> for_others(ClaimView const& view, WantedPlace const& wanted, ExportView const& place,
                                             Settings const& settings);

}  // namespace nfs
