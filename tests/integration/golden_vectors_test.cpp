// The vectors of docs/behaviour.md#vectors, end to end: a claim is applied, the volume's path or the refusal is read.
#include "tests/provisioner/core/golden_vectors.hpp"
#include "tests/integration/support/scene.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

using testing::Vector;

std::string replaced(std::string text, std::string const& what, std::string const& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

k8s::StringMap in_namespace(k8s::StringMap map, std::string const& name_space) {
  for (auto& [key, value] : map) value = replaced(value, "team-a", name_space);
  return map;
}

void check_refused(Scene& scene, Vector const& vector, std::string const& name) {
  auto const message = scene.await_event(name, "ProvisioningFailed", vector.says);
  CHECK(message.find("pathPattern") != std::string::npos);
  CHECK(scene.claim(name)->phase == "Pending");
  scene.remove_claim(name);
  scene.await_no_claim(name);
}

void check_served(Scene& scene, Vector const& vector, std::string const& name) {
  auto const pair = scene.await_bound(name);
  auto const expected = replaced(replaced(vector.on_server, "team-a", scene.name_space()), "UID", pair.claim.meta.uid);
  CHECK(pair.server_path() == expected);
  CHECK(pair.volume.source.attributes.at("server") == scene.server());
  auto const directory = scene.directory(pair.volume);
  CHECK(scene.exported().has(directory));
  scene.remove_and_await(pair);
  CHECK_FALSE(scene.exported().has(directory));
}

// The claims of all vectors are called alike: one after the other. Their classes are not: the watch of classes may be
// behind the one of claims.
void check(Scene& scene, Vector const& vector, std::size_t number) {
  INFO(vector.name);
  auto const class_name = scene.unique("class-" + std::to_string(number));
  auto parameters = in_namespace(vector.parameters, scene.name_space());
  parameters.emplace("onDelete", "delete");
  scene.make_class({.parameters = parameters}, class_name);
  scene.make_claim("web", {.annotations = in_namespace(vector.annotations, scene.name_space()),
                           .labels = {{"app", "shop"}},
                           .class_name = class_name});
  vector.on_server.empty() ? check_refused(scene, vector, "web") : check_served(scene, vector, "web");
  scene.remove_class(class_name);
}

// One program for each NFS_PATH.
void check_all(std::vector<Vector> const& vectors) {
  std::map<std::string, std::vector<Vector>> by_export;
  for (auto const& vector : vectors) by_export[vector.nfs_path].push_back(vector);
  for (auto const& [nfs_path, group] : by_export) {
    Scene scene(nfs_path);
    scene.start("eager");
    for (std::size_t i = 0; i < group.size(); ++i) check(scene, group[i], i);
    CHECK(scene.volumes().empty());
    CHECK(scene.exported().names().empty());
    scene.stop();
  }
}

TEST_CASE("The golden vectors hold from the claim to the volume's path") {
  check_all(testing::contract_vectors());
}

TEST_CASE("Further vectors hold from the claim to the volume's path") {
  check_all(testing::further_vectors());
}

}  // namespace
}  // namespace nfs::test
