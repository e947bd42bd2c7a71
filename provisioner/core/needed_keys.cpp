#include "provisioner/core/needed_keys.hpp"

#include <variant>

#include "provisioner/core/class_parameters.hpp"

namespace nfs {

ClaimKeys needed_keys(k8s::StringMap const& class_parameters) {
  auto const parsed = parse_class_parameters(class_parameters);
  auto const* parameters = std::get_if<ClassParameters>(&parsed);
  return parameters == nullptr ? ClaimKeys{} : keys_named_by(parameters->path_pattern);
}

}  // namespace nfs
