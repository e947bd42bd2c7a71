#include "tests/provisioner/core/claim_cases.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

void eager(World& world) {
  world.settings.binding = Binding::eager;
  hand_to(world, "", "");
}

void wait_for_consumer(World& world) {
  world.storage_class->volume_binding_mode = "WaitForFirstConsumer";
}

}  // namespace

TEST_CASE("eager does not wait for the annotation where kube-controller-manager has nothing to choose") {
  check_claims({
      {"eager", eager, provisions},
      {"direct waits",
       [](World& world) {
         eager(world);
         world.settings.binding = Binding::direct;
       },
       LeaveAlone{Reason::claim_not_handed_over}},
      {"a volume that could be chosen",
       [](World& world) {
         eager(world);
         world.choosable = true;
       },
       LeaveAlone{Reason::claim_not_handed_over}},
      {"handed to us, whatever could be chosen",
       [](World& world) {
         world.settings.binding = Binding::eager;
         world.choosable = true;
       },
       provisions},
      {"handed to another",
       [](World& world) {
         eager(world);
         hand_to(world, "example.com/other", "");
       },
       LeaveAlone{Reason::claim_for_other_provisioner, "example.com/other"}},
      {"a class that waits for a consumer, even with a node",
       [](World& world) {
         eager(world);
         wait_for_consumer(world);
         world.claim.meta.annotations.emplace(names::selected_node, "node-1");
       },
       LeaveAlone{Reason::claim_not_handed_over}},
      {"a class of another",
       [](World& world) {
         eager(world);
         world.storage_class->provisioner = "example.com/other";
       },
       LeaveAlone{Reason::claim_not_handed_over}},
      {"a missing class is not ours to speak of",
       [](World& world) {
         eager(world);
         world.storage_class.reset();
       },
       LeaveAlone{Reason::claim_not_handed_over}},
      {"may not patch a volume's status",
       [](World& world) {
         eager(world);
         world.settings.permissions.patch_volume_status = false;
       },
       LeaveAlone{Reason::claim_not_handed_over}},
      {"may not patch claims",
       [](World& world) {
         eager(world);
         world.settings.permissions.patch_claims = false;
       },
       LeaveAlone{Reason::claim_not_handed_over}},
      {"may not patch a claim's status",
       [](World& world) {
         eager(world);
         world.settings.permissions.patch_claim_status = false;
       },
       LeaveAlone{Reason::claim_not_handed_over}},
      {"may not patch volumes: binding needs no finalizer",
       [](World& world) {
         eager(world);
         world.settings.permissions.patch_volumes = false;
       },
       provisions},
  });
}

TEST_CASE("without a permission that binding needs, claims are left to kube-controller-manager to bind") {
  check_claims({
      {"asked for", [](World& world) { world.settings.binding = Binding::controller; }, provisions_unbound},
      {"volume status", [](World& world) { world.settings.permissions.patch_volume_status = false; },
       provisions_unbound},
      {"claims", [](World& world) { world.settings.permissions.patch_claims = false; }, provisions_unbound},
      {"claim status", [](World& world) { world.settings.permissions.patch_claim_status = false; }, provisions_unbound},
  });
  World world;
  world.settings.binding = Binding::controller;
  CHECK(text_of(world.on_claim()) == provisions_unbound);
}
