#include "provisioner/controller/unreadable_notices.hpp"

#include "tests/provisioner/support/wired_export.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using k8s::Aside;

namespace {

struct Notices : WiredExport {
  std::vector<EmitEvent> events;
  UnreadableNotices notices{view, [this](EmitEvent const& event) { events.push_back(event); }, log.log()};
};

k8s::Unreadable object(std::string const& name, std::string const& name_space = {}) {
  return {{name_space, name, "uid-of-" + name, "7"}, "spec is no object"};
}

}  // namespace

TEST_CASE("an object that cannot be read is logged, and told of by who leads alone") {
  Notices scene;
  scene.notices.note<k8s::Claim>(object("web", "team-a"), Aside::began, false);
  CHECK(scene.log.count("an object cannot be read") == 1);
  CHECK(scene.log.count("team-a/web") == 1);
  CHECK(scene.events.empty());
  scene.notices.note<k8s::Claim>(object("web", "team-a"), Aside::began, true);
  REQUIRE(scene.events.size() == 1);
  auto const& event = scene.events.front();
  CHECK(event.about.kind == "PersistentVolumeClaim");
  CHECK(event.about.api_version == "v1");
  CHECK(event.about.name_space == "team-a");
  CHECK(event.about.uid == "uid-of-web");
  CHECK(event.type == k8s::EventType::warning);
  CHECK(event.reason == "CannotBeRead");
  CHECK(contains(event.message, "spec is no object"));
}

TEST_CASE("that an object is mended or gone is logged, and no Event") {
  Notices scene;
  scene.notices.note<k8s::Volume>(object("pvc-1"), Aside::readable, true);
  CHECK(scene.log.count("an object can be read again") == 1);
  scene.notices.note<k8s::Volume>(object("pvc-1"), Aside::gone, true);
  CHECK(scene.log.count("is gone") == 1);
  CHECK(scene.events.empty());
}

TEST_CASE("who begins to lead tells of all that cannot be read, each by its kind") {
  Notices scene;
  scene.view.claims().set_aside(object("web", "team-a"));
  scene.view.volumes().set_aside(object("pvc-1"));
  scene.view.classes().set_aside(object("gold"));
  scene.notices.tell_all();
  std::vector<std::string> told;
  for (auto const& event : scene.events) told.push_back(event.about.api_version + " " + event.about.kind);
  CHECK(told ==
        std::vector<std::string>{"v1 PersistentVolumeClaim", "v1 PersistentVolume", "storage.k8s.io/v1 StorageClass"});
}
