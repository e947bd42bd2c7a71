// What cannot be served is told in an Event, and served once what was wrong is mended.
#include "tests/integration/support/scene.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

bool contains(std::string const& text, std::string const& part) {
  return text.find(part) != std::string::npos;
}

struct WrongClaim {
  std::string name;
  std::string more;
  std::string says;
};

TEST_CASE("Claims for what no volume of ours can be are refused in an Event") {
  Scene scene;
  scene.make_class();
  scene.start();
  std::vector<WrongClaim> const wrong{
      {"block", R"({"volumeMode":"Block"})", scene.provisioner() + " does not support block volume provisioning"},
      {"selector", R"({"selector":{"matchLabels":{"a":"b"}}})", "elector is not supported"},
      {"clone", R"({"dataSource":{"kind":"PersistentVolumeClaim","name":"other"}})", "PersistentVolumeClaim \"other\""},
      {"snapshot", R"({"dataSource":{"apiGroup":"snapshot.storage.k8s.io","kind":"VolumeSnapshot","name":"snap"}})",
       "VolumeSnapshot \"snap\""},
  };
  for (auto const& each : wrong) scene.make_claim(each.name, {.more = each.more});
  for (auto const& each : wrong) {
    INFO(each.name);
    auto const message = scene.await_event(each.name, "ProvisioningFailed", each.says);
    CHECK_FALSE(contains(message, "\n"));
    CHECK(scene.claim(each.name)->phase == "Pending");
  }
  CHECK(scene.volumes().empty());
  CHECK(scene.exported().names().empty());
  scene.stop();
}

TEST_CASE("A VolumeAttributesClass is refused in an Event, whoever binds") {
  auto const* const binding = GENERATE("direct", "eager", "controller");
  INFO(binding);
  Scene scene;
  scene.make_class();
  scene.start(binding);
  scene.make_claim("web", {.more = R"({"volumeAttributesClassName":"gold"})"});
  auto const message = scene.await_event("web", "ProvisioningFailed", "VolumeAttributesClass \"gold\"");
  CHECK(contains(message, "without spec.volumeAttributesClassName"));
  CHECK(scene.claim("web")->phase == "Pending");
  CHECK(scene.volumes().empty());
  CHECK(scene.exported().names().empty());
  scene.stop();
}

struct WrongClass {
  std::string name;
  k8s::StringMap parameters;
  std::vector<std::string> says;
};

std::vector<WrongClass> wrong_classes() {
  return {
      {"unknown", {{"onDelte", "delete"}}, {"onDelte"}},
      {"upper-case", {{"onDelete", "Delete"}}, {"onDelete", "Delete"}},
      {"no-bool", {{"archiveOnDelete", "yes"}}, {"archiveOnDelete", "yes"}},
      {"no-mode", {{"directoryMode", "rwx"}}, {"directoryMode", "rwx"}},
      {"no-uid", {{"directoryUid", "-1"}}, {"directoryUid", "-1"}},
      {"no-share", {{"sharedDirectory", "sometimes"}}, {"sharedDirectory", "sometimes"}},
      {"no-missing", {{"onMissingKey", "ignore"}}, {"onMissingKey", "ignore"}},
      {"no-create", {{"onCreate", "wipe"}}, {"onCreate", "wipe"}},
      {"any-directory", {{"pathPattern", "${.PVC.labels.team:-x}/${.PVC.name}"}}, {"allowTenantPaths"}},
      {"no-existing", {{"onExisting", "take"}}, {"onExisting", "take"}},
      {"no-time", {{"archiveRetention", "30"}}, {"archiveRetention", "30"}},
      {"missing-key", {{"pathPattern", "${.PVC.annotations.nfs.io/storage-path}"}}, {"nfs.io/storage-path"}},
      {"missing-label", {{"pathPattern", "x/${.PVC.labels.team}"}}, {"team"}},
      {"no-placeholder", {{"pathPattern", "${.PVC.Name}"}}, {"${.PVC.Name}"}},
      {"no-placeholder-of-ours",
       {{"pathPattern", "${namespace}/${.PVC.name}"}},
       {"\"${namespace}\" is unknown", "did you mean ${.PVC.namespace}?"}},
      {"upwards", {{"pathPattern", "../${.PVC.name}"}}, {".."}},
  };
}

TEST_CASE("A wrong class parameter is named in an Event and the claim is Bound once the class is made anew") {
  Scene scene;
  scene.start();
  auto const all = wrong_classes();
  for (auto const& wrong : all) {
    scene.make_class({.parameters = wrong.parameters}, scene.unique(wrong.name));
    scene.make_claim(wrong.name, {.class_name = scene.unique(wrong.name)});
  }
  for (auto const& wrong : all) {
    INFO(wrong.name);
    auto const message = scene.await_event(wrong.name, "ProvisioningFailed", wrong.says.front());
    for (auto const& part : wrong.says) CHECK(contains(message, part));
  }
  CHECK(scene.volumes().empty());
  CHECK(scene.exported().names().empty());
  for (auto const& wrong : all) {
    scene.remove_class(scene.unique(wrong.name));
    scene.make_class({}, scene.unique(wrong.name));
  }
  for (auto const& wrong : all) scene.await_bound(wrong.name);
  CHECK(scene.volumes().size() == all.size());
  scene.stop();
}

TEST_CASE("A refused claim is Bound once the annotation that it lacked is there") {
  Scene scene;
  scene.make_class(
      {.parameters = {{"pathPattern", "${.PVC.annotations.nfs.io/storage-path}"}, {"allowTenantPaths", "true"}}});
  scene.start();
  scene.make_claim("web");
  scene.await_event("web", "ProvisioningFailed", "nfs.io/storage-path");
  scene.cluster().patch<k8s::Claim>({scene.name_space(), "web"},
                                    R"({"metadata":{"annotations":{"nfs.io/storage-path":"now/there"}}})");
  CHECK(scene.directory(scene.await_bound("web").volume) == "now/there");
  scene.stop();
}

TEST_CASE("A claim that waits for its first consumer is Bound once a node is selected") {
  Scene scene;
  scene.make_class({.binding_mode = "WaitForFirstConsumer"});
  for (auto const* const binding : {"direct", "eager"}) {
    INFO(binding);
    auto const name = std::string("waits-") + binding;
    scene.start(binding);
    auto const claim = scene.make_claim(name);
    scene.program().wait_until_said("left alone volume=\"pvc-" + claim.meta.uid);
    CHECK(scene.claim(name)->phase == "Pending");
    CHECK(scene.volumes().empty());
    scene.cluster().patch<k8s::Claim>(
        {scene.name_space(), name}, R"({"metadata":{"annotations":{"volume.kubernetes.io/selected-node":"node-1"}}})");
    scene.remove_and_await(scene.await_bound(name));
    scene.stop();
  }
}

TEST_CASE("A claim whose class is missing gets an Event and is Bound once the class is made") {
  Scene scene;
  scene.make_class();
  scene.start();
  // Handed over by kube-controller-manager while the class is there, and the class gone before anything was made.
  scene.stop();
  scene.make_claim("web");
  eventually("the claim handed over", [&] {
    return k8s::find(scene.claim("web")->meta.annotations, "volume.kubernetes.io/storage-provisioner") != nullptr;
  });
  scene.remove_class();
  scene.start();
  auto const message = scene.await_event("web", "ProvisioningFailed", scene.class_name());
  CHECK(contains(message, "not found"));
  scene.make_class();
  scene.await_bound("web");
  scene.stop();
}

TEST_CASE("Of two claims for one path the second waits for the first and learns nothing of its namespace") {
  Scene scene;
  scene.make_class({.parameters = {{"pathPattern", "shared/place"}}});
  auto const other = scene.make_namespace("stranger");
  scene.start();
  auto const first = scene.bound_claim("first");
  scene.exported().write("shared/place/token", "first");
  scene.make_claim("second", {.name_space = other});
  auto const message = scene.await_event("second", "ProvisioningFailed", "shared/place", other);
  CHECK_FALSE(contains(message, scene.name_space()));
  CHECK_FALSE(contains(message, "first"));
  CHECK(scene.claim("second", other)->phase == "Pending");
  scene.remove_and_await(first);
  auto const second = scene.await_bound("second", other);
  CHECK(scene.directory(second.volume) == "shared/place");
  CHECK(scene.exported().names_in("shared/place").empty());
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
