#include "k8s/model/object_meta.hpp"

#include <algorithm>

namespace k8s {

bool has_finalizer(ObjectMeta const& meta, std::string_view finalizer) {
  return std::find(meta.finalizers.begin(), meta.finalizers.end(), finalizer) != meta.finalizers.end();
}

std::string object_key(ObjectMeta const& meta) {
  if (meta.name_space.empty()) return meta.name;
  return meta.name_space + '/' + meta.name;
}

}  // namespace k8s
