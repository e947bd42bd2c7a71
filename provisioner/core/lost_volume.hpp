#pragma once

#include <string>
#include <string_view>

#include "k8s/model/claim.hpp"
#include "provisioner/core/placement.hpp"

/// Volumes that went without their release. docs/behaviour.md#lost.
namespace nfs {

/// What the records on an export say of a volume that was in use, and that no watch shows: a restore of etcd or a
/// person took the object. Its directory is its claim's, and is kept in place.
struct LostVolume {
  Directory directory;
  k8s::ObjectReference claim;
  std::string namespace_uid;  ///< empty: unknown
  std::string storage_class;  ///< likewise
  bool operator==(LostVolume const&) const = default;
};

/// Whether a cluster looks for such volumes. Under an id that was given by hand (`id_by_hand`; empty: none was) it may
/// have been rebuilt: all its namespaces are new then, and it goes on with the volumes of before.
[[nodiscard]] inline bool looks_for_lost_volumes(std::string_view id_by_hand) {
  return id_by_hand.empty();
}

/// Whether its directory can be kept for its claim. Where the namespace's uid is unknown, the record would keep it from
/// that very claim.
[[nodiscard]] inline bool can_be_kept(LostVolume const& lost) {
  return !lost.namespace_uid.empty();
}

}  // namespace nfs
