// Directories that no volume holds: whether a claim may have what stands there.
#include "tests/provisioner/core/claim_cases.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

ArchiveRecord kept_at(std::string const& at, std::string const& name_space = "team-a",
                      std::string const& uid = "NS-UID") {
  ArchiveRecord record;
  record.volume = "pvc-OLD";
  record.claim_namespace = name_space;
  record.namespace_uid = uid;
  record.claim_name = "web";
  record.original_path = at;
  record.archived_path = at;
  return record;
}

Adopts adopted_by(World const& world) {
  return action<MakeDirectory>(world.on_claim()).adopts;
}

}  // namespace

TEST_CASE("a claim whose directory a record reserves waits, is told why, and asks again") {
  World world;
  world.records_here = {kept_at("team-a", "team-b", "NS-B")};
  auto const decision = world.on_claim();
  auto const* wait = std::get_if<Wait>(&decision);
  REQUIRE(wait != nullptr);
  CHECK(wait->reason == Reason::directory_reserved);
  CHECK(wait->again_after == std::chrono::minutes(1));
  REQUIRE(wait->event);
  CHECK(wait->event->type == k8s::EventType::warning);
  CHECK(contains(wait->event->message, "kept for a claim of another namespace"));
}

TEST_CASE("a claim has what was kept in place for it, whatever its class says of other directories") {
  World world;
  world.records_here = {kept_at("team-a/web")};
  world.storage_class->parameters["onExisting"] = "refuse";
  CHECK(adopted_by(world) == Adopts::any);
}

TEST_CASE("a directory of which no record tells is adopted as the class says, or if only this namespace names it") {
  World world;
  CHECK(adopted_by(world) == Adopts::any);
  world.storage_class->parameters["onExisting"] = "refuse";
  CHECK(adopted_by(world) == Adopts::empty);
  world.storage_class->parameters = {{"pathPattern", "common"}};
  CHECK(adopted_by(world) == Adopts::empty);
  world.storage_class->parameters["onExisting"] = "adopt";
  CHECK(adopted_by(world) == Adopts::any);
  world.storage_class->parameters = {{"onExisting", "refuse"}};  // each volume's own directory
  CHECK(adopted_by(world) == Adopts::any);
}

TEST_CASE("whether a claim has begun in a directory is for the export to say, and not what was decided before") {
  World world;
  world.storage_class->parameters["onExisting"] = "refuse";
  auto decided = occupant("pvc-UID", "UID", "web", true);
  decided.motion = Motion::moves;
  world.occupancies[0].put(path("team-a/web"), decided);
  CHECK(adopted_by(world) == Adopts::empty);
  world.intent = true;
  CHECK(adopted_by(world) == Adopts::empty);
  world.archives_known = ArchiveKnowledge::being_read;
  CHECK(adopted_by(world) == Adopts::empty);
}

TEST_CASE("while not all records are known no directory is adopted but one that a volume shows to be the claim's") {
  World world;
  world.archives_known = ArchiveKnowledge::being_read;
  CHECK(adopted_by(world) == Adopts::none);
  auto kept = occupant("pvc-OLD", "GONE", "web", false);
  kept.namespace_uid = "NS-UID";
  world.occupancies[0].put(path("team-a/web"), kept);
  CHECK(adopted_by(world) == Adopts::any);
}

TEST_CASE("a claim that asks to begin empty has no directory with data, whoever kept it for whom") {
  World world;
  world.claim.meta.annotations[std::string(names::restore_from)] = "none";
  CHECK(adopted_by(world) == Adopts::empty_as_asked);
  SECTION("not what was kept in place for it") {
    world.records_here = {kept_at("team-a/web")};
  }
  SECTION("not what a volume holds that it may have") {
    auto kept = occupant("pvc-OLD", "GONE", "web", false);
    kept.namespace_uid = "NS-UID";
    world.occupancies[0].put(path("team-a/web"), kept);
    world.archives_known = ArchiveKnowledge::being_read;
  }
  SECTION("not where its class has one for each volume") {
    world.storage_class->parameters.clear();
  }
  SECTION("not what it has begun before it asked") {
    world.intent = true;
  }
  CHECK(adopted_by(world) == Adopts::empty_as_asked);
}

TEST_CASE("a claim that asks to begin empty adopts nothing either while not all records are known") {
  World world;
  world.claim.meta.annotations[std::string(names::restore_from)] = "none";
  world.archives_known = ArchiveKnowledge::being_read;
  CHECK(adopted_by(world) == Adopts::none);
}

TEST_CASE("a pattern that lets users name any directory is refused, unless the class allows it") {
  World world;
  world.claim.meta.labels.emplace("place", "team-b/db");
  world.storage_class->parameters = {{"pathPattern", "${.PVC.labels.place}"}};
  CHECK(is_as(world.on_claim(), "refuse"));
  world.storage_class->parameters["allowTenantPaths"] = "true";
  CHECK(action<MakeDirectory>(world.on_claim()).path == path("team-b/db"));
}
