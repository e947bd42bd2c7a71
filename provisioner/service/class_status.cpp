#include "provisioner/service/class_status.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>

#include "provisioner/core/volume_body.hpp"

namespace nfs {
namespace {

std::size_t phase_number(std::string_view phase) {
  auto const at = std::find(volume_phases.begin(), volume_phases.end(), phase);
  return at == volume_phases.end() ? 0 : static_cast<std::size_t>(at - volume_phases.begin());
}

}  // namespace

std::vector<ClassStatus> class_status(ClusterView& view, std::string_view provisioner) {
  std::map<std::string, ClassStatus> by_name;
  auto const of = [&](std::string const& name) -> ClassStatus& {
    auto& status = by_name[name];
    status.name = name;
    return status;
  };
  for (auto const& name : view.classes_of(provisioner)) of(name).waiting_claims = view.unbound_claims(name).size();
  view.volumes().for_each([&](VolumePointer const& each) {
    if (provisioned_by(*each, provisioner)) ++of(k8s::class_name(*each)).volumes[phase_number(each->phase)];
  });
  std::vector<ClassStatus> all;
  for (auto& [name, status] : by_name) all.push_back(std::move(status));
  return all;
}

}  // namespace nfs
