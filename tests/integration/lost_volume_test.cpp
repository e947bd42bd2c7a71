// Volumes that went without their release: what the program makes of their directories.
#include "tests/integration/support/tokens.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

// As a person does it in a hurry, or an etcd of yesterday: the objects are gone, and nobody was asked.
void forget(Scene& scene, Pair const& pair) {
  scene.cluster().patch<k8s::Volume>({{}, pair.volume.meta.name},
                                     R"({"metadata":{"finalizers":null},"spec":{"claimRef":null}})");
  scene.cluster().remove<k8s::Volume>({{}, pair.volume.meta.name});
  scene.await_no_volume(pair.volume.meta.name);
  scene.remove_claim(pair.claim.meta.name);
  scene.await_no_claim(pair.claim.meta.name);
}

std::string creating(Scene& scene) {
  auto const clusters = std::string(".nfs-subdir-provisioner/clusters");
  return clusters + "/" + *scene.exported().names_in(clusters).begin() + "/creating";
}

TEST_CASE("A volume that was deleted without its release leaves its directory to its claim, and to nobody else") {
  Scene scene;
  scene.make_class({.parameters = {{"pathPattern", "${.PVC.namespace}/${.PVC.labels.dir}"}, {"onExisting", "adopt"}}});
  scene.start();
  ClaimSpec const spec{.labels = {{"dir", "data"}}};
  auto const pair = scene.bound_claim("web", spec);
  auto const token = put_token(scene, pair);
  eventually("what was begun is settled", [&] { return scene.exported().names_in(creating(scene)).empty(); });
  scene.stop();
  forget(scene, pair);
  scene.start();
  eventually("the record that keeps the directory", [&] { return scene.exported().has(record_of(pair)); });
  CHECK(scene.exported().read(scene.directory(pair.volume) + "/token") == token);
  scene.make_claim("thief", spec);
  scene.await_event("thief", "ProvisioningFailed", "is kept for claim \"web\"");
  CHECK(scene.claim("thief")->phase == "Pending");
  auto const again = scene.bound_claim("web", spec);
  CHECK(token_of(scene, again) == token);
  scene.remove_and_await(again);
  CHECK(scene.exported().read(archive_of(again) + "/token") == token);
  CHECK_FALSE(scene.exported().has(record_of(pair)));
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
