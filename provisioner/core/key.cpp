#include "provisioner/core/key.hpp"

#include <algorithm>

#include "provisioner/core/naming.hpp"

namespace nfs {
namespace {

template <class T>
Keys sorted_keys(std::vector<std::shared_ptr<T const>> const& objects) {
  Keys keys;
  keys.reserve(objects.size());
  for (auto const& object : objects) keys.push_back(key_of(*object));
  std::ranges::sort(keys);
  return keys;
}

}  // namespace

std::string claim_namespace(k8s::Volume const& volume) {
  return volume.claim_ref ? volume.claim_ref->name_space : std::string();
}

Key key_of(k8s::Claim const& claim) {
  return {volume_name(claim), claim.meta.name_space};
}

Key key_of(k8s::Volume const& volume) {
  return {volume.meta.name, claim_namespace(volume)};
}

Key key_of_claim(std::string_view uid, std::string_view name_space) {
  return {"pvc-" + std::string(uid), std::string(name_space)};
}

Keys keys_of(std::vector<std::shared_ptr<k8s::Claim const>> const& claims) {
  return sorted_keys(claims);
}

Keys keys_of(std::vector<std::shared_ptr<k8s::Volume const>> const& volumes) {
  return sorted_keys(volumes);
}

Keys keys_of_class(std::vector<std::shared_ptr<k8s::Volume const>> const& volumes, std::string_view class_name) {
  Keys keys;
  for (auto const& volume : volumes)
    if (k8s::class_name(*volume) == class_name) keys.push_back(key_of(*volume));
  std::ranges::sort(keys);
  return keys;
}

}  // namespace nfs
