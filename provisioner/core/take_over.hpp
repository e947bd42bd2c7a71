#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "k8s/model/claim.hpp"
#include "k8s/text/rfc3339.hpp"
#include "provisioner/core/neighbours.hpp"
#include "provisioner/core/settings.hpp"

/// Whether another cluster on the export is gone, and this one takes its place. docs/behaviour.md#taking.
namespace nfs {

/// A cluster that was not seen for so long is taken for gone. Its program says every minute that it lives.
inline constexpr std::chrono::minutes silent_after{10};

enum class SignOfLife {
  alive,   ///< it was seen to say that it lives while this program looked on, and not long ago
  unsure,  ///< it may just have died, or be about to say so again
  silent,  ///< it has not said so for a long time
};

/// `heartbeat` is as the cluster wrote it; `seen_alive` as Neighbour has it. Without a heartbeat that can be read it is
/// not known how long the cluster is gone.
[[nodiscard]] SignOfLife sign_of_life(std::string const& heartbeat, bool seen_alive, k8s::WallTime now);
[[nodiscard]] SignOfLife sign_of_life(Neighbour const& neighbour, k8s::WallTime now);

/// A cluster that may be the one in whose place this one is, and that had a volume of a claim of the same namespace,
/// name and class. Null: there is none. As long as that is not decided, the claim does not begin empty. What is seen to
/// live holds nobody up.
[[nodiscard]] Neighbour const* forerunner_of(k8s::Claim const& claim, Neighbours const& neighbours, k8s::WallTime now);

/// For the claim's Event: that it is to be decided, and how.
[[nodiscard]] std::string undecided_text(Neighbour const& forerunner, Settings const& settings, k8s::WallTime now);
/// To be added to what a claim is told whose directory the cluster `holder` has; empty: there is nothing to decide.
[[nodiscard]] std::string take_over_hint(Neighbour const& holder, Settings const& settings, k8s::WallTime now);

/// Whether the setting `takeOver: sameName` says that what the cluster has is this one's.
[[nodiscard]] bool is_taken_by_itself(Neighbour const& neighbour, Settings const& settings, k8s::WallTime now);

}  // namespace nfs
