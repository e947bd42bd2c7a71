// What the program binds, and what kube-controller-manager binds, cannot be told apart.
#include <algorithm>

#include "tests/integration/support/scene.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

std::string replaced(std::string text, std::string const& what, std::string const& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

// Fields that differ from one claim to the next, whoever binds it.
bool differs_by_nature(std::string const& field) {
  for (std::string_view const end :
       {"/uid", "volume-uid", "/resourceVersion", "/creationTimestamp", "/lastPhaseTransitionTime"})
    if (field.ends_with(end)) return true;
  return field.starts_with("/metadata/managedFields");
}

Fields comparable(Json const& object, std::string const& uid) {
  Fields result;
  for (auto const& [field, value] : fields_of(object))
    if (!differs_by_nature(field)) result[field] = replaced(value, uid, "UID");
  return result;
}

struct Snapshot {
  Fields claim;
  Fields volume;
};

Snapshot bind_by(Scene& scene, std::string const& binding) {
  scene.start(binding);
  ClaimSpec const spec{.annotations = {{"example.com/note", "kept"}},
                       .labels = {{"app", "shop"}},
                       .storage = "1500M",
                       .access_modes = {"ReadWriteOnce", "ReadOnlyMany"}};
  auto const pair = scene.bound_claim("web", spec);
  auto const& uid = pair.claim.meta.uid;
  auto const at = "/api/v1/namespaces/" + scene.name_space() + "/persistentvolumeclaims/web";
  // kube-controller-manager looks at what others bound, too: nothing that it would still change may be left.
  eventually("both its annotations", [&] {
    auto const claim = scene.claim("web");
    return k8s::find(claim->meta.annotations, "volume.kubernetes.io/storage-provisioner") != nullptr &&
           k8s::find(claim->meta.annotations, "volume.beta.kubernetes.io/storage-provisioner") != nullptr &&
           k8s::has_finalizer(claim->meta, "kubernetes.io/pvc-protection");
  });
  Snapshot const snapshot{
      comparable(scene.cluster().get_json(at), uid),
      comparable(scene.cluster().get_json("/api/v1/persistentvolumes/" + pair.volume.meta.name), uid)};
  scene.remove_and_await(pair);
  scene.stop();
  return snapshot;
}

TEST_CASE("What direct and eager bind equals field by field what kube-controller-manager binds") {
  Scene scene;
  scene.make_class({.parameters = {{"pathPattern", "${.PVC.namespace}/${.PVC.name}"}, {"onDelete", "delete"}},
                    .mount_options = {"nfsvers=4.2", "hard"}});
  auto const theirs = bind_by(scene, "controller");
  CHECK(theirs.claim.at("/status/phase") == "\"Bound\"");
  CHECK(theirs.claim.contains("/metadata/annotations/pv.kubernetes.io/bind-completed"));
  CHECK(theirs.volume.at("/spec/mountOptions/1") == "\"hard\"");
  for (auto const* const binding : {"direct", "eager"}) {
    INFO(binding);
    auto const ours = bind_by(scene, binding);
    CHECK(ours.claim == theirs.claim);
    CHECK(ours.volume == theirs.volume);
  }
}

TEST_CASE("Without kube-controller-manager an eager claim is bound all the same", "[serial]") {
  Scene scene;
  scene.make_class();
  scene.start("eager");
  cluster_command("stop", "kube-controller-manager");
  struct Restart {
    ~Restart() { cluster_command("start", "kube-controller-manager"); }
  };
  {
    Restart const restart;
    auto const pair = scene.bound_claim("web");
    CHECK(pair.claim.volume_name == pair.volume.meta.name);
    CHECK(pair.claim.status_capacity == "1Mi");
    CHECK(scene.exported().has(scene.directory(pair.volume)));
  }
  // Back again, it finds nothing to mend, and the claim's end is as any other's.
  scene.remove_and_await(scene.await_bound("web"));
  scene.stop();
}

TEST_CASE("A claim that names a volume which exists already is left to kube-controller-manager") {
  Scene scene;
  scene.make_class();
  k8s::Volume prepared;
  prepared.meta.name = scene.unique("prepared");
  prepared.capacity = "1Gi";
  prepared.access_modes = {"ReadWriteMany"};
  prepared.reclaim_policy = "Retain";
  prepared.storage_class_name = scene.class_name();
  prepared.source = {"nfs", {{"server", scene.server()}, {"path", "/elsewhere"}}};
  scene.cluster().create(prepared);
  scene.start("eager");
  // One is asked for by name, the other would find it by size.
  auto const spec = ClaimSpec{.more = R"({"volumeName":)" + json_string(prepared.meta.name) + "}"};
  auto const pair = scene.bound_claim("by-name", spec);
  CHECK(pair.volume.meta.name == prepared.meta.name);
  CHECK(scene.volumes().empty());
  scene.stop();
  scene.remove_claim("by-name");
  scene.cluster().remove<k8s::Volume>({{}, prepared.meta.name});
}

TEST_CASE("An eager claim for which an Available volume fits is left to kube-controller-manager", "[serial]") {
  Scene scene;
  scene.make_class();
  k8s::Volume prepared;
  prepared.meta.name = scene.unique("available");
  prepared.capacity = "1Gi";
  prepared.access_modes = {"ReadWriteMany"};
  prepared.reclaim_policy = "Retain";
  prepared.storage_class_name = scene.class_name();
  prepared.source = {"nfs", {{"server", scene.server()}, {"path", "/elsewhere"}}};
  scene.cluster().create(prepared);
  eventually("the volume Available", [&] {
    return scene.cluster().get<k8s::Volume>({{}, prepared.meta.name})->phase == "Available";
  });
  scene.start("eager");
  CHECK(scene.bound_claim("chooses").volume.meta.name == prepared.meta.name);
  CHECK(scene.volumes().empty());
  scene.stop();
  scene.remove_claim("chooses");
  scene.cluster().remove<k8s::Volume>({{}, prepared.meta.name});
}

}  // namespace
}  // namespace nfs::test
