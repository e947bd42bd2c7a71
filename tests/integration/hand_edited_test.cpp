// Volumes that people edited, and exports that are not where they were: nothing is touched on a doubt.
#include <filesystem>

#include "tests/integration/support/metrics.hpp"
#include "tests/integration/support/scene.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

namespace fs = std::filesystem;

// A Released volume that says that our provisioner made it.
std::string forged(Scene& scene, std::string const& name, std::string const& server, std::string const& path) {
  k8s::Volume volume;
  volume.meta.name = scene.unique(name);
  volume.meta.annotations = {{"pv.kubernetes.io/provisioned-by", scene.provisioner()}};
  volume.capacity = "1Mi";
  volume.access_modes = {"ReadWriteMany"};
  volume.reclaim_policy = "Delete";
  volume.storage_class_name = scene.class_name();
  volume.claim_ref = k8s::ObjectReference{.api_version = "v1",
                                          .kind = "PersistentVolumeClaim",
                                          .name_space = scene.name_space(),
                                          .name = "gone",
                                          .uid = "00000000-0000-0000-0000-000000000000",
                                          .resource_version = {}};
  volume.source = {"nfs", {{"server", server}, {"path", path}}};
  scene.cluster().create(volume);
  return volume.meta.name;
}

TEST_CASE("A volume on another server or outside the export is never dealt with") {
  Scene scene("/srv/export");
  scene.make_class({.parameters = {{"onDelete", "delete"}}});
  auto const& exported = scene.exported();
  exported.make("victim");
  exported.write("victim/token", "safe");
  fs::create_directories(exported.outside("sibling"));
  struct Forgery {
    std::string name;
    std::string server;
    std::string path;
    std::string says;
  };
  std::vector<Forgery> const forgeries{
      {"server", "other.test", "/srv/export/victim", "other.test"},
      {"outside", scene.server(), "/srv/sibling", "/srv/sibling"},
      {"prefix", scene.server(), "/srv/export-2/victim", "/srv/export-2/victim"},
      {"root", scene.server(), "/srv/export", "/srv/export"},
      {"upwards", scene.server(), "/srv/export/../sibling", ""},
      {"private", scene.server(), "/srv/export/.nfs-subdir-provisioner", ".nfs-subdir-provisioner"},
  };
  std::vector<std::string> names;
  for (auto const& each : forgeries) {
    try {
      names.push_back(forged(scene, each.name, each.server, each.path));
    } catch (std::runtime_error const&) {
      CHECK(each.name == "upwards");  // the API server's own to refuse
      names.emplace_back();
    }
  }
  scene.start();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) continue;
    INFO(names[i]);
    auto const message = scene.await_event(names[i], "VolumeFailedDelete", forgeries[i].says, "default");
    CHECK(message.find("nothing was touched") != std::string::npos);
    CHECK(scene.cluster().get<k8s::Volume>({{}, names[i]}));
  }
  CHECK(exported.read("victim/token") == "safe");
  CHECK(fs::exists(exported.outside("sibling")));
  CHECK(exported.names() == std::set<std::string>{"victim"});
  scene.stop();
}

TEST_CASE("A volume made anew by hand with another path than it was made for is never dealt with") {
  Scene scene;
  scene.make_class({.parameters = {{"onDelete", "delete"}}, .reclaim_policy = "Retain"});
  scene.start();
  auto const mine = scene.bound_claim("mine");
  auto const yours = scene.bound_claim("yours");
  scene.exported().make("third");
  scene.exported().write("third/token", "safe");
  scene.stop();
  // As an administrator does it: the volume is saved, deleted, and made again with a few fields changed.
  scene.remove_claim("mine");
  scene.await_no_claim("mine");
  scene.cluster().remove<k8s::Volume>({{}, mine.volume.meta.name});
  scene.await_no_volume(mine.volume.meta.name);
  auto edited = mine.volume;
  edited.meta.uid.clear();
  edited.meta.resource_version.clear();
  edited.meta.creation_timestamp.clear();
  edited.meta.finalizers.clear();
  edited.reclaim_policy = "Delete";
  edited.source.attributes = {{"server", scene.server()}, {"path", "/exported/third"}};
  scene.cluster().create(edited);
  scene.start();
  auto const message = scene.await_event(edited.meta.name, "VolumeFailedDelete", "nothing was touched", "default");
  CHECK(message.find("third") != std::string::npos);
  CHECK(scene.exported().read("third/token") == "safe");
  CHECK(scene.exported().has(scene.directory(mine.volume)));
  CHECK(scene.exported().has(scene.directory(yours.volume)));
  scene.stop();
}

// Everything on the export goes elsewhere: so it looks where the mount is missing, or is another one.
void move_content(fs::path const& from, fs::path const& to) {
  fs::create_directories(to);
  for (auto const& entry : fs::directory_iterator(from)) fs::rename(entry.path(), to / entry.path().filename());
}

void check_refuses_until_back(Scene& scene, std::string const& name, std::string const& says) {
  auto const& exported = scene.exported();
  auto const away = exported.outside("away");
  auto const pair = scene.await_bound(name);
  auto const before = exported.names_in("");
  move_content(exported.root(), away);
  if (!says.empty()) {
    exported.make(".nfs-subdir-provisioner");
    exported.write(".nfs-subdir-provisioner/export.json", R"({"version":1,"id":")" + says + "\"}\n");
  }
  auto const there = exported.names_in("");
  scene.remove_claim(name);
  scene.program().wait_until_said("failed; to be tried again");
  CHECK(scene.cluster().get<k8s::Volume>({{}, pair.volume.meta.name}));
  CHECK(exported.names_in("") == there);
  CHECK(fs::exists(away / scene.directory(pair.volume) / "token"));
  fs::remove_all(exported.at(".nfs-subdir-provisioner"));
  move_content(away, exported.root());
  scene.await_no_volume(pair.volume.meta.name);
  CHECK(exported.read("archived-" + scene.name_space() + "-" + name + "-" + pair.volume.meta.name + "/token") == name);
}

TEST_CASE("Nothing is dealt with while the export's content is gone or another's and all is once it is back") {
  Scene scene;
  scene.make_class();
  for (auto const& [name, marker] :
       std::map<std::string, std::string>{{"empty", ""}, {"foreign", "11111111-1111-1111-1111-111111111111"}}) {
    INFO(name);
    scene.start();
    auto const pair = scene.bound_claim(name);
    scene.exported().write(scene.directory(pair.volume) + "/token", name);
    check_refuses_until_back(scene, name, marker);
    scene.stop();
  }
}

TEST_CASE("An export that is empty at the start although volumes are on it is not touched") {
  Scene scene;
  scene.make_class();
  scene.start();
  auto const pair = scene.bound_claim("web");
  scene.exported().write(scene.directory(pair.volume) + "/token", "safe");
  scene.stop();
  auto const away = scene.exported().outside("away");
  fs::rename(scene.exported().root(), away);
  fs::create_directory(scene.exported().root());
  scene.remove_claim("web");
  scene.launch().wait_until_said("the export cannot be used");
  scene.make_claim("other");
  eventually("the claim handed over", [&] {
    return k8s::find(scene.claim("other")->meta.annotations, "volume.kubernetes.io/storage-provisioner") != nullptr;
  });
  CHECK(scene.exported().names_in("").empty());
  CHECK(scene.cluster().get<k8s::Volume>({{}, pair.volume.meta.name}));
  fs::remove(scene.exported().root());
  fs::rename(away, scene.exported().root());
  scene.await_bound("other");
  scene.await_no_volume(pair.volume.meta.name);
  CHECK(scene.exported().read("archived-" + scene.name_space() + "-web-" + pair.volume.meta.name + "/token") == "safe");
  scene.stop();
}

TEST_CASE("A directory that a tenant replaced by a link leads nowhere") {
  Scene scene;
  scene.make_class({.parameters = {{"pathPattern", "a/${.PVC.name}"}, {"onDelete", "delete"}}});
  auto const outside = scene.exported().outside("outside");
  fs::create_directories(outside / "trapped");
  scene.start();
  auto const pair = scene.bound_claim("web");
  fs::rename(scene.exported().at("a"), scene.exported().at("b"));
  fs::create_directory_symlink(outside, scene.exported().at("a"));
  scene.make_claim("trapped");
  scene.await_event("trapped", "ProvisioningFailed", "");
  scene.remove_claim("web");
  scene.await_no_claim("web");
  scene.program().wait_until_said("failed; to be tried again");
  CHECK(fs::exists(outside / "trapped"));
  CHECK(std::distance(fs::directory_iterator(outside), fs::directory_iterator()) == 1);
  CHECK(scene.exported().has("b/web"));
  fs::remove(scene.exported().at("a"));
  fs::rename(scene.exported().at("b"), scene.exported().at("a"));
  scene.await_bound("trapped");
  scene.await_no_volume(pair.volume.meta.name);
  scene.stop();
}

TEST_CASE("A directory that is gone when its volume is released is told in an Event") {
  Scene scene;
  scene.make_class();
  scene.start("direct", {{"HTTP_ADDRESS", any_port}});
  auto const pair = scene.bound_claim("web");
  // Until its intent is settled, a directory that is gone may be one that never was.
  eventually("an intent that is settled",
             [&] { return !scene.exported().has(scene.exported().own("creating") + "/" + pair.volume.meta.name); });
  fs::remove_all(scene.exported().at(scene.directory(pair.volume)));
  scene.remove_and_await(pair);
  scene.await_event(pair.volume.meta.name, "DirectoryMissing", scene.directory(pair.volume), "default");
  CHECK(metric(scene.program(), "nfs_provisioner_directories_missing_total", scene.class_name()) == 1.0);
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
