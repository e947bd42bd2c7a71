#include "provisioner/app/export_queues.hpp"

#include "provisioner/core/export.hpp"

namespace nfs {

void ExportQueues::add(Key const& key) {
  if (open_) sites_[home_of(key.name)]->queue().add(key.name, key.name_space);
}

std::size_t ExportQueues::home_of(std::string const& volume_name) const {
  std::size_t home = 0;
  auto const volume = view_.volume(volume_name);
  for (std::size_t i = 0; volume && i < sites_.size(); ++i)
    if (directory_on(sites_[i]->where(), *volume)) home = i;
  return home;
}

}  // namespace nfs
