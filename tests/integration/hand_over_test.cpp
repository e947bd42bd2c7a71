// Volumes that change hands: given away by a person, handed over by a populator or a recovery, or made again.
#include <string>

#include "k8s/json/write.hpp"
#include "tests/integration/support/scene.hpp"
#include "tests/integration/support/tokens.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

std::string claim_of(k8s::Claim const& claim) {
  return R"("claimRef":{"apiVersion":"v1","kind":"PersistentVolumeClaim","namespace":")" + claim.meta.name_space +
         R"(","name":")" + claim.meta.name + R"(","uid":")" + claim.meta.uid + R"(","resourceVersion":null})";
}

void patch_spec(Scene& scene, Pair const& pair, std::string const& members) {
  scene.cluster().patch<k8s::Volume>({{}, pair.volume.meta.name}, "{\"spec\":{" + members + "}}");
}

void set_policy(Scene& scene, Pair const& pair, std::string const& policy) {
  patch_spec(scene, pair, R"("persistentVolumeReclaimPolicy":")" + policy + "\"");
}

std::string note(Scene& scene, Pair const& pair, std::string_view key) {
  auto const volume = scene.cluster().get<k8s::Volume>({{}, pair.volume.meta.name});
  auto const* value = volume ? k8s::find(volume->meta.annotations, key) : nullptr;
  return value == nullptr ? std::string() : *value;
}

constexpr std::string_view claim_uid = "nfs-subdir-provisioner.io/claim-uid";

// By hand, as the documentation of Kubernetes says it.
k8s::Claim give_away(Scene& scene, Pair const& pair, std::string const& to, std::string const& name_space) {
  set_policy(scene, pair, "Retain");
  scene.remove_claim(pair.claim.meta.name);
  scene.await_no_claim(pair.claim.meta.name);
  patch_spec(scene, pair, R"("claimRef":null)");
  scene.make_claim(to, {.name_space = name_space, .more = R"({"volumeName":")" + pair.volume.meta.name + "\"}"});
  eventually("the volume bound to the other claim", [&] {
    auto const claim = scene.claim(to, name_space);
    return claim && claim->phase == "Bound";
  });
  set_policy(scene, pair, "Delete");
  return *scene.claim(to, name_space);
}

// But for kube-controller-manager's own: about a claim whose volume was given to another one, and about one that names
// a volume which is not its own yet.
std::string warnings(Scene& scene, std::string const& name_space) {
  std::string told;
  for (auto const& event : scene.cluster().events(name_space)) {
    bool const controllers = event.reason == "ClaimMisbound" || event.reason == "FailedBinding";
    if (event.type != "Warning" || controllers) continue;
    told += event.object + ": " + event.reason + ": " + event.message + "\n";
  }
  return told;
}

void grow(Scene& scene, std::string const& claim, std::string const& name_space, std::string const& size) {
  scene.cluster().patch<k8s::Claim>(
      {name_space, claim},
      k8s::MergePatch().open("spec").open("resources").open("requests").set("storage", size).text());
  eventually("the claim has " + size, [&] { return scene.claim(claim, name_space)->status_capacity == size; });
}

TEST_CASE("A volume that was given to a claim of another namespace grows, is archived and comes back as that one's") {
  Scene scene;
  scene.make_class({.parameters = {{"onCreate", "restore"}}, .allow_expansion = true});
  auto const other = scene.make_namespace("other");
  scene.start();
  auto const pair = scene.bound_claim("web");
  auto const token = put_token(scene, pair);
  auto const app = give_away(scene, pair, "app", other);
  eventually("the volume says whose it is", [&] { return note(scene, pair, claim_uid) == app.meta.uid; });
  grow(scene, "app", other, "2Mi");
  scene.remove_claim("app", other);
  scene.await_no_volume(pair.volume.meta.name);
  auto const archive = "archived-" + other + "-app-" + pair.volume.meta.name;
  CHECK(scene.exported().has(archive));
  auto const again = scene.bound_claim("app", {.name_space = other});
  CHECK_FALSE(scene.exported().has(archive));
  CHECK(token_of(scene, again) == token);
  scene.remove_and_await(again);
  scene.stop();
}

TEST_CASE("A volume that was given away is released though its claim went while the program was down") {
  Scene scene;
  scene.make_class({.parameters = {{"onCreate", "restore"}}});
  auto const other = scene.make_namespace("other");
  scene.start();
  auto const pair = scene.bound_claim("web");
  put_token(scene, pair);
  scene.stop();
  (void)give_away(scene, pair, "app", other);
  scene.remove_claim("app", other);
  scene.await_no_claim("app", other);
  scene.start();
  scene.await_no_volume(pair.volume.meta.name);
  CHECK(scene.exported().has("archived-" + other + "-app-" + pair.volume.meta.name));
  scene.stop();
}

TEST_CASE("The library of the volume populators and the program make one volume for one claim, without a warning") {
  Scene scene;
  scene.make_class({.parameters = {{"onCreate", "restore"}}, .allow_expansion = true});
  auto const populators = scene.make_namespace("populators");
  scene.start();
  auto const web = scene.make_claim(
      "web", {.more = R"({"dataSourceRef":{"apiGroup":"example.com","kind":"Backup","name":"monday"}})"});
  auto const prime = scene.bound_claim("prime-" + web.meta.uid, {.name_space = populators});
  auto const token = put_token(scene, prime);
  patch_spec(scene, prime, claim_of(web));
  auto const pair = scene.await_bound("web");
  CHECK(pair.volume.meta.name == prime.volume.meta.name);
  eventually("the claim that the populator had made is Lost",
             [&] { return scene.claim(prime.claim.meta.name, populators)->phase == "Lost"; });
  scene.remove_claim(prime.claim.meta.name, populators);
  scene.await_no_claim(prime.claim.meta.name, populators);
  grow(scene, "web", scene.name_space(), "2Mi");
  scene.remove_claim("web");
  scene.await_no_volume(pair.volume.meta.name);
  auto const archive = "archived-" + scene.name_space() + "-web-" + pair.volume.meta.name;
  CHECK(scene.exported().has(archive));
  auto const again = scene.bound_claim("web");
  CHECK_FALSE(scene.exported().has(archive));
  CHECK(token_of(scene, again) == token);
  auto const told = warnings(scene, scene.name_space()) + warnings(scene, populators);
  INFO(told);
  CHECK(told.empty());
  scene.remove_and_await(again);
  scene.stop();
}

// What Velero's data mover does with a claim that it restores: the claim waits by a selector; another claim, in
// Velero's namespace, gets a volume, which is filled and then given to the first one.
TEST_CASE("Velero's data mover and the program make one volume for one claim, without a warning") {
  Scene scene;
  scene.make_class({.parameters = {{"onCreate", "restore"}}, .allow_expansion = true});
  auto const velero = scene.make_namespace("velero");
  scene.start();
  auto const label = scene.name_space() + ".web.x7k2p";
  scene.make_claim("web",
                   {.more = R"({"selector":{"matchLabels":{"velero.io/dynamic-pv-restore":")" + label + R"("}}})"});
  scene.await_event("web", "Provisioning", "Velero");
  auto const filled = scene.bound_claim("restore-web", {.name_space = velero});
  auto const token = put_token(scene, filled);
  set_policy(scene, filled, "Retain");
  scene.remove_claim("restore-web", velero);
  scene.await_no_claim("restore-web", velero);
  auto const volume_name = k8s::MergePatch().open("spec").set("volumeName", filled.volume.meta.name).text();
  scene.cluster().patch<k8s::Claim>({scene.name_space(), "web"}, volume_name);
  patch_spec(scene, filled, R"("claimRef":null)");
  patch_spec(scene, filled,
             R"("claimRef":{"kind":"PersistentVolumeClaim","namespace":")" + scene.name_space() + R"(","name":"web"})");
  scene.cluster().patch<k8s::Volume>({{}, filled.volume.meta.name},
                                     R"({"metadata":{"labels":{"velero.io/dynamic-pv-restore":")" + label +
                                         R"("},"annotations":{"pv.kubernetes.io/bound-by-controller":null}}})");
  auto const pair = scene.await_bound("web");
  CHECK(pair.volume.meta.name == filled.volume.meta.name);
  set_policy(scene, filled, "Delete");
  grow(scene, "web", scene.name_space(), "2Mi");
  scene.remove_claim("web");
  scene.await_no_volume(pair.volume.meta.name);
  CHECK(scene.exported().has("archived-" + scene.name_space() + "-web-" + pair.volume.meta.name));
  auto const again = scene.bound_claim("web");
  CHECK(token_of(scene, again) == token);
  auto const told = warnings(scene, scene.name_space()) + warnings(scene, velero);
  INFO(told);
  CHECK(told.empty());
  scene.remove_and_await(again);
  scene.stop();
}

TEST_CASE("A volume that was made again from a file is archived at its end, though its policy is delete") {
  Scene scene;
  scene.make_class({.parameters = {{"onDelete", "delete"}}});
  scene.start();
  auto const pair = scene.bound_claim("web");
  put_token(scene, pair);
  scene.stop();
  // What is left of a cluster whose objects come back from a backup: the volume, with the uid of a claim that is gone.
  // (kube-controller-manager puts its finalizer back on a volume that is not being deleted.)
  scene.cluster().remove<k8s::Volume>({{}, pair.volume.meta.name});
  scene.cluster().patch<k8s::Volume>({{}, pair.volume.meta.name}, R"({"metadata":{"finalizers":null}})");
  scene.await_no_volume(pair.volume.meta.name);
  scene.remove_claim("web");
  scene.await_no_claim("web");
  auto backup = pair.volume;
  backup.meta.uid.clear();
  backup.meta.resource_version.clear();
  REQUIRE(scene.cluster().client().create(backup, {}).has_value());
  scene.start();
  scene.await_no_volume(pair.volume.meta.name);
  CHECK(scene.exported().has("archived-" + scene.name_space() + "-web-" + pair.volume.meta.name));
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
