// Volumes that are gone without their release: what is decided on what the records say of them.
#include "tests/provisioner/core/decision_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

// The records say that volume pvc-UID is in use, by claim team-a/web (uid UID), at team-a/web.
struct LostWorld : World {
  std::string const name = "pvc-UID";
  LostVolume lost{{0, path("team-a/web")}, {}, "NS-UID", "volumen-tipo-ivan"};

  LostWorld() {
    claim_is_there = false;
    lost.claim.name_space = "team-a";
    lost.claim.name = "web";
    lost.claim.uid = "UID";
  }
  void bind_claim() {
    claim_is_there = true;
    claim.volume_name = name;
    claim.phase = "Lost";
  }
  [[nodiscard]] Decision decision() const {
    std::vector<ExportView> const places{{exports[0], ids[0], occupancies[0], &neighbours, now}};
    auto const claim_exists = exists();
    Question const question{.name = name,
                            .claim = claim_is_there ? &claim : nullptr,
                            .volume = volume ? &*volume : nullptr,
                            .holder = volume && claim_is_there ? &claim : nullptr,
                            .class_of_claim = storage_class ? &*storage_class : nullptr,
                            .class_of_volume = storage_class ? &*storage_class : nullptr,
                            .namespace_uid = namespace_uid,
                            .archives = archives,
                            .lost = &lost};
    return decide(question, {places, 0, settings, claim_exists});
  }
};

}  // namespace

TEST_CASE("the directory of a volume that is gone with its claim is kept for that claim") {
  LostWorld const world;
  auto const decision = world.decision();
  REQUIRE(text_of(decision) == "act: keep lost directory");
  auto const keep = action<KeepLostDirectory>(decision).directory;
  CHECK(keep.policy == OnDelete::retain);
  CHECK(keep.path == path("team-a/web"));
  CHECK(keep.claim == world.lost.claim);
  CHECK(keep.namespace_uid == "NS-UID");
  CHECK(keep.storage_class == "volumen-tipo-ivan");
  CHECK(keep.retention.empty());
  auto const& act = std::get<Act>(decision);
  CHECK(act.purpose == Purpose::release);
  REQUIRE(act.takes);
  CHECK(act.takes->path == path("team-a/web"));
}

TEST_CASE("the directory of a volume that is gone from under its claim is kept for that claim") {
  LostWorld world;
  world.bind_claim();
  CHECK(text_of(world.decision()) == "act: keep lost directory");
}

TEST_CASE("a claim that is there again, and not bound, gets its volume again") {
  LostWorld world;
  world.claim_is_there = true;
  CHECK(action<MakeDirectory>(world.decision()).path == path("team-a/web"));
  SECTION("but while it waits, its directory is kept for it") {
    world.storage_class = std::nullopt;
    CHECK(text_of(world.decision()) == "act: keep lost directory");
  }
}

TEST_CASE("nothing is kept of a volume that is there") {
  LostWorld world;
  world.claim_is_there = true;
  world.volume = world.made_volume("Bound");
  auto const decision = world.decision();
  CHECK_FALSE(text_of(decision).find("keep lost directory") != std::string::npos);
}

TEST_CASE("the directory that another volume has by now is left to that one") {
  LostWorld world;
  auto other = occupant("pvc-OTHER", "OTHER");
  auto const [at, motion, wanted] = GENERATE(table<std::string, Motion, std::string>(
      {{"team-a/web", Motion::none, "act: leave directory"},
       {"team-a/web", Motion::moves, "wait: a volume is just being made of its directory: pvc-OTHER"},
       {"team-a", Motion::none, "act: keep lost directory"},
       {"team-a/web/inner", Motion::none, "act: keep lost directory"},
       {"team-a/other", Motion::none, "act: keep lost directory"}}));
  CAPTURE(at);
  world.living.insert("OTHER");
  other.motion = motion;
  world.occupancies[0].put(path(at), other);
  CHECK(text_of(world.decision()) == wanted);
}

TEST_CASE("a volume of the same directory that is to be released goes first, and asks the records") {
  LostWorld world;
  auto other = occupant("pvc-OTHER", "OTHER");
  other.deletes = true;
  world.occupancies[0].put(path("team-a/web"), other);
  CHECK(text_of(world.decision()) == "wait: a volume that shares its directory goes first: pvc-OTHER");
}

TEST_CASE("what is lost is looked for and kept only where it can be told whose it is") {
  CHECK(looks_for_lost_volumes(""));
  CHECK_FALSE(looks_for_lost_volumes("prod"));
  LostWorld world;
  CHECK(can_be_kept(world.lost));
  world.lost.namespace_uid.clear();
  CHECK_FALSE(can_be_kept(world.lost));
}
