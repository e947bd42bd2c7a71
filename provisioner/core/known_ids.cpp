#include "provisioner/core/known_ids.hpp"

#include <algorithm>

#include "provisioner/core/naming.hpp"
#include "provisioner/core/volume_body.hpp"

namespace nfs {

std::vector<std::string> known_ids(std::vector<std::shared_ptr<k8s::Volume const>> const& volumes, Export const& where,
                                   std::string_view provisioner) {
  std::vector<std::string> ids;
  for (auto const& volume : volumes) {
    if (!provisioned_by(*volume, provisioner) || !directory_on(where, *volume)) continue;
    if (auto const* id = k8s::find(volume->meta.annotations, names::export_id)) ids.push_back(*id);
  }
  std::ranges::sort(ids);
  auto const repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());
  return ids;
}

}  // namespace nfs
