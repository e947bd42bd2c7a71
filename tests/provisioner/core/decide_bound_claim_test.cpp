#include "tests/provisioner/core/claim_cases.hpp"

using namespace nfs;
using namespace nfs::testing;

TEST_CASE("a volume of our name that was not made for the claim is never bound to it") {
  auto const foreign = [](World& world) {
    world.volume = world.made_volume("Available");
    world.volume->claim_ref->uid = "SOMEBODY";
  };
  check_claims({
      {"for another claim", foreign, "refuse for pvc-UID: a volume named pvc-UID exists, but was not made for"},
      {"for nobody",
       [](World& world) {
         world.volume = world.made_volume("Available");
         world.volume->claim_ref.reset();
       },
       "refuse for pvc-UID: "},
      {"and the claim is not ours either",
       [&](World& world) {
         foreign(world);
         hand_to(world, "example.com/other", "");
       },
       LeaveAlone{Reason::claim_for_other_provisioner, "example.com/other"}},
  });
}

namespace {

// The claim at each stage of its binding.
void bind_spec(k8s::Claim& claim) {
  claim.volume_name = "pvc-UID";
  claim.meta.annotations.emplace(names::bind_completed, "yes");
  claim.meta.annotations.emplace(names::bound_by_controller, "yes");
}
void bind_status(k8s::Claim& claim) {
  claim.phase = "Bound";
  claim.status_access_modes = claim.access_modes;
  claim.status_capacity = claim.requested_storage;
}

}  // namespace

TEST_CASE("a binding that is partly done gives exactly the steps that are missing") {
  check_claims({
      {"the volume was made", [](World& world) { world.volume = world.made_volume("Pending"); },
       "act: volume bound, bind claim, claim bound"},
      {"kube-controller-manager saw the volume", [](World& world) { world.volume = world.made_volume("Available"); },
       "act: volume bound, bind claim, claim bound"},
      {"the volume is Bound", [](World& world) { world.volume = world.made_volume("Bound"); },
       "act: bind claim, claim bound"},
      {"the claim names it",
       [](World& world) {
         world.volume = world.made_volume("Bound");
         bind_spec(world.claim);
       },
       "act: claim bound"},
      {"the claim names it without its annotations",
       [](World& world) {
         world.volume = world.made_volume("Bound");
         world.claim.volume_name = "pvc-UID";
       },
       "act: bind claim, claim bound"},
      {"kube-controller-manager bound the claim first",
       [](World& world) {
         world.volume = world.made_volume("Pending");
         bind_spec(world.claim);
         bind_status(world.claim);
       },
       "act: volume bound"},
      {"all is bound, the intent stands",
       [](World& world) {
         world.volume = world.made_volume("Bound");
         bind_spec(world.claim);
         bind_status(world.claim);
         world.intent = true;
       },
       "act: settle"},
      {"the steps, then the intent",
       [](World& world) {
         world.volume = world.made_volume("Bound");
         bind_spec(world.claim);
         world.intent = true;
       },
       "act: claim bound, settle"},
      {"all is bound",
       [](World& world) {
         world.volume = world.made_volume("Bound");
         bind_spec(world.claim);
         bind_status(world.claim);
       },
       LeaveAlone{Reason::bound}},
      {"Lost, while its volume is there",
       [](World& world) {
         world.volume = world.made_volume("Bound");
         bind_spec(world.claim);
         world.claim.phase = "Lost";
       },
       "act: claim bound"},
      {"Lost, and so is its volume",
       [](World& world) {
         bind_spec(world.claim);
         world.claim.phase = "Lost";
       },
       LeaveAlone{Reason::bound_without_our_volume}},
      {"bound, its volume is not there",
       [](World& world) {
         bind_spec(world.claim);
         bind_status(world.claim);
       },
       LeaveAlone{Reason::bound_without_our_volume}},
      {"its volume is being deleted",
       [](World& world) {
         world.volume = world.made_volume("Bound");
         world.volume->meta.deletion_timestamp = "2026-01-01T00:00:00Z";
       },
       Wait{Reason::claims_volume_being_deleted, "pvc-UID"}},
      {"released, while its claim is seen as Bound: the claim is going",
       [](World& world) {
         world.volume = world.made_volume("Released");
         bind_spec(world.claim);
         bind_status(world.claim);
       },
       LeaveAlone{Reason::released_under_claim}},
      {"released, while its claim is seen as pending",
       [](World& world) {
         world.volume = world.made_volume("Released");
         world.intent = true;
       },
       LeaveAlone{Reason::released_under_claim}},
      {"the claim is being deleted",
       [](World& world) {
         world.volume = world.made_volume("Pending");
         world.claim.meta.deletion_timestamp = "2026-01-01T00:00:00Z";
         world.intent = true;
       },
       LeaveAlone{Reason::claim_being_deleted}},
      {"its class is gone meanwhile",
       [](World& world) {
         world.volume = world.made_volume("Pending");
         world.storage_class.reset();
       },
       "act: volume bound, bind claim, claim bound"},
      {"the claim could not be provisioned any more",
       [](World& world) {
         world.volume = world.made_volume("Pending");
         world.storage_class->parameters["unknown"] = "x";
       },
       "act: volume bound, bind claim, claim bound"},
      {"a volume that does not say who made it",
       [](World& world) {
         world.volume = world.made_volume("Bound");
         world.volume->meta.annotations.clear();
       },
       "act: bind claim, claim bound"},
  });
}

TEST_CASE("with binding left to kube-controller-manager the intent stands until the claim is bound") {
  check_claims({
      {"made",
       [](World& world) {
         world.settings.binding = Binding::controller;
         world.volume = world.made_volume("Pending");
         world.intent = true;
       },
       LeaveAlone{Reason::left_to_controller}},
      {"bound by it",
       [](World& world) {
         world.settings.binding = Binding::controller;
         world.volume = world.made_volume("Bound");
         bind_spec(world.claim);
         bind_status(world.claim);
         world.intent = true;
       },
       "act: settle"},
  });
}

TEST_CASE("a claim that was bound elsewhere has the volume that we made for it released as never used") {
  auto const elsewhere = [](World& world) {
    world.volume = world.made_volume("Available");
    world.claim.volume_name = "other";
    world.intent = true;
  };
  check_claims({
      {"elsewhere", elsewhere, "act: undo directory, delete volume, remove finalizer"},
      {"others share its directory",
       [&](World& world) {
         elsewhere(world);
         world.occupancies[0].put(path("team-a/web"), occupant("pvc-UID", "UID", "web"));
         world.occupancies[0].put(path("team-a/web"), occupant("pvc-9", "LIVE"));
       },
       "act: settle"},
      {"another's release there is over",
       [&](World& world) {
         elsewhere(world);
         auto over = occupant("pvc-9", "GONE");
         over.over = true;
         world.occupancies[0].put(path("team-a/web"), occupant("pvc-UID", "UID", "web"));
         world.occupancies[0].put(path("team-a/web"), over);
       },
       "act: undo directory, delete volume, remove finalizer"},
      {"the volume may have been used",
       [&](World& world) {
         elsewhere(world);
         world.intent = false;
       },
       LeaveAlone{Reason::bound_elsewhere}},
      {"the volume is not ours",
       [&](World& world) {
         elsewhere(world);
         world.volume->meta.annotations[std::string(names::provisioned_by)] = "example.com/other";
       },
       LeaveAlone{Reason::claim_for_other_volume, "other"}},
      {"the volume is another claim's",
       [&](World& world) {
         elsewhere(world);
         world.volume->claim_ref->uid = "SOMEBODY";
       },
       LeaveAlone{Reason::claim_for_other_volume, "other"}},
  });
  World world;
  elsewhere(world);
  CHECK(action<DeleteVolume>(world.on_claim()) == DeleteVolume{"pvc-UID", "PV-UID"});
}

TEST_CASE("what was begun for a claim whose volume is lost, as etcd was restored, stays and is held against nobody") {
  World world;
  bind_spec(world.claim);
  auto const phase = GENERATE(std::string("Bound"), std::string("Lost"));
  world.claim.phase = phase;
  std::string const name = "pvc-UID";
  std::vector<ExportView> const exports{{world.exports[0], world.ids[0], world.occupancies[0]}};
  auto const exists = world.exists();
  Question question{.name = name,
                    .claim = &world.claim,
                    .class_of_claim = &*world.storage_class,
                    .namespace_uid = world.namespace_uid,
                    .archives = world.archives,
                    .intent = path("team-a/web")};
  Circumstances const around{exports, 0, world.settings, exists};
  CHECK(text_of(decide(question, around)) == "act: settle");
  question.in_doubt = std::chrono::seconds(9);
  CHECK(is_as(decide(question, around), Wait{Reason::creation_in_doubt}));
  question.in_doubt = {};
  world.claim.meta.deletion_timestamp = "2026-01-01T00:00:00Z";
  CHECK(is_as(decide(question, around), LeaveAlone{Reason::bound_without_our_volume}));
}

TEST_CASE("what was begun for a claim that is gone is undone beside a volume whose release is over") {
  World world;
  world.claim_is_there = false;
  auto other = occupant("pvc-9", "GONE");
  other.over = GENERATE(false, true);
  world.occupancies[0].put(path("team-a/web"), other);
  std::string const name = "pvc-UID";
  std::vector<ExportView> const exports{{world.exports[0], world.ids[0], world.occupancies[0]}};
  auto const exists = world.exists();
  Question const question{
      .name = name, .namespace_uid = world.namespace_uid, .archives = world.archives, .intent = path("team-a/web")};
  Circumstances const around{exports, 0, world.settings, exists};
  CHECK(text_of(decide(question, around)) == (other.over ? "act: undo directory" : "act: forget intent"));
}
