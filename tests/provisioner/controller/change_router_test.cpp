#include "provisioner/controller/change_router.hpp"

#include "tests/provisioner/support/wired_export.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using Names = std::vector<std::string>;

namespace {

struct Routed : WiredExport {
  std::vector<EmitEvent> events;
  UnreadableNotices notices{view, [this](EmitEvent const& event) { events.push_back(event); }, log.log()};
  ChangeRouter router{view, keys, queues, notices};
};

k8s::Unreadable unreadable(std::string const& name, std::string const& uid, std::string const& name_space = {}) {
  return {{name_space, name, uid, "7"}, "spec is no object"};
}

}  // namespace

TEST_CASE("what the watches show of claims, volumes and classes reaches the queue") {
  Routed scene;
  scene.view.claims().apply(pending_claim("web", "U1"));
  CHECK(scene.queued() == Names{"pvc-U1"});
  scene.view.volumes().apply(volume_at("pvc-U2", "/data/nfs/a", "U2"));
  CHECK(scene.queued() == Names{"pvc-U2"});
  scene.view.classes().apply(our_class());
  CHECK(scene.queued() == Names{"pvc-U1"});
  scene.view.claims().erase("team-a/web");
  CHECK(scene.queued() == Names{"pvc-U1"});
}

TEST_CASE("objects that cannot be read reach the queue and people, when they begin and when they end") {
  Routed scene;
  scene.view.claims().apply(pending_claim("web", "U1"));
  (void)scene.queued();
  scene.view.claims().set_aside(unreadable("db", "U2", "team-a"));
  CHECK(scene.queued() == Names{"pvc-U2"});
  scene.view.volumes().set_aside(unreadable("by-hand", "U3"));
  CHECK(scene.queued() == Names{"by-hand"});
  scene.view.classes().set_aside(unreadable("volumen-tipo-ivan", "U4"));
  CHECK(scene.queued() == Names{"pvc-U1"});
  CHECK(scene.events.size() == 3);
  scene.view.claims().erase("team-a/db");
  CHECK(scene.queued() == Names{"pvc-U2"});
  scene.view.volumes().erase("by-hand");
  CHECK(scene.queued() == Names{"by-hand"});
  CHECK(scene.events.size() == 3);
}

TEST_CASE("a replica that begins to lead looks at everything, and tells of what cannot be read") {
  Routed scene;
  scene.view.claims().apply(pending_claim("web", "U1"));
  scene.view.volumes().apply(volume_at("pvc-U2", "/data/nfs/a", "U2"));
  scene.view.claims().set_aside(unreadable("db", "U3", "team-a"));
  (void)scene.queued();
  scene.events.clear();
  scene.router.route_all();
  CHECK(scene.queued() == Names{"pvc-U1", "pvc-U2"});
  CHECK(scene.events.size() == 1);
}

TEST_CASE("the router asks for the keys, whoever finds them") {
  struct NoKeys : WokenKeys {
    using WokenKeys::by;
    using WokenKeys::WokenKeys;
    Keys by(k8s::Change<k8s::Claim> const&) override { return {}; }
  };
  WiredExport scene;
  NoKeys none(scene.view, scene.ledger, std::string(our_name));
  UnreadableNotices notices(
      scene.view, [](auto const&) {}, scene.log.log());
  ChangeRouter const router(scene.view, none, scene.queues, notices);
  scene.view.claims().apply(pending_claim("web", "U1"));
  CHECK(scene.queued().empty());
  scene.view.volumes().apply(volume_at("pvc-U2", "/data/nfs/a", "U2"));
  CHECK(scene.queued() == Names{"pvc-U2"});
}
