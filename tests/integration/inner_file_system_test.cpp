// A directory of the export that is a file system of its own: docs/behaviour.md#inner.
#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "tests/integration/support/tmpfs.hpp"
#include "tests/integration/support/tokens.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

namespace fs = std::filesystem;

/// A directory that is mounted over another one, and can be taken away and brought back with all that it holds.
class BindMount {
 public:
  BindMount(fs::path from, fs::path over) : from_(std::move(from)), over_(std::move(over)) {}
  ~BindMount() { unmount(); }
  BindMount(BindMount const&) = delete;
  BindMount& operator=(BindMount const&) = delete;

  /// False: mounting is not allowed here; this says so, loudly.
  [[nodiscard]] bool mount() {
    mounted_ = ::mount(from_.c_str(), over_.c_str(), nullptr, MS_BIND, nullptr) == 0;
    if (!mounted_) {
      std::cerr << "SKIPPED: nothing can be mounted here (" << std::strerror(errno)
                << "); file systems inside the export were NOT tested\n";
    }
    return mounted_;
  }
  void unmount() {
    if (std::exchange(mounted_, false)) ::umount2(over_.c_str(), MNT_DETACH);
  }

 private:
  fs::path from_;
  fs::path over_;
  bool mounted_ = false;
};

std::string inner_archive_of(Scene const& scene, Pair const& pair) {
  return scene.name_space() + "/.nfs-subdir-provisioner/archives/" + archive_of(pair);
}

/// By the namespace's directory: one that shows its device, or a directory of the same device, where rename alone
/// tells.
void check_namespace_on_its_own(bool device_shows) {
  Scene scene;
  fs::path const dataset = scene.exported().outside("dataset");
  fs::create_directory(dataset);
  scene.exported().make(scene.name_space());
  auto const own = device_shows ? Tmpfs::over(dataset, "size=8m") : std::nullopt;
  BindMount bind(dataset, scene.exported().at(scene.name_space()));
  if ((device_shows && !own) || !bind.mount()) return;
  scene.make_class(restoring());
  scene.make_class(restoring({{"onDelete", "delete"}, {"trashRetention", "0"}}), scene.unique("deleting"));
  scene.start();
  // A release that is repeated at this moment would remove the empty directory (docs/behaviour.md#inner).
  auto const unmount_between_programs = [&] {
    scene.stop();
    bind.unmount();
    scene.start();
  };

  auto const first = scene.bound_claim("web");
  auto const token = put_token(scene, first);
  scene.remove_and_await(first);
  CHECK(scene.exported().read(inner_archive_of(scene, first) + "/token") == token);
  CHECK(scene.exported().names() == std::set<std::string>{scene.name_space()});
  CHECK(scene.exported().has(record_of(first)));

  // While it is not there, who wants its data waits, and nobody begins empty.
  unmount_between_programs();
  auto const claim = scene.make_claim("web");
  (void)scene.await_event("web", "ProvisioningFailed", "is not mounted");
  CHECK(scene.exported().names_in(scene.name_space()).empty());
  CHECK(scene.exported().has(record_of(first)));
  REQUIRE(bind.mount());
  auto const second = scene.await_bound("web");
  CHECK(token_of(scene, second) == token);
  eventually("the record gone", [&] { return !scene.exported().has(record_of(first)); });

  auto const gone = scene.bound_claim("gone", {.class_name = scene.unique("deleting")});
  auto const deleted = put_token(scene, gone);
  scene.remove_and_await(gone);
  eventually("what was deleted removed", [&] { return !all_tokens(scene.exported()).contains(deleted); });
  eventually("its signpost removed", [&] { return scene.exported().names_in(scene.exported().own("trash")).empty(); });

  // A volume whose directory is missing with its file system is not taken for one without a directory.
  if (device_shows) {
    unmount_between_programs();
    scene.remove_claim("web");
    (void)scene.await_event(second.volume.meta.name, "VolumeFailedDelete", "which is not mounted", "default");
    REQUIRE(bind.mount());
    scene.await_no_volume(second.volume.meta.name);
    CHECK(scene.exported().read(inner_archive_of(scene, second) + "/token") == token);
  }
  scene.stop();
}

TEST_CASE("What lies on a file system of its own is archived and deleted there and comes back") {
  check_namespace_on_its_own(true);
}

TEST_CASE("What lies on a file system whose device does not show is archived and deleted there and comes back") {
  check_namespace_on_its_own(false);
}

TEST_CASE("A volume whose directory is a file system itself stays Released and says what to do") {
  Scene scene;
  scene.make_class(restoring({{"onDelete", "delete"}}));
  scene.start();
  auto const pair = scene.bound_claim("web");
  auto const path = scene.directory(pair.volume);
  auto mount = Tmpfs::over(scene.exported().at(path), "size=1m");
  if (!mount) return;
  auto const token = put_token(scene, pair);
  scene.remove_claim("web");
  (void)scene.await_event(pair.volume.meta.name, "VolumeFailedDelete", "it is a file system of its own", "default");
  CHECK(scene.exported().read(path + "/token") == token);
  mount.reset();
  scene.await_no_volume(pair.volume.meta.name);
  CHECK_FALSE(scene.exported().has(path));
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
