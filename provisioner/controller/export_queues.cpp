#include "provisioner/controller/export_queues.hpp"

#include <string>

#include "provisioner/core/placement.hpp"

namespace nfs {

std::optional<std::size_t> export_of(k8s::Volume const& volume, ExportSites const& sites) {
  std::vector<std::string> ids;
  for (auto const& site : sites) {
    ids.push_back(site->id());
  }
  std::vector<IdentifiedExport> exports;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    exports.push_back({sites[i]->where(), ids[i]});
  }
  auto const placement = placement_of(volume, exports);
  auto const* directory = placement.directory();
  return directory == nullptr ? std::nullopt : std::optional(directory->export_index);
}

void ExportQueues::add(Key const& key) {
  if (!open_) return;
  auto const volume = view_.volume(key.name);
  auto const place = volume ? export_of(*volume, sites_) : std::nullopt;
  sites_[place.value_or(0)]->queue().add(key.name, key.name_space);
}

}  // namespace nfs
