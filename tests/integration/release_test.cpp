// What becomes of a directory when its claim goes.
#include <filesystem>

#include "k8s/base/clock.hpp"

#include "tests/integration/support/foreign_volume.hpp"
#include "tests/integration/support/tokens.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

std::string const by_name = "${.PVC.namespace}/${.PVC.name}";

void check_record(Scene& scene, Pair const& pair, std::string const& policy, std::string const& archived_path) {
  auto const text = scene.exported().read(record_of(pair));
  REQUIRE(text);
  auto const record = parse_json(*text);
  auto const name_space = scene.cluster().get<k8s::Namespace>({{}, pair.claim.meta.name_space});
  CHECK(text_at(record, "/volume") == pair.volume.meta.name);
  CHECK(text_at(record, "/claimNamespace") == pair.claim.meta.name_space);
  CHECK(text_at(record, "/namespaceUid") == name_space->meta.uid);
  CHECK(text_at(record, "/claimName") == pair.claim.meta.name);
  CHECK(text_at(record, "/claimUid") == pair.claim.meta.uid);
  CHECK(text_at(record, "/storageClass") == k8s::class_name(pair.claim));
  CHECK(text_at(record, "/originalPath") == scene.directory(pair.volume));
  CHECK(text_at(record, "/archivedPath") == archived_path);
  CHECK(text_at(record, "/requestedStorage") == pair.claim.requested_storage);
  CHECK(text_at(record, "/onDelete") == policy);
  CHECK(k8s::from_rfc3339(text_at(record, "/time")));
}

struct Policy {
  std::string name;
  k8s::StringMap parameters;
  std::string effect;  // archive, delete, retain
};

std::vector<Policy> policies() {
  return {{"the default", {}, "archive"},
          {"onDelete archive", {{"onDelete", "archive"}}, "archive"},
          {"onDelete delete", {{"onDelete", "delete"}, {"trashRetention", "0"}}, "delete"},
          {"onDelete retain", {{"onDelete", "retain"}}, "retain"},
          {"archiveOnDelete true", {{"archiveOnDelete", "true"}}, "archive"},
          {"archiveOnDelete false", {{"archiveOnDelete", "false"}, {"trashRetention", "0"}}, "delete"},
          {"onDelete wins over true",
           {{"archiveOnDelete", "true"}, {"onDelete", "delete"}, {"trashRetention", "0"}},
           "delete"},
          {"onDelete wins over false", {{"archiveOnDelete", "false"}, {"onDelete", "retain"}}, "retain"}};
}

// Each has a class of its own: the watch of classes may be behind the one of claims.
void check_policy(Scene& scene, Policy const& policy, std::size_t number) {
  INFO(policy.name);
  auto const class_name = scene.unique("class-" + std::to_string(number));
  auto const& exported = scene.exported();
  auto parameters = policy.parameters;
  parameters.emplace("pathPattern", by_name);
  scene.make_class({.parameters = parameters}, class_name);
  auto const pair = scene.bound_claim("web", {.class_name = class_name});
  CHECK(k8s::has_finalizer(pair.volume.meta, "external-provisioner.volume.kubernetes.io/finalizer"));
  auto const directory = scene.directory(pair.volume);
  REQUIRE(directory == scene.name_space() + "/web");
  exported.write(directory + "/token", policy.name);
  scene.remove_and_await(pair);

  CHECK(exported.read(archive_of(pair) + "/token") ==
        (policy.effect == "archive" ? std::optional(policy.name) : std::nullopt));
  CHECK(exported.read(directory + "/token") == (policy.effect == "retain" ? std::optional(policy.name) : std::nullopt));
  CHECK(exported.has(scene.name_space()) == (policy.effect == "retain"));  // the parent, empty or not
  if (policy.effect == "delete") {
    CHECK_FALSE(exported.has(record_of(pair)));
    eventually("the trash purged", [&] { return exported.names_in(exported.own("trash")).empty(); });
  } else {
    check_record(scene, pair, policy.effect, policy.effect == "archive" ? archive_of(pair) : directory);
  }
  std::filesystem::remove_all(exported.at(scene.name_space()));
  scene.remove_class(class_name);
}

TEST_CASE("Each policy does to the directory what its class says") {
  Scene scene;
  scene.start("eager");
  auto const all = policies();
  for (std::size_t i = 0; i < all.size(); ++i) check_policy(scene, all[i], i);
  scene.stop();
}

TEST_CASE("With reclaim policy Retain directory and volume are left alone") {
  Scene scene;
  scene.make_class({.parameters = {{"onDelete", "delete"}}, .reclaim_policy = "Retain"});
  scene.start();
  auto const pair = scene.bound_claim("web");
  CHECK_FALSE(k8s::has_finalizer(pair.volume.meta, "external-provisioner.volume.kubernetes.io/finalizer"));
  scene.exported().write(scene.directory(pair.volume) + "/token", "kept");
  scene.remove_claim("web");
  eventually("the volume Released", [&] {
    return scene.cluster().get<k8s::Volume>({{}, pair.volume.meta.name})->phase == "Released";
  });
  // Another claim, made and gone later, shows that the program has passed this one by.
  scene.make_class({.parameters = {{"onDelete", "delete"}}}, scene.unique("other"));
  scene.remove_and_await(scene.bound_claim("later", {.class_name = scene.unique("other")}));
  CHECK(scene.cluster().get<k8s::Volume>({{}, pair.volume.meta.name}));
  CHECK(scene.exported().read(scene.directory(pair.volume) + "/token") == "kept");
  CHECK_FALSE(scene.exported().has(record_of(pair)));
  scene.stop();
}

TEST_CASE("An empty parent is removed and one with a sibling stays") {
  Scene scene;
  scene.make_class({.parameters = {{"pathPattern", "a/${.PVC.labels.group}/${.PVC.name}"},
                                   {"onDelete", "delete"},
                                   {"allowTenantPaths", "true"}}});
  scene.start();
  auto const one = scene.bound_claim("one", {.labels = {{"group", "x"}}});
  auto const two = scene.bound_claim("two", {.labels = {{"group", "x"}}});
  auto const far = scene.bound_claim("far", {.labels = {{"group", "y"}}});
  scene.exported().write("a/x/two/token", "two");
  scene.remove_and_await(one);
  CHECK_FALSE(scene.exported().has("a/x/one"));
  CHECK(scene.exported().read("a/x/two/token") == "two");
  scene.remove_and_await(two);
  CHECK_FALSE(scene.exported().has("a/x"));
  CHECK(scene.exported().has("a/y/far"));
  scene.remove_and_await(far);
  CHECK(scene.exported().names().empty());
  scene.stop();
}

TEST_CASE("A directory that was there before is adopted with what is in it") {
  Scene scene;
  scene.make_class({.parameters = {{"pathPattern", by_name}}});
  auto const directory = scene.name_space() + "/web";
  scene.exported().make(directory);
  scene.exported().write(directory + "/old", "data");
  std::filesystem::permissions(scene.exported().at(directory), std::filesystem::perms{0750});
  scene.start();
  auto const pair = scene.bound_claim("web");
  CHECK(scene.exported().read(directory + "/old") == "data");
  CHECK(std::filesystem::status(scene.exported().at(directory)).permissions() == std::filesystem::perms{0750});
  scene.remove_and_await(pair);
  CHECK(scene.exported().read(archive_of(pair) + "/old") == "data");
  scene.stop();
}

Pair filled_upstream_pair(Scene& scene) {
  auto pair = upstream_pair(scene, "old");
  scene.exported().write(scene.directory(pair.volume) + "/token", "old");
  return pair;
}

TEST_CASE("A volume that upstream made is released as its class says") {
  Scene scene;
  for (auto const& [parameters, archives] : std::vector<std::pair<k8s::StringMap, bool>>{
           {{}, true}, {{{"archiveOnDelete", "false"}}, false}, {{{"onDelete", "delete"}}, false}}) {
    scene.make_class({.parameters = parameters});
    auto const pair = filled_upstream_pair(scene);
    scene.start();
    scene.remove_and_await(pair);
    CHECK(scene.exported().read(archive_of(pair) + "/token") ==
          (archives ? std::optional<std::string>("old") : std::nullopt));
    CHECK_FALSE(scene.exported().has(scene.directory(pair.volume)));
    scene.stop();
    scene.remove_class();
  }
}

TEST_CASE("A volume that upstream made is archived when its class is gone") {
  Scene scene;
  scene.make_class({.parameters = {{"onDelete", "delete"}}});
  auto const pair = filled_upstream_pair(scene);
  scene.remove_class();
  scene.start();
  scene.remove_and_await(pair);
  CHECK(scene.exported().read(archive_of(pair) + "/token") == "old");
  scene.stop();
}

TEST_CASE("A class that is edited or gone changes nothing for the volumes that were made by it") {
  Scene scene;
  scene.make_class({.parameters = {{"onDelete", "archive"}}});
  scene.start();
  auto const one = scene.bound_claim("one");
  auto const two = scene.bound_claim("two");
  scene.exported().write(scene.directory(one.volume) + "/token", "one");
  scene.exported().write(scene.directory(two.volume) + "/token", "two");
  scene.remove_class();
  scene.remove_and_await(one);
  scene.make_class({.parameters = {{"onDelete", "delete"}}});
  scene.remove_and_await(two);
  CHECK(scene.exported().read(archive_of(one) + "/token") == "one");
  CHECK(scene.exported().read(archive_of(two) + "/token") == "two");
  scene.stop();
}

TEST_CASE("A claim deleted and made again under its name gets a fresh directory and the old data is archived") {
  Scene scene;
  scene.make_class({.parameters = {{"pathPattern", by_name}}});
  scene.start();
  auto const first = scene.bound_claim("web");
  scene.exported().write(scene.directory(first.volume) + "/token", "first");
  scene.remove_claim("web");
  scene.await_no_claim("web");  // and not for its volume: the next one comes at once
  auto const second = scene.bound_claim("web");
  CHECK(second.server_path() == first.server_path());
  CHECK(scene.exported().names_in(scene.directory(second.volume)).empty());
  scene.await_no_volume(first.volume.meta.name);
  CHECK(scene.exported().has(scene.directory(second.volume)));
  CHECK(scene.exported().read(archive_of(first) + "/token") == "first");
  scene.stop();
}

TEST_CASE("Without kube-controller-manager a deleted claim is archived all the same, and its successor served",
          "[serial]") {
  Scene scene;
  scene.make_class({.parameters = {{"pathPattern", by_name}, {"onCreate", "restore"}}});
  scene.start("eager");
  auto const first = scene.bound_claim("web");
  scene.exported().write(scene.directory(first.volume) + "/token", "kept");
  cluster_command("stop", "kube-controller-manager");
  struct Restart {
    ~Restart() { cluster_command("start", "kube-controller-manager"); }
  };
  {
    Restart const restart;
    scene.remove_claim("web");
    // Its protection is kube-controller-manager's to take off.
    scene.cluster().patch<k8s::Claim>({scene.name_space(), "web"}, R"({"metadata":{"finalizers":null}})");
    scene.await_no_claim("web");
    eventually("the volume is on its way out", [&] {
      auto const volume = scene.cluster().get<k8s::Volume>({{}, first.volume.meta.name});
      return !volume || volume->meta.deleting();
    });
    auto const second = scene.bound_claim("web");
    CHECK(scene.exported().read(scene.directory(second.volume) + "/token") == "kept");
  }
  scene.await_no_volume(first.volume.meta.name);
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
