#pragma once

#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "provisioner/core/cluster.hpp"
#include "provisioner/core/occupancy.hpp"
#include "provisioner/core/relative_path.hpp"

namespace nfs {

/// A claim as a cluster's intents name it: namespace, name, class. The class is empty where it is not known.
using ClaimNames = std::tuple<std::string, std::string, std::string>;

/// Another cluster that uses the same export, as its records there tell.
struct Neighbour {
  Cluster cluster;
  std::string last_seen = {};        ///< when its program last wrote that it lives, RFC 3339; empty: never
  Occupancy in_use = {};             ///< the directories of its volumes, and those that it keeps in place
  Occupancy begun = {};              ///< those that it is making
  std::set<ClaimNames> claims = {};  ///< that have a volume there, or one that is being made
  bool seen_alive = false;           ///< it has said that it lives since this program looks
};

using Neighbours = std::vector<Neighbour>;

/// Whose directory is equal to, above or below `path`, so that the cluster `own_id` must not have it. Null: nobody's.
/// Of two clusters that begin with such directories at the same time, the one whose id sorts first goes on: each writes
/// its intent, syncs it, and only then looks at the other's. So whoever wrote later sees both, and both judge alike.
[[nodiscard]] Neighbour const* holder_of(RelativePath const& path, std::string_view own_id,
                                         Neighbours const& neighbours);

/// Who has begun with such a directory, and steps back for `own_id` as soon as it sees its intent. Until then it may be
/// at work there, for it may have looked before that intent was written. Null: nobody.
[[nodiscard]] Neighbour const* rival_for(RelativePath const& path, std::string_view own_id,
                                         Neighbours const& neighbours);

/// For an Event: which cluster has a directory in the tree of `path`, when it was last seen, and what to do. No word of
/// its namespaces, claims and paths.
[[nodiscard]] std::string held_by_text(RelativePath const& path, Neighbour const& holder);
[[nodiscard]] std::string wanted_by_text(RelativePath const& path, Neighbour const& rival);

}  // namespace nfs
