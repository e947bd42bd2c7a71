// Claims as large as the API server takes them: the caches keep little of them, and they are served all the same.
#include "tests/integration/support/scene.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

// Some 600 KiB.
k8s::StringMap many_labels() {
  k8s::StringMap labels;
  for (int i = 0; i < 5000; ++i)
    labels.emplace("label-" + std::to_string(i) + std::string(40, 'k'), std::string(60, 'v'));
  return labels;
}

TEST_CASE("A claim with thousands of labels has its directory where one of them says") {
  Scene scene;
  scene.make_class({.parameters = {{"pathPattern", "${.PVC.labels.team}/${.PVC.name}"}, {"allowTenantPaths", "true"}}});
  scene.start();
  auto labels = many_labels();
  labels.emplace("team", "red");
  auto const pair = scene.bound_claim("web", {.labels = labels});
  CHECK(scene.directory(pair.volume) == "red/web");
  scene.remove_and_await(pair);
  scene.stop();
}

TEST_CASE("A claim whose annotation no path can hold is told its key, and is Bound once it is shorter") {
  Scene scene;
  scene.make_class(
      {.parameters = {{"pathPattern", "${.PVC.annotations.nfs.io/storage-path}"}, {"allowTenantPaths", "true"}}});
  scene.start();
  scene.make_claim("web", {.annotations = {{"nfs.io/storage-path", std::string(5000, 'x')}}});
  scene.await_event("web", "ProvisioningFailed", "annotation \"nfs.io/storage-path\" has more than 4095 bytes");
  CHECK(scene.volumes().empty());
  CHECK(scene.exported().names().empty());
  scene.cluster().patch<k8s::Claim>({scene.name_space(), "web"},
                                    R"({"metadata":{"annotations":{"nfs.io/storage-path":"now/there"}}})");
  CHECK(scene.directory(scene.await_bound("web").volume) == "now/there");
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
