#include "provisioner/core/key.hpp"

#include <algorithm>
#include <utility>

#include "provisioner/core/naming.hpp"

namespace nfs {
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

Keys sorted(Keys keys) {
  std::ranges::sort(keys);
  return keys;
}

Keys keys_of(std::vector<std::shared_ptr<k8s::Claim const>> const& claims) {
  Keys keys;
  keys.reserve(claims.size());
  for (auto const& claim : claims) keys.push_back(key_of(*claim));
  return sorted(std::move(keys));
}

}  // namespace nfs
