#include "provisioner/core/unread_volume.hpp"

#include "tests/provisioner/core/wanted.hpp"
#include "tests/support/catch.hpp"

namespace nfs {
namespace {

using namespace testing;

Occupancy with_unread() {
  Occupancy occupancy;
  occupancy.put_unread("by-hand");
  return occupancy;
}

MakeDirectory making() {
  return {.volume = "pvc-UID", .claim = {}, .path = path("a"), .uid = {}, .gid = {}, .from = {}};
}
ReleaseDirectory releasing() {
  return {.volume = "pvc-UID",
          .path = path("a"),
          .claim = {},
          .namespace_uid = {},
          .storage_class = {},
          .requested_storage = {},
          .retention = {}};
}

TEST_CASE("Beside a volume that may be anywhere a directory is moved, removed or given back by nobody") {
  auto const action = GENERATE(Action{releasing()}, Action{UndoDirectory{"pvc-UID"}});
  auto const volume = World{}.made_volume("Released");
  auto const decision = spare_unread(Act{Purpose::release, {EmitEvent{}, action, DeleteVolume{"pvc-UID", "PV-UID"}}},
                                     with_unread(), &volume);
  auto const* wait = std::get_if<Wait>(&decision);
  REQUIRE(wait);
  CHECK(wait->reason == Reason::volume_unreadable);
  CHECK(wait->for_volume == "by-hand");
  REQUIRE(wait->event);
  CHECK(wait->event->reason == names::volume_failed_delete);
  CHECK(wait->event->about.name == volume.meta.name);
  auto const without = spare_unread(Act{Purpose::release, {action}}, with_unread(), nullptr);
  CHECK_FALSE(std::get<Wait>(without).event);
}

TEST_CASE("Beside a volume that may be anywhere a claim gets a directory that is new, or none") {
  auto const decision =
      spare_unread(Act{Purpose::provision, {EmitEvent{}, making(), SettleIntent{"pvc-UID"}}}, with_unread(), nullptr);
  auto const& actions = std::get<Act>(decision).actions;
  REQUIRE(actions.size() == 3);
  CHECK(std::get<MakeDirectory>(actions[1]).adopts == Adopts::none);
}

TEST_CASE("What touches no directory goes on beside a volume that may be anywhere") {
  auto const act =
      Act{Purpose::leave, {BindClaim{"pvc-UID", {}}, SettleIntent{"pvc-UID"}, DeleteVolume{"pvc-UID", "PV-UID"}}};
  auto const decision = spare_unread(act, with_unread(), nullptr);
  CHECK(std::get<Act>(decision).actions == act.actions);
  CHECK(std::holds_alternative<LeaveAlone>(spare_unread(LeaveAlone{Reason::bound}, with_unread(), nullptr)));
}

TEST_CASE("Where all volumes can be read a decision stays as it is") {
  auto const act = Act{Purpose::provision, {making(), releasing()}};
  auto const decision = spare_unread(act, Occupancy{}, nullptr);
  CHECK(std::get<Act>(decision).actions == act.actions);
}

TEST_CASE("A volume that is read or gone is nowhere else any more") {
  auto occupancy = with_unread();
  occupancy.put_unread("other");
  Occupant read;
  read.volume = "by-hand";
  occupancy.put(path("a"), read);
  CHECK(occupancy.unread() == "other");
  occupancy.erase("other");
  CHECK_FALSE(occupancy.unread());
}

TEST_CASE("What is kept for a claim's successor is not given to it while its volume cannot be read") {
  Occupant kept{.volume = "pvc-OLD",
                .claim_uid = "OLD",
                .claim_namespace = "team-a",
                .claim_name = "web",
                .namespace_uid = "NS-UID"};
  Asker const asker{"team-a", "web", "NEW", "NS-UID"};
  auto const verdict = [&](Occupant const& occupant) {
    return may_use(asker, path("a"), SharedDirectory::never, {{path("a"), occupant}}, [](auto) { return false; });
  };
  CHECK(std::holds_alternative<PathFree>(verdict(kept)));
  kept.unreadable = true;
  REQUIRE(std::holds_alternative<PathHeld>(verdict(kept)));
  CHECK_FALSE(std::get<PathHeld>(verdict(kept)).soon_free);
  kept.deletes = true;
  CHECK(std::get<PathHeld>(verdict(kept)).soon_free);
}

TEST_CASE("A claim whose class cannot be read waits and is told so; a volume that is up to its class waits") {
  World world;
  auto view = world.claim_view();
  view.storage_class = nullptr;
  view.class_unreadable = true;
  ExportView const place{world.exports[0], world.ids[0], world.occupancies[0]};
  auto const decision = decide_claim(view, place, world.settings, world.exists());
  auto const* wait = std::get_if<Wait>(&decision);
  REQUIRE(wait);
  CHECK(wait->reason == Reason::class_unreadable);
  REQUIRE(wait->event);
  CHECK(wait->event->reason == names::provisioning_failed);

  auto upstreams = world.made_volume("Released");
  upstreams.meta.annotations = {{std::string(names::provisioned_by), std::string(our_name)}};
  world.claim_is_there = false;
  auto const on_volume = [&](bool unreadable) {
    return decide_volume(VolumeView{upstreams, nullptr, false, false, unreadable}, {place}, world.settings,
                         world.exists());
  };
  CHECK(std::holds_alternative<Act>(on_volume(false)));
  CHECK(is_as(on_volume(true), Wait{Reason::class_unreadable}));
}

}  // namespace
}  // namespace nfs
