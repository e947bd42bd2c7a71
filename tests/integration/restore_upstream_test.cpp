// What upstream's program left behind: volumes without our annotations and finalizer, archives without a record.
#include "tests/integration/support/foreign_volume.hpp"
#include "tests/integration/support/tokens.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

std::string const restore_from = "nfs-subdir-provisioner.io/restore-from";

Pair filled_upstream_pair(Scene& scene, std::string const& name, std::string const& class_name = {}) {
  auto pair = upstream_pair(scene, name, class_name);
  put_token(scene, pair);
  return pair;
}

ClaimSpec asking(std::string const& wanted, std::string const& class_name) {
  return {.annotations = {{restore_from, wanted}}, .class_name = class_name};
}

TEST_CASE("Volumes that upstream made stay as they are and are released as their class says") {
  Scene scene;
  auto const deleting = scene.unique("deleting");
  scene.make_class({.parameters = {{"archiveOnDelete", "true"}}});
  scene.make_class({.parameters = {{"archiveOnDelete", "false"}}}, deleting);
  auto const kept = filled_upstream_pair(scene, "kept");
  auto const archived = filled_upstream_pair(scene, "archived");
  auto const removed = filled_upstream_pair(scene, "removed", deleting);
  scene.start("direct", {{"TRASH_RETENTION", "0"}});
  scene.remove_and_await(archived);
  scene.remove_and_await(removed);
  CHECK(scene.exported().read(archive_of(archived) + "/token") == archived.claim.meta.uid);
  eventually("what was to be deleted", [&] { return !all_tokens(scene.exported()).contains(removed.claim.meta.uid); });
  auto const still = scene.await_bound("kept");
  CHECK(token_of(scene, still) == kept.claim.meta.uid);
  CHECK(still.volume.meta.annotations == kept.volume.meta.annotations);
  CHECK(still.volume.meta.finalizers == kept.volume.meta.finalizers);
  scene.stop();
}

TEST_CASE("Data of a volume that upstream made comes back where claim and class ask for it") {
  Scene scene;
  auto const consenting = scene.unique("consenting");
  scene.make_class(restoring());
  scene.make_class(restoring({{"restoreAcrossNamespaceUid", "true"}}), consenting);
  auto const old = filled_upstream_pair(scene, "web");
  scene.start();
  scene.remove_and_await(old);
  CHECK(scene.exported().read(archive_of(old) + "/token") == old.claim.meta.uid);
  // Upstream's volume does not say of which namespace it was.
  auto const refused = scene.make_claim("web", asking(old.volume.meta.name, scene.class_name()));
  scene.await_event("web", "ProvisioningFailed", "restoreAcrossNamespaceUid");
  CHECK(scene.claim("web")->phase == "Pending");
  scene.remove_claim("web");
  scene.await_no_claim("web");
  CHECK(token_of(scene, scene.bound_claim("web", asking("latest", consenting))) == old.claim.meta.uid);
  scene.stop();
}

// An archive as upstream leaves one: a directory, and no word about it.
std::string make_upstream_archive(Scene& scene, std::string const& claim, std::string const& volume) {
  auto const name = "archived-" + scene.name_space() + "-" + claim + "-" + volume;
  scene.exported().make(name);
  scene.exported().write(name + "/token", volume);
  return name;
}

TEST_CASE("An archive that upstream left is given back when its claim names it and its class allows it") {
  Scene scene;
  auto const consenting = scene.unique("consenting");
  scene.make_class(restoring());
  scene.make_class(restoring({{"restoreAcrossNamespaceUid", "true"}}), consenting);
  auto const archive = make_upstream_archive(scene, "web", "pvc-one");
  make_upstream_archive(scene, "other", "pvc-two");
  scene.start();
  // Neither by itself, nor as the latest, nor without the class's consent, nor by another claim.
  auto const fresh = scene.bound_claim("web", {.class_name = consenting});
  CHECK_FALSE(token_of(scene, fresh));
  scene.remove_and_await(fresh);
  scene.make_claim("web", asking("pvc-one", scene.class_name()));
  scene.await_event("web", "ProvisioningFailed", "restoreAcrossNamespaceUid");
  scene.make_claim("third", asking("pvc-one", consenting));
  scene.await_event("third", "ProvisioningFailed", "there is no such archive of this claim");
  scene.make_claim("other", asking("latest", consenting));
  scene.await_event("other", "ProvisioningFailed", "there is no such archive of this claim");
  scene.remove_claim("web");
  scene.await_no_claim("web");
  CHECK(scene.exported().read(archive + "/token") == "pvc-one");

  auto const back = scene.bound_claim("web", asking("pvc-one", consenting));
  CHECK(token_of(scene, back) == "pvc-one");
  scene.await_event("web", "VolumeRestored", "Restored archive " + archive);
  CHECK_FALSE(scene.exported().has(archive));
  // From now on it has a record, and comes back by itself.
  scene.remove_and_await(back);
  CHECK(token_of(scene, scene.bound_claim("web", {.class_name = consenting})) == "pvc-one");
  CHECK(all_tokens(scene.exported()).contains("pvc-two"));
  scene.stop();
}

TEST_CASE("A class that upstream's chart made works as it did, whatever it says that a class of ours may not") {
  Scene scene;
  ClassSpec spec{.parameters = {{"pathPattern", "/${.PVC.namespace}"}, {"onDelete", "true"}}};
  auto const ours = scene.unique("ours");
  scene.make_class(spec, ours);
  spec.annotations = {{"nfs-subdir-provisioner.io/made-by-upstream", "true"}};
  scene.make_class(spec);
  scene.start();
  scene.make_claim("web", {.class_name = ours});
  scene.await_event("web", "ProvisioningFailed", "onDelete");
  scene.remove_claim("web");
  scene.await_no_claim("web");

  auto const pair = scene.bound_claim("web");
  CHECK(scene.directory(pair.volume) == scene.name_space());
  put_token(scene, pair);
  scene.remove_and_await(pair);
  CHECK(scene.exported().read(archive_of(pair) + "/token") == pair.claim.meta.uid);
  CHECK_FALSE(scene.exported().has(scene.name_space()));
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
