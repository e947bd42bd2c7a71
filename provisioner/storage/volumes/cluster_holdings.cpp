#include "provisioner/storage/volumes/cluster_holdings.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "provisioner/storage/files/return_if_error.hpp"
#include "provisioner/storage/volumes/neighbour_survey.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"

namespace nfs {
namespace {

using Names = std::set<std::string>;

StorageResult<Names> names_in(FileSystem& files, std::string_view directory) {
  Names names;
  auto const scanned = files.scan(directory, [&](DirectoryEntry const& entry) {
    if (!layout::is_temporary(entry.name)) names.insert(entry.name);
  });
  if (scanned.has_error() && scanned.error().fault != StorageFault::not_found) return scanned.error();
  return names;
}

// What rests, and what is to be removed at once; of what rests the records lie beside it.
StorageResult<std::size_t> trees_in_trash(FileSystem& files, ClusterLayout const& cluster) {
  ASSIGN_OR_RETURN(auto const trash, names_in(files, cluster.trash()));
  ASSIGN_OR_RETURN(auto const resting, names_in(files, cluster.resting()));
  auto const trees = std::ranges::count_if(resting, [](std::string const& name) { return !name.ends_with(".json"); });
  return trash.size() + static_cast<std::size_t>(trees);
}

StorageResult<std::map<std::string, std::size_t>> records_of_clusters(FileSystem& files) {
  ASSIGN_OR_RETURN(auto const names, names_in(files, layout::archives));
  std::map<std::string, std::size_t> counts;
  for (auto const& name : names) {
    auto const text = files.read_file(joined(layout::archives, name), layout::max_document_bytes);
    if (text.has_error()) continue;
    auto const record = read_record(*text);
    if (record.has_value()) ++counts[record->cluster_id];
  }
  return counts;
}

}  // namespace

StorageResult<std::vector<ClusterHoldings>> read_holdings(FileSystem& files) {
  ASSIGN_OR_RETURN(auto const cards, read_cluster_cards(files));
  ASSIGN_OR_RETURN(auto const records, records_of_clusters(files));
  std::vector<ClusterHoldings> all;
  for (auto const& card : cards) {
    ClusterLayout const theirs(card.cluster.id);
    ASSIGN_OR_RETURN(auto const volumes, names_in(files, theirs.volumes()));
    ASSIGN_OR_RETURN(auto const begun, names_in(files, theirs.creating()));
    ASSIGN_OR_RETURN(auto const trash, trees_in_trash(files, theirs));
    auto const archives = records.find(card.cluster.id);
    all.push_back({.card = card,
                   .volumes = volumes.size(),
                   .begun = begun.size(),
                   .archives = archives == records.end() ? 0 : archives->second,
                   .trash = trash});
  }
  return all;
}

}  // namespace nfs
