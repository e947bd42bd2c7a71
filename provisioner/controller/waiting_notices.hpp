#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "k8s/base/clock.hpp"
#include "provisioner/core/action.hpp"
#include "provisioner/core/occupancy.hpp"

namespace nfs {

/// What claims are told while they wait for an export that cannot be used, and when it can again: the rule, without a
/// clock or a thread. A claim is told once for each reason, again every `repeat_after` while it lasts (an Event lives
/// for an hour), and once that it goes on. One call gives `most_at_once` Events at the most; who is left out comes next
/// time, those that were told nothing yet first. Not thread-safe.
class WaitingNotices {
 public:
  static constexpr std::size_t most_at_once = 50;
  static constexpr std::chrono::minutes repeat_after{30};
  /// A reason that changes is told no sooner than this after the one before.
  static constexpr std::chrono::seconds settle_for{60};

  /// `trouble` is what a waiting claim is told; empty: the export can be used. `waiting` are the claims that would get
  /// a volume if it could.
  [[nodiscard]] std::vector<EmitEvent> next(std::string const& trouble,
                                            std::vector<k8s::ObjectReference> const& waiting,
                                            ClaimExists const& claim_exists, k8s::SteadyTime now);

 private:
  struct Told {
    k8s::ObjectReference claim;
    std::string message;
    k8s::SteadyTime when;
  };

  [[nodiscard]] std::vector<EmitEvent> all_clear(ClaimExists const& claim_exists);
  void forget_all_but(std::vector<k8s::ObjectReference> const& waiting);
  [[nodiscard]] bool is_due(Told const& told, std::string const& trouble, k8s::SteadyTime now) const;

  std::map<std::string, Told> told_;  // by the claim's uid
};

}  // namespace nfs
