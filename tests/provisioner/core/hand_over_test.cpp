#include "provisioner/core/hand_over.hpp"

#include "provisioner/core/naming.hpp"
#include "tests/provisioner/core/decision_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

// Made for claim UID of team-a, and bound to claim NEXT of team-b by now.
k8s::Volume given_away() {
  auto volume = World{}.made_volume("Bound");
  volume.meta.annotations.emplace(names::volume_uid, volume.meta.uid);
  volume.claim_ref->uid = "NEXT";
  volume.claim_ref->name_space = "team-b";
  return volume;
}

k8s::Claim next_claim() {
  auto claim = handed_claim("app", "NEXT");
  claim.meta.name_space = "team-b";
  return claim;
}

k8s::StringMap notes(std::initializer_list<std::pair<std::string_view, std::string>> all) {
  k8s::StringMap map;
  for (auto const& [key, value] : all) map.emplace(key, value);
  return map;
}

}  // namespace

TEST_CASE("what is frozen of a claim is of the claim after which the volume is named, until another is noted") {
  auto volume = World{}.made_volume("Bound");
  CHECK_FALSE(changed_hands(volume));
  CHECK(namespace_uid_of(volume) == "NS-UID");
  volume = given_away();
  CHECK(changed_hands(volume));
  CHECK(namespace_uid_of(volume).empty());
  volume.meta.annotations.insert_or_assign(std::string(names::claim_uid), "NEXT");
  volume.meta.annotations.insert_or_assign(std::string(names::namespace_uid), "NS-B");
  CHECK_FALSE(changed_hands(volume));
  CHECK(namespace_uid_of(volume) == "NS-B");
  volume.claim_ref->uid = "UID";  // and back again
  CHECK(changed_hands(volume));
  CHECK(namespace_uid_of(volume).empty());
}

TEST_CASE("a volume without a claim has changed no hands, and is of no namespace") {
  auto volume = World{}.made_volume("Available");
  volume.claim_ref.reset();
  CHECK_FALSE(changed_hands(volume));
}

TEST_CASE("a volume that bears another uid than its own was made again") {
  auto volume = World{}.made_volume("Bound");
  CHECK_FALSE(was_recreated(volume));  // nothing was noted
  volume.meta.annotations.emplace(names::volume_uid, volume.meta.uid);
  CHECK_FALSE(was_recreated(volume));
  volume.meta.uid = "ANOTHER";
  CHECK(was_recreated(volume));
}

TEST_CASE("on a volume its own uid is noted, and its claim where that is another by now") {
  auto const settings = our_settings();
  auto const own = handed_claim();
  auto volume = World{}.made_volume("Bound");
  CHECK(missing_notes(volume, own, "NS-UID", settings) == notes({{names::volume_uid, "PV-UID"}}));
  volume.meta.annotations.emplace(names::volume_uid, "PV-UID");
  CHECK(missing_notes(volume, own, "NS-UID", settings).empty());

  auto const wanted = notes({{names::claim_uid, "NEXT"}, {names::namespace_uid, "NS-B"}, {names::scratch, ""}});
  CHECK(missing_notes(given_away(), next_claim(), "NS-B", settings) == wanted);
  CHECK(notes_need_namespace(given_away(), next_claim(), settings));
  CHECK_FALSE(notes_need_namespace(volume, own, settings));
}

TEST_CASE("the uid of an earlier object stays on a volume that was made again") {
  auto volume = World{}.made_volume("Bound");
  volume.meta.annotations.emplace(names::volume_uid, "EARLIER");
  CHECK(missing_notes(volume, handed_claim(), "NS-UID", our_settings()).empty());
}

TEST_CASE(
    "the volume of a pod's claim that a lasting claim was given is no scratch any more, and the other way round") {
  auto volume = given_away();
  volume.meta.annotations.emplace(names::scratch, "true");
  auto claim = next_claim();
  CHECK(missing_notes(volume, claim, "", our_settings()).at(std::string(names::scratch)).empty());
  claim.meta.owner_references.push_back({"v1", "Pod", "app-0", "POD", true});
  CHECK(missing_notes(volume, claim, "", our_settings()).at(std::string(names::scratch)) == "true");
}

TEST_CASE("nothing is noted on a volume that is not ours to write to, or not in use") {
  auto volume = given_away();
  auto claim = next_claim();
  auto settings = our_settings();
  SECTION("for want of the permission") {
    settings.permissions.patch_volumes = false;
  }
  SECTION("not Bound") {
    volume.phase = "Released";
  }
  SECTION("of another claim") {
    volume.claim_ref->uid = "SOMEBODY";
  }
  SECTION("of no claim") {
    volume.claim_ref.reset();
  }
  SECTION("being deleted") {
    volume.meta.deletion_timestamp = "2026-01-01T00:00:00Z";
  }
  SECTION("whose claim is being deleted") {
    claim.meta.deletion_timestamp = "2026-01-01T00:00:00Z";
  }
  SECTION("of another cluster") {
    volume.meta.annotations.insert_or_assign(std::string(names::cluster_id), "other");
  }
  SECTION("upstream's") {
    volume.meta.annotations.erase(std::string(names::export_id));
  }
  CHECK(missing_notes(volume, claim, "NS-B", settings).empty());
  CHECK_FALSE(notes_need_namespace(volume, claim, settings));
}

TEST_CASE("a namespace is that of a claim which is gone if it is older than the claim's volume") {
  auto volume = given_away();
  volume.meta.creation_timestamp = "2026-02-03T04:05:06Z";
  k8s::ObjectMeta name_space;
  name_space.uid = "NS-B";
  auto const known = [&](std::string time) {
    name_space.creation_timestamp = std::move(time);
    return namespace_uid_since(volume, name_space);
  };
  CHECK(known("2026-02-03T04:05:05Z") == "NS-B");
  CHECK(known("2026-02-03T04:05:06Z").empty());  // the same second: who knows
  CHECK(known("2026-02-03T04:05:07Z").empty());
  CHECK(known("").empty());
  // When a volume was made again says nothing of the time at which its claim lived.
  volume.meta.annotations.insert_or_assign(std::string(names::volume_uid), "EARLIER");
  CHECK(known("2026-02-03T04:05:05Z").empty());
}
