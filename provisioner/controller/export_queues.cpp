#include "provisioner/controller/export_queues.hpp"

#include "provisioner/core/export.hpp"

namespace nfs {

void ExportQueues::add(Key const& key) {
  if (open_) sites_[export_of(key.name)]->queue().add(key.name, key.name_space);
}

std::size_t ExportQueues::export_of(std::string const& volume_name) const {
  std::size_t export_index = 0;
  auto const volume = view_.volume(volume_name);
  for (std::size_t i = 0; volume && i < sites_.size(); ++i)
    if (directory_on(sites_[i]->where(), *volume)) export_index = i;
  return export_index;
}

}  // namespace nfs
