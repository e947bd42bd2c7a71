// Claims that a volume populator serves.
#include "k8s/json/write.hpp"
#include "tests/integration/support/scene.hpp"
#include "tests/integration/support/tokens.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

constexpr auto filled =
    R"({"dataSourceRef":{"apiGroup":"volsync.backube","kind":"ReplicationDestination","name":"monday"}})";

TEST_CASE("A claim that a volume populator serves is left to it, with one Normal Event, whoever binds") {
  auto const* const binding = GENERATE("direct", "eager", "controller");
  INFO(binding);
  Scene scene;
  scene.make_class();
  scene.start(binding);
  scene.make_claim("web", {.more = filled});
  scene.await_event("web", "Provisioning", "data source \"monday\"");
  // Served after it: whatever else was to be done for the other one has been done.
  scene.bound_claim("after");
  for (auto const& event : scene.cluster().events(scene.name_space())) {
    INFO(event.reason << ": " << event.message);
    if (event.object == "web") CHECK(event.type == "Normal");
  }
  CHECK(scene.claim("web")->phase == "Pending");
  CHECK(scene.volumes().size() == 1);
  scene.stop();
}

TEST_CASE("A volume that a populator has filled belongs to the claim to which it is handed over") {
  Scene scene;
  scene.make_class();
  scene.start();
  auto const web = scene.make_claim("web", {.more = filled});
  auto const prime = scene.bound_claim("prime");
  put_token(scene, prime);
  // What the library of the populators does: kube-controller-manager binds the one claim, and calls the other Lost.
  auto const to_web = k8s::MergePatch()
                          .open("spec")
                          .open("claimRef")
                          .set("name", "web")
                          .set("uid", web.meta.uid)
                          .set("resourceVersion", web.meta.resource_version)
                          .text();
  scene.cluster().patch<k8s::Volume>({{}, prime.volume.meta.name}, to_web);
  eventually("the claim with the volume of the other one", [&] {
    auto const claim = scene.claim("web");
    return claim && claim->phase == "Bound" && claim->volume_name == prime.volume.meta.name;
  });
  scene.remove_claim("prime");
  scene.await_no_claim("prime");
  auto const volume = scene.cluster().get<k8s::Volume>({{}, prime.volume.meta.name});
  REQUIRE(volume);
  CHECK(volume->phase == "Bound");
  CHECK(scene.exported().has(scene.directory(*volume)));
  scene.remove_claim("web");
  scene.await_no_volume(volume->meta.name);
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
