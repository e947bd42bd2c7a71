// How Disk shows other clusters where the scene is sabotaged so.
#include "provisioner/storage/volumes/private_layout.hpp"
#include "tests/simulation/disk.hpp"

namespace nfs::simulation {

/// Sabotage::others_intents_taken: where other clusters keep what they have begun; empty: nobody looks there.
std::vector<std::string> Disk::others_creating() {
  std::vector<std::string> found;
  if (!scene_.sabotaged(Sabotage::others_intents_taken)) return found;
  auto const ids = inner().list(layout::clusters, 100);
  if (ids.has_error()) return found;
  for (auto const& entry : *ids)
    if (entry.name != scene_.layout.id()) found.push_back(ClusterLayout(entry.name).creating());
  return found;
}

/// Likewise: an intent that is not there is another cluster's.
std::string Disk::where_intent_stands(std::string_view path) {
  if (parent_of(path) == scene_.layout.creating() && inner().status(path).has_error())
    for (auto const& theirs : others_creating())
      if (auto there = joined(theirs, last_component(path)); inner().status(there).has_value()) return there;
  return std::string(path);
}

/// Sabotage::others_records_unread: other clusters are not seen at all.
bool Disk::is_overlooked(std::string_view directory, std::string_view name) const {
  return scene_.sabotaged(Sabotage::others_records_unread) && directory == layout::clusters &&
         name != scene_.layout.id();
}

}  // namespace nfs::simulation
