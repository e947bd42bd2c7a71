// The export is full, read-only or gone at a step: nothing is lost, an Event says why, and it goes on by itself.
#include <filesystem>

#include "tests/integration/support/tmpfs.hpp"
#include "tests/integration/support/tokens.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

namespace fs = std::filesystem;

std::string const options = "size=1m,nr_inodes=200";

struct Fault {
  std::string name;
  std::string says;
  std::function<void()> begin;
  std::function<void()> end;
};

// The mount is gone: its mount point shows through, empty.
void hide(ExportDir const& exported, fs::path const& away) {
  fs::create_directory(away);
  for (auto const& entry : fs::directory_iterator(exported.root()))
    if (entry.path() != away) fs::rename(entry.path(), away / entry.path().filename());
}

void show(ExportDir const& exported, fs::path const& away) {
  for (auto const& entry : fs::directory_iterator(away))
    fs::rename(entry.path(), exported.root() / entry.path().filename());
  fs::remove(away);
}

Fault read_only(Tmpfs& mount) {
  return {"read-only", "Read-only file system", [&] { mount.set_read_only(true); },
          [&] { mount.set_read_only(false); }};
}

Fault without_inodes(Tmpfs& mount, std::size_t left) {
  return {"room for " + std::to_string(left) + " more", "No space left on device",
          [&mount, left] { mount.fill(left, true); }, [&mount] { mount.make_room(); }};
}

Fault without_bytes(Tmpfs& mount) {
  return {"no room in files", "No space left on device", [&mount] { mount.fill(100, false); },
          [&mount] { mount.make_room(); }};
}

Fault gone(Scene& scene) {
  auto const away = scene.exported().at("away");
  return {"gone", "its marker is missing", [&scene, away] { hide(scene.exported(), away); },
          [&scene, away] { show(scene.exported(), away); }};
}

// Made while it lasts: Pending, no volume; Bound once it is over.
Pair made_under(Scene& scene, Fault const& fault, std::string const& name) {
  fault.begin();
  await_line(scene, scene.make_claim(name), fault.says);
  scene.await_event(name, "ProvisioningFailed", fault.says);
  CHECK(scene.claim(name)->phase == "Pending");
  CHECK(scene.volumes().empty());
  fault.end();
  return scene.await_bound(name);
}

// Deleted while it lasts: the volume stays; gone once it is over.
void released_under(Scene& scene, Fault const& fault, Pair const& pair) {
  fault.begin();
  scene.remove_claim(pair.claim.meta.name);
  await_line(scene, pair.claim, fault.says);
  scene.await_event(pair.volume.meta.name, "VolumeFailedDelete", fault.says, "default");
  CHECK(scene.cluster().get<k8s::Volume>({{}, pair.volume.meta.name}));
  CHECK(all_tokens(scene.exported()).contains(pair.claim.meta.uid));
  fault.end();
  scene.await_no_volume(pair.volume.meta.name);
}

// The whole life of a claim, each step under the fault.
void live_under(Scene& scene, Fault const& fault) {
  INFO(fault.name);
  auto const first = made_under(scene, fault, "web");
  auto const token = put_token(scene, first);
  released_under(scene, fault, first);
  CHECK(scene.exported().read(archive_of(first) + "/token") == token);
  auto const back = made_under(scene, fault, "web");
  CHECK(token_of(scene, back) == token);
  CHECK(all_tokens(scene.exported()).size() == 1);
  scene.remove_and_await(back);
  fs::remove_all(scene.exported().at(archive_of(back)));
  CHECK(scene.exported().names().empty());
}

// And of one whose data is to go with it.
void deleted_under(Scene& scene, Fault const& fault) {
  INFO(fault.name);
  auto const pair = scene.bound_claim("cache", {.class_name = scene.unique("delete")});
  put_token(scene, pair);
  released_under(scene, fault, pair);
  eventually("the trash purged", [&] { return all_tokens(scene.exported()).empty(); });
}

// What fails is to fail for its own sake: as long as the archives are not known, claims wait for that.
void start(Scene& scene) {
  scene.start().wait_until_said("all archives are known");
}

void make_classes(Scene& scene) {
  scene.make_class(restoring());
  scene.make_class(restoring({{"onDelete", "delete"}, {"trashRetention", "0"}}), scene.unique("delete"));
}

TEST_CASE("On an export that is read-only nothing is lost and all goes on once it is not") {
  Scene scene;
  auto mount = Tmpfs::over(scene.exported().root(), options);
  if (!mount) return;
  make_classes(scene);
  start(scene);
  live_under(scene, read_only(*mount));
  deleted_under(scene, read_only(*mount));
  scene.stop();
}

TEST_CASE("On an export that is full at any step nothing is lost and all goes on once it is not") {
  Scene scene;
  auto mount = Tmpfs::over(scene.exported().root(), options);
  if (!mount) return;
  make_classes(scene);
  start(scene);
  live_under(scene, without_bytes(*mount));
  live_under(scene, without_inodes(*mount, 0));
  // An intent and two directories are needed: full before the first, the second, the third. An archive comes back
  // with an intent and one directory.
  for (std::size_t left = 0; left < 3; ++left) {
    INFO(left << " left");
    auto const first = made_under(scene, without_inodes(*mount, left), "web");
    put_token(scene, first);
    scene.remove_and_await(first);
    if (left < 2) {
      auto const back = made_under(scene, without_inodes(*mount, left), "web");
      CHECK(token_of(scene, back) == first.claim.meta.uid);
      scene.remove_and_await(back);
      fs::remove_all(scene.exported().at(archive_of(back)));
    } else {
      fs::remove_all(scene.exported().at(archive_of(first)));
    }
  }
  scene.stop();
}

TEST_CASE("Data that a class wants deleted goes from a full export as well") {
  Scene scene;
  auto mount = Tmpfs::over(scene.exported().root(), options);
  if (!mount) return;
  make_classes(scene);
  start(scene);
  auto const pair = scene.bound_claim("cache", {.class_name = scene.unique("delete")});
  put_token(scene, pair);
  mount->fill(0, false);
  scene.remove_and_await(pair);
  eventually("the trash purged", [&] { return all_tokens(scene.exported()).empty(); });
  CHECK_FALSE(scene.exported().has(record_of(pair)));
  scene.stop();
}

TEST_CASE("On an export that is gone nothing is made and nothing counts as deleted until it is back") {
  Scene scene;
  make_classes(scene);
  start(scene);
  live_under(scene, gone(scene));
  deleted_under(scene, gone(scene));
  // Nothing was written into the empty mount point: what is there was there.
  CHECK(scene.exported().names().empty());
  scene.stop();
}

TEST_CASE("A program that starts while its mount is missing touches nothing until it is back") {
  Scene scene;
  scene.make_class(restoring());
  scene.start();
  auto const pair = scene.bound_claim("web");
  auto const token = put_token(scene, pair);
  auto const kept = scene.bound_claim("kept");
  scene.stop();
  auto const away = scene.exported().outside("away");
  fs::rename(scene.exported().root(), away);
  fs::create_directory(scene.exported().root());
  scene.launch().wait_until_said("cannot be used");
  scene.remove_claim("web");
  scene.await_no_claim("web");
  scene.make_claim("web");
  scene.program().wait_until_said("its marker is missing");
  CHECK(scene.cluster().get<k8s::Volume>({{}, pair.volume.meta.name}));
  CHECK(fs::is_empty(scene.exported().root()));
  fs::remove(scene.exported().root());
  fs::rename(away, scene.exported().root());
  CHECK(token_of(scene, scene.await_bound("web")) == token);
  CHECK(scene.await_bound("kept").volume.meta.uid == kept.volume.meta.uid);
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
