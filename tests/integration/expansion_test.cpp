// Claims that ask for more: a number in the volume, and one in the claim.
#include "k8s/json/write.hpp"
#include "tests/integration/support/scene.hpp"
#include "tests/integration/support/tokens.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

void ask_for(Scene& scene, std::string const& claim, std::string const& size) {
  scene.cluster().patch<k8s::Claim>(
      {scene.name_space(), claim},
      k8s::MergePatch().open("spec").open("resources").open("requests").set("storage", size).text());
}

void await_size(Scene& scene, Pair const& pair, std::string const& size) {
  eventually("claim and volume with " + size, [&] {
    auto const claim = scene.claim(pair.claim.meta.name);
    auto const volume = scene.cluster().get<k8s::Volume>({{}, pair.volume.meta.name});
    return claim && volume && claim->status_capacity == size && volume->capacity == size && claim->phase == "Bound";
  });
}

// What the claim's status says of its size, member by member.
Fields sizes_of(Scene& scene, std::string const& claim) {
  auto const target = "/api/v1/namespaces/" + scene.name_space() + "/persistentvolumeclaims/" + claim;
  Fields sizes;
  for (auto const& [pointer, value] : fields_of(scene.cluster().get_json(target)))
    if (pointer.starts_with("/status/capacity") || pointer.starts_with("/status/allocated"))
      sizes.emplace(pointer, value);
  return sizes;
}

TEST_CASE("The status of an expanded claim says what was allocated, as after any resizer") {
  Scene scene;
  scene.make_class({.allow_expansion = true});
  scene.start();
  auto const pair = scene.bound_claim("web");
  ask_for(scene, "web", "2Mi");
  await_size(scene, pair, "2Mi");
  ask_for(scene, "web", "1Gi");
  await_size(scene, pair, "1Gi");
  Fields const wanted{{"/status/allocatedResources/storage", "\"1Gi\""}, {"/status/capacity/storage", "\"1Gi\""}};
  CHECK(sizes_of(scene, "web") == wanted);
  scene.stop();
}

TEST_CASE("A claim that asks for more has it at once, whoever binds, and after it was asked while nobody served") {
  auto const* const binding = GENERATE("direct", "eager", "controller");
  INFO(binding);
  Scene scene;
  scene.make_class({.allow_expansion = true});
  scene.start(binding);
  auto const pair = scene.bound_claim("web");
  ask_for(scene, "web", "2Mi");
  await_size(scene, pair, "2Mi");
  scene.await_event("web", "Resizing", pair.volume.meta.name);
  scene.await_event("web", "VolumeResizeSuccessful", "2Mi");
  scene.stop();
  ask_for(scene, "web", "1Gi");
  scene.start(binding);
  await_size(scene, pair, "1Gi");
  CHECK(scene.exported().has(scene.directory(pair.volume)));
  put_token(scene, pair);
  // The record of its archive says what was asked for last.
  scene.remove_and_await(pair);
  auto const record = scene.exported().read(".nfs-subdir-provisioner/archives/" + pair.volume.meta.name + ".json");
  REQUIRE(record);
  CHECK(record->find("\"1Gi\"") != std::string::npos);
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
