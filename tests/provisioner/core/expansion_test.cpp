#include "provisioner/core/expansion.hpp"

#include "tests/provisioner/core/claim_cases.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

// Bound, with 1.5Gi, of a class that lets its claims grow.
World bound_world() {
  World world;
  world.storage_class->allow_volume_expansion = true;
  world.volume = world.made_volume("Bound");
  world.claim.volume_name = "pvc-UID";
  world.claim.phase = "Bound";
  world.claim.status_capacity = "1.5Gi";
  for (auto const key : {names::bind_completed, names::bound_by_controller})
    world.claim.meta.annotations.emplace(key, "yes");
  return world;
}

struct Row {
  std::string what;
  std::function<void(World&)> change;
  Wanted decision;
};

constexpr auto grows = "act: tell Resizing, volume to 2Gi, claim to 2Gi, tell VolumeResizeSuccessful";
LeaveAlone const stays{Reason::bound};

auto asks_for(std::string const& size) {
  return [=](World& world) { world.claim.requested_storage = size; };
}

}  // namespace

TEST_CASE("a bound claim that asks for more gets it where its class allows it") {
  std::vector<Row> const table{
      {"more", asks_for("2Gi"), grows},
      {"the same", asks_for("1.5Gi"), stays},
      {"the same, spelled otherwise", asks_for("1536Mi"), stays},
      {"less", asks_for("1Gi"), stays},
      {"what is no size", asks_for("much"), stays},
      {"its class does not allow it",
       [](World& world) {
         asks_for("2Gi")(world);
         world.storage_class->allow_volume_expansion = false;
       },
       stays},
      {"its class is gone",
       [](World& world) {
         asks_for("2Gi")(world);
         world.storage_class.reset();
       },
       stays},
      {"we may not patch volumes",
       [](World& world) {
         asks_for("2Gi")(world);
         world.settings.permissions.patch_volumes = false;
       },
       stays},
      {"we may not patch the status of claims",
       [](World& world) {
         asks_for("2Gi")(world);
         world.settings.permissions.patch_claim_status = false;
       },
       stays},
      {"kube-controller-manager binds, we grow",
       [](World& world) {
         asks_for("2Gi")(world);
         world.settings.binding = Binding::controller;
       },
       grows},
      {"the volume has it already: only the claim does not say so",
       [](World& world) {
         asks_for("2Gi")(world);
         world.volume->capacity = "2Gi";
       },
       "act: tell Resizing, claim to 2Gi, tell VolumeResizeSuccessful"},
      {"the volume has more than that",
       [](World& world) {
         asks_for("2Gi")(world);
         world.volume->capacity = "3Gi";
       },
       "act: tell Resizing, claim to 2Gi, tell VolumeResizeSuccessful"},
      {"not bound yet: that comes first",
       [](World& world) {
         asks_for("2Gi")(world);
         world.claim.phase = "Pending";
       },
       "act: claim bound"},
      {"its intent stands",
       [](World& world) {
         asks_for("2Gi")(world);
         world.intent = true;
       },
       "act: tell Resizing, volume to 2Gi, claim to 2Gi, tell VolumeResizeSuccessful, settle"},
      {"the claim is being deleted",
       [](World& world) {
         asks_for("2Gi")(world);
         world.claim.meta.deletion_timestamp = "2026-01-01T00:00:00Z";
       },
       LeaveAlone{Reason::bound_without_our_volume}},
      {"the volume is another provisioner's",
       [](World& world) {
         asks_for("2Gi")(world);
         world.volume->meta.annotations.insert_or_assign(std::string(names::provisioned_by), "example.com/other");
       },
       LeaveAlone{Reason::bound_without_our_volume}},
  };
  for (auto const& row : table) {
    auto world = bound_world();
    row.change(world);
    auto const decision = world.on_claim();
    INFO(row.what << "\n  decided: " << text_of(decision) << "\n  wanted:  " << text_of(row.decision));
    CHECK(is_as(decision, row.decision));
  }
}
