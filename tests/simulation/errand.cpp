#include "tests/simulation/errand.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/private_layout.hpp"
#include "tests/simulation/places.hpp"

namespace nfs::simulation {

std::optional<k8s::Volume> VolumeDesk::volume(std::string const& name, std::string const& uid) const {
  auto found = scene_.server.find<k8s::Volume>({{}, name});
  if (found && found->meta.uid != uid) return std::nullopt;
  return found;
}

std::optional<k8s::Claim> VolumeDesk::claim(ClaimKey const& key) const {
  return scene_.server.find<k8s::Claim>({key.name_space, key.name});
}

std::optional<k8s::Claim> VolumeDesk::claim(ClaimKey const& key, std::string const& uid) const {
  auto found = claim(key);
  if (found && found->meta.uid != uid) return std::nullopt;
  return found;
}

bool VolumeDesk::is_free(ClaimKey const& key) const {
  auto const found = scene_.server.find<k8s::Namespace>({{}, key.name_space});
  return found && k8s::find(found->meta.annotations, "terminating") == nullptr && !claim(key);
}

bool VolumeDesk::is_used(std::string const& path, std::string const& but) const {
  for (auto const& [name, other] : oracle_.truth().volumes())
    if (other.exists && name != but && overlaps(other.path, path)) return true;
  auto const intents = scene_.files.list(scene_.layout.creating(), 100);
  if (intents.has_error()) return false;
  return std::ranges::any_of(*intents, [&](auto const& entry) {
    auto const text = scene_.files.read_file(scene_.layout.intent_of(entry.name), layout::max_document_bytes);
    if (text.has_error()) return true;
    auto const intent = read_intent(*text);
    return entry.name != but && (intent.has_error() || overlaps(intent->path, path));
  });
}

bool VolumeDesk::somebody_waits() const {
  return std::ranges::any_of(oracle_.truth().claims(), [](auto const& each) {
    auto const& claim = each.second;
    return claim.exists && claim.last.volume_name.empty();
  });
}

bool VolumeDesk::is_named(std::string const& volume, std::string const& but) const {
  return std::ranges::any_of(oracle_.truth().claims(), [&](auto const& each) {
    return each.second.exists && each.first != but && each.second.last.volume_name == volume;
  });
}

void VolumeDesk::patch_spec(k8s::Volume const& volume, std::string const& members) const {
  scene_.server.patch<k8s::Volume>({{}, volume.meta.name}, fmt::format(R"({{"spec":{{{}}}}})", members));
  scene_.tell("admin", fmt::format("edits volume {}: {}", volume.meta.name, members));
  scene_.api_changed();
}

void VolumeDesk::set_policy(k8s::Volume const& volume, std::string const& policy) const {
  patch_spec(volume, fmt::format(R"("persistentVolumeReclaimPolicy":"{}")", policy));
}

void VolumeDesk::remove_claim(ClaimKey const& key, std::string const& uid) const {
  auto const found = claim(key, uid);
  if (!found || found->meta.deleting()) return;
  scene_.server.remove<k8s::Claim>({key.name_space, key.name});
  scene_.tell("admin", "deletes claim " + claim_text(*found));
  scene_.api_changed();
}

std::string VolumeDesk::make_claim(ClaimKey const& key, std::string const& storage_class, std::string const& volume,
                                   std::optional<k8s::DataSource> source) const {
  k8s::Claim claim;
  claim.meta.name_space = key.name_space;
  claim.meta.name = key.name;
  claim.meta.finalizers = {"kubernetes.io/pvc-protection"};
  claim.access_modes = {"ReadWriteMany"};
  claim.storage_class_name = storage_class;
  claim.requested_storage = "1Gi";
  claim.volume_name = volume;
  claim.data_source = std::move(source);
  auto const made = scene_.server.put(claim);
  if (!volume.empty()) scene_.hands.given[volume].insert(made.meta.uid);
  scene_.tell("admin", fmt::format("makes claim {} of class {}{}{}", claim_text(made), storage_class,
                                   volume.empty() ? "" : " for volume ", volume));
  scene_.api_changed();
  return made.meta.uid;
}

}  // namespace nfs::simulation
