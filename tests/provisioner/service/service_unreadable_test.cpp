// Objects that the program cannot read, among others that it can.
#include <algorithm>

#include "tests/provisioner/support/running_service.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

constexpr auto* wrong_modes = R"({"spec":{"accessModes":"all of them"}})";
constexpr auto* right_modes = R"({"spec":{"accessModes":["ReadWriteMany"]}})";

struct Scene : Running {
  [[nodiscard]] bool told(std::string const& object, std::string const& reason) const {
    auto const events = server.all<k8s::Event>();
    return std::ranges::any_of(events,
                               [&](auto const& each) { return each.involved.name == object && each.reason == reason; });
  }
  [[nodiscard]] std::size_t unreadable(std::string const& kind) {
    for (auto const& each : service->status().watches)
      if (each.kind == kind) return each.unreadable;
    return 0;
  }
  /// One more claim is made and served: all that came before was seen.
  [[nodiscard]] bool serves(std::string const& name) {
    server.put(pending_claim(name, "UID-" + name));
    return becomes([&] { return bound(name); });
  }
  void release(std::string const& volume) {
    server.spoil<k8s::Volume>({{}, volume}, R"({"status":{"phase":"Released"}})", "status");
  }
  [[nodiscard]] bool has_volume(std::string const& name) const {
    auto const changes = server.changes_since(0);
    auto const last = std::find_if(changes.rbegin(), changes.rend(), [&](auto const& each) {
      return each.plural == "persistentvolumes" && contains(each.object, "\"name\":\"" + name + "\"");
    });
    return last != changes.rend() && last->type != "DELETED";
  }
};

}  // namespace

TEST_CASE("a claim that cannot be read is told of and left alone, others are served, and so is it once it is mended") {
  Scene scene;
  scene.server.put(pending_claim("poison", "U0"));
  scene.server.spoil<k8s::Claim>({"team-a", "poison"}, wrong_modes);
  scene.start();
  CHECK(scene.serves("other"));
  CHECK(scene.becomes([&] { return scene.told("poison", "CannotBeRead"); }));
  CHECK(scene.unreadable("persistentvolumeclaims") == 1);
  CHECK_FALSE(scene.stands("team-a/poison"));
  scene.server.spoil<k8s::Claim>({"team-a", "poison"}, right_modes);
  CHECK(scene.becomes([&] { return scene.bound("poison"); }));
  CHECK(scene.unreadable("persistentvolumeclaims") == 0);
  CHECK(scene.service->stop(20s));
}

TEST_CASE("a claim that cannot be read exists: its volume is not released before the claim has gone") {
  Scene scene;
  scene.start();
  REQUIRE(scene.serves("web"));
  scene.server.spoil<k8s::Claim>({"team-a", "web"}, wrong_modes);
  REQUIRE(scene.becomes([&] { return scene.unreadable("persistentvolumeclaims") == 1; }));
  scene.release("pvc-UID-web");
  CHECK(scene.serves("other"));
  CHECK(scene.has_volume("pvc-UID-web"));
  CHECK(scene.stands("team-a/web"));
  scene.server.remove<k8s::Claim>({"team-a", "web"});
  CHECK(scene.becomes([&] { return !scene.has_volume("pvc-UID-web"); }));
  CHECK_FALSE(scene.stands("team-a/web"));
  CHECK(scene.service->stop(20s));
}

TEST_CASE("a volume that cannot be read any more keeps its directory, and nobody gets it until the volume is mended") {
  Scene scene;
  scene.start();
  REQUIRE(scene.serves("web"));
  scene.server.spoil<k8s::Volume>({{}, "pvc-UID-web"}, wrong_modes);
  REQUIRE(scene.becomes([&] { return scene.unreadable("persistentvolumes") == 1; }));
  scene.server.remove<k8s::Claim>({"team-a", "web"});
  scene.release("pvc-UID-web");
  scene.server.put(pending_claim("web", "U2"));
  CHECK(scene.serves("other"));
  CHECK(scene.becomes([&] { return scene.told("web", "WaitingForRelease"); }));
  CHECK(scene.has_volume("pvc-UID-web"));
  CHECK_FALSE(scene.has_volume("pvc-U2"));
  scene.server.spoil<k8s::Volume>({{}, "pvc-UID-web"}, right_modes);
  CHECK(scene.becomes([&] { return scene.bound("web"); }));
  CHECK_FALSE(scene.has_volume("pvc-UID-web"));
  CHECK(scene.service->stop(20s));
}

TEST_CASE("while a volume that was never read may be anywhere, no directory that stands is given away or moved") {
  Scene scene;
  scene.server.put(volume_at("by-hand", "/data/nfs/team-a/web"));
  scene.server.spoil<k8s::Volume>({{}, "by-hand"}, wrong_modes);
  std::filesystem::create_directories(scene.directory.path() + "/team-a/web");
  scene.server.put(pending_claim("web", "U1"));
  scene.start();
  CHECK(scene.serves("other"));
  CHECK(scene.becomes([&] { return scene.told("web", "ProvisioningFailed"); }));
  scene.server.remove<k8s::Claim>({"team-a", "other"});
  scene.release("pvc-UID-other");
  CHECK(scene.becomes([&] { return scene.told("pvc-UID-other", "VolumeFailedDelete"); }));
  CHECK(scene.stands("team-a/other"));
  CHECK_FALSE(scene.has_volume("pvc-U1"));
  scene.server.remove<k8s::Volume>({{}, "by-hand"});
  CHECK(scene.becomes([&] { return scene.bound("web"); }));
  CHECK(scene.becomes([&] { return !scene.has_volume("pvc-UID-other"); }));
  CHECK(scene.service->stop(20s));
}

TEST_CASE("claims of a class that cannot be read are told so, and served when it is mended") {
  Scene scene;
  scene.server.spoil<k8s::StorageClass>({{}, "volumen-tipo-ivan"}, R"({"mountOptions":"hard"})");
  scene.server.put(pending_claim("web", "U1"));
  scene.start();
  CHECK(scene.becomes([&] { return scene.told("web", "ProvisioningFailed"); }));
  CHECK(scene.becomes([&] { return scene.told("volumen-tipo-ivan", "CannotBeRead"); }));
  scene.server.spoil<k8s::StorageClass>({{}, "volumen-tipo-ivan"}, R"({"mountOptions":["hard"]})");
  CHECK(scene.becomes([&] { return scene.bound("web"); }));
  CHECK(scene.service->stop(20s));
}
