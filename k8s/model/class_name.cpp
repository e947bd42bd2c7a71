#include "k8s/model/claim.hpp"
#include "k8s/model/volume.hpp"

namespace k8s {

// An annotation that is there but empty wins too: it asks for no class.
std::string class_name(Claim const& claim) {
  if (auto const* name = find(claim.meta.annotations, beta_class_annotation)) return *name;
  return claim.storage_class_name.value_or("");
}

std::string class_name(Volume const& volume) {
  if (auto const* name = find(volume.meta.annotations, beta_class_annotation)) return *name;
  return volume.storage_class_name;
}

}  // namespace k8s
