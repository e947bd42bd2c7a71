#include "provisioner/core/upstream_class.hpp"

#include "provisioner/core/class_parameters.hpp"
#include "provisioner/core/naming.hpp"

namespace nfs {

void read_as_upstream(k8s::StorageClass& storage_class) {
  auto const* const mark = k8s::find(storage_class.meta.annotations, names::made_by_upstream);
  if (mark == nullptr || *mark != "true") return;
  auto& parameters = storage_class.parameters;
  if (auto const at = parameters.find("onDelete"); at != parameters.end() && !parse_on_delete(at->second))
    parameters.erase(at);
  if (auto const at = parameters.find("pathPattern"); at != parameters.end())
    at->second.erase(0, at->second.find_first_not_of('/'));
}

}  // namespace nfs
