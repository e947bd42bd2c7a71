// Whose directory is whose: nothing above, nothing below, and sharing only where the class allows it.
#include <filesystem>
#include <set>
#include <string>

#include "tests/integration/support/foreign_volume.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

std::string const placed = "${.PVC.annotations.example.com/place}";

ClaimSpec at(std::string const& place, std::string const& name_space = {}) {
  return {.annotations = {{"example.com/place", place}}, .name_space = name_space};
}

TEST_CASE("No tenant gets a directory above or below another's") {
  Scene scene;
  scene.make_class({.parameters = {{"pathPattern", placed}, {"allowTenantPaths", "true"}}});
  auto const other = scene.make_namespace("stranger");
  scene.start();
  auto const held = scene.bound_claim("held", at("tree/middle/leaf"));
  scene.exported().write("tree/middle/leaf/token", "held");
  scene.make_claim("above", at("tree/middle", other));
  scene.make_claim("top", at("tree", other));
  scene.make_claim("same", at("tree/middle/leaf", other));
  scene.make_claim("below", at("tree/middle/leaf/twig", other));
  for (auto const* const name : {"above", "top", "same", "below"}) {
    auto const message = scene.await_event(name, "ProvisioningFailed", "tree", other);
    INFO(message);
    CHECK(message.find(scene.name_space()) == std::string::npos);
    CHECK(message.find("held") == std::string::npos);
    CHECK(scene.claim(name, other)->phase == "Pending");
  }
  // A name that merely begins alike is no overlap.
  CHECK(scene.directory(scene.bound_claim("beside", at("tree/middle/leaf2", other)).volume) == "tree/middle/leaf2");
  CHECK(scene.exported().names_in("tree/middle/leaf") == std::set<std::string>{"token"});
  CHECK(scene.volumes().size() == 2);
  scene.stop();
}

TEST_CASE("Claims of one namespace share a directory that their class allows them and the last one takes it along") {
  Scene scene;
  scene.make_class({.parameters = {{"pathPattern", "common/data"}, {"sharedDirectory", "sameNamespace"}}});
  auto const other = scene.make_namespace("stranger");
  scene.start();
  auto const one = scene.bound_claim("one");
  auto const two = scene.bound_claim("two");
  CHECK(one.server_path() == two.server_path());
  scene.make_claim("foreign", {.name_space = other});
  scene.await_event("foreign", "ProvisioningFailed", "common/data", other);
  scene.exported().write("common/data/token", "ours");
  scene.remove_and_await(one);
  CHECK(scene.exported().read("common/data/token") == "ours");
  scene.remove_claim("foreign", other);
  scene.await_no_claim("foreign", other);
  scene.remove_and_await(two);
  CHECK_FALSE(scene.exported().has("common"));
  CHECK(scene.exported().read("archived-" + scene.name_space() + "-two-" + two.volume.meta.name + "/token") == "ours");
  scene.stop();
}

TEST_CASE("Of claims that share a directory and go together one takes it along") {
  Scene scene;
  scene.make_class({.parameters = {{"pathPattern", "common/data"}, {"sharedDirectory", "always"}}});
  auto const other = scene.make_namespace("friend");
  scene.start();
  std::vector<Pair> const pairs{scene.bound_claim("one"), scene.bound_claim("two"),
                                scene.bound_claim("three", {.name_space = other})};
  scene.exported().write("common/data/token", "ours");
  for (auto const& pair : pairs) scene.remove_claim(pair.claim.meta.name, pair.claim.meta.name_space);
  for (auto const& pair : pairs) scene.await_no_volume(pair.volume.meta.name);
  CHECK_FALSE(scene.exported().has("common"));
  auto const archives = scene.exported().names();
  REQUIRE(archives.size() == 1);
  CHECK(scene.exported().read(*archives.begin() + "/token") == "ours");
  scene.stop();
}

TEST_CASE("A kept volume blocks other claims and gives its directory to its own claim come back") {
  Scene scene;
  scene.make_class({.parameters = {{"pathPattern", placed}, {"allowTenantPaths", "true"}}, .reclaim_policy = "Retain"});
  scene.start();
  auto const kept = scene.bound_claim("web", at("kept/web"));
  scene.exported().write("kept/web/token", "kept");
  scene.remove_claim("web");
  scene.await_no_claim("web");
  scene.make_claim("thief", at("kept/web"));
  scene.await_event("thief", "ProvisioningFailed", "kept/web");
  auto const back = scene.bound_claim("web", at("kept/web"));
  CHECK(back.volume.meta.name != kept.volume.meta.name);
  CHECK(back.server_path() == kept.server_path());
  CHECK(scene.exported().read("kept/web/token") == "kept");
  CHECK(scene.claim("thief")->phase == "Pending");
  scene.stop();
}

TEST_CASE("What was kept in place, or archived from there, is no other namespace's, though no volume holds it") {
  auto const* const policy = GENERATE("retain", "archive");
  INFO(policy);
  Scene scene;
  scene.make_class(
      {.parameters = {
           {"pathPattern", placed}, {"allowTenantPaths", "true"}, {"onDelete", policy}, {"onCreate", "restore"}}});
  auto const other = scene.make_namespace("stranger");
  scene.start();
  auto const first = scene.bound_claim("web", at("team/web"));
  scene.exported().write("team/web/token", "kept");
  // One waits already when the victim goes.
  scene.make_claim("waiting", at("team/web", other));
  scene.await_event("waiting", "ProvisioningFailed", "team/web", other);
  scene.remove_and_await(first);
  scene.make_claim("parent", at("team", other));
  scene.make_claim("inside", at("team/web/inside", other));
  for (auto const* const thief : {"waiting", "parent", "inside"}) {
    auto const message = scene.await_event(thief, "ProvisioningFailed", "kept for a claim of another namespace", other);
    INFO(message);
    CHECK(message.find(scene.name_space()) == std::string::npos);
  }
  auto const back = scene.bound_claim("web", at("team/web"));
  CHECK(scene.exported().read("team/web/token") == "kept");
  for (auto const* const thief : {"waiting", "parent", "inside"}) {
    CHECK(scene.claim(thief, other)->phase == "Pending");
  }
  scene.stop();
}

TEST_CASE("A directory with data that no record tells of is adopted as the class says") {
  Scene scene;
  scene.make_class({.parameters = {{"pathPattern", "${.PVC.name}"}}});
  scene.make_class({.parameters = {{"pathPattern", "${.PVC.name}"}, {"onExisting", "adopt"}}}, scene.unique("adopts"));
  scene.start();
  scene.exported().make("found");
  scene.exported().write("found/token", "whose");
  scene.make_claim("found");
  scene.await_event("found", "ProvisioningFailed", "onExisting: adopt");
  CHECK(scene.exported().names_in("found") == std::set<std::string>{"token"});
  scene.remove_claim("found");
  scene.await_no_claim("found");
  auto const adopted = scene.bound_claim("found", {.class_name = scene.unique("adopts")});
  CHECK(scene.directory(adopted.volume) == "found");
  CHECK(scene.exported().read("found/token") == "whose");
  scene.stop();
}

TEST_CASE("A claim waits until another provisioner has dealt with the directory that it is to have") {
  Scene scene;
  scene.make_class({.parameters = {{"pathPattern", "${.PVC.namespace}/${.PVC.name}"}}});
  scene.start();
  auto const directory = scene.name_space() + "/web";
  auto const claim = scene.make_claim("web", {.class_name = scene.unique("other")});
  auto const old = bind_foreign_volume(scene, claim, scene.unique("example.com/other"), directory);
  scene.exported().write(directory + "/token", "the other one's");
  scene.remove_claim("web");
  scene.await_no_claim("web");
  scene.make_claim("web");
  scene.await_event("web", "WaitingForRelease", directory);
  eventually("the volume Released", [&] {
    return scene.cluster().get<k8s::Volume>({{}, old.volume.meta.name})->phase == "Released";
  });
  CHECK(scene.claim("web")->phase == "Pending");
  // The other provisioner's way: the data first, then the volume.
  std::filesystem::remove_all(scene.exported().at(directory));
  scene.cluster().remove<k8s::Volume>({{}, old.volume.meta.name});
  auto const served = scene.await_bound("web");
  CHECK(scene.directory(served.volume) == directory);
  CHECK_FALSE(scene.exported().has(directory + "/token"));
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
