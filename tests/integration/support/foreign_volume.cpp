#include "tests/integration/support/foreign_volume.hpp"

#include <filesystem>

namespace nfs::test {

Pair bind_foreign_volume(Scene& scene, k8s::Claim const& claim, std::string const& provisioner,
                         std::string const& directory) {
  k8s::Volume volume;
  volume.meta.name = "pvc-" + claim.meta.uid;
  volume.meta.annotations = {{"pv.kubernetes.io/provisioned-by", provisioner}};
  volume.capacity = claim.requested_storage;
  volume.access_modes = claim.access_modes;
  volume.reclaim_policy = "Delete";
  volume.storage_class_name = k8s::class_name(claim);
  volume.claim_ref = k8s::ObjectReference{.api_version = "v1",
                                          .kind = "PersistentVolumeClaim",
                                          .name_space = claim.meta.name_space,
                                          .name = claim.meta.name,
                                          .uid = claim.meta.uid,
                                          .resource_version = claim.meta.resource_version};
  volume.source = {"nfs", {{"server", scene.server()}, {"path", scene.nfs_path() + "/" + directory}}};
  std::filesystem::create_directories(scene.exported().at(directory));
  scene.cluster().create(volume);
  return scene.await_bound(claim.meta.name, claim.meta.name_space);
}

Pair upstream_pair(Scene& scene, std::string const& claim, std::string const& class_name) {
  auto const made = scene.make_claim(claim, {.class_name = class_name});
  return bind_foreign_volume(scene, made, scene.provisioner(),
                             made.meta.name_space + "-" + claim + "-pvc-" + made.meta.uid);
}

}  // namespace nfs::test
