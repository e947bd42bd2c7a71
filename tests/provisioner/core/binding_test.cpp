#include "provisioner/core/binding.hpp"

#include "tests/provisioner/core/decision_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

k8s::StringMap annotations_of(k8s::Claim const& claim) {
  auto const settings = our_settings();
  for (auto const& step : binding_steps(claim, nullptr, settings))
    if (auto const* bind = std::get_if<BindClaim>(&step)) return bind->annotations;
  return {};
}

}  // namespace

TEST_CASE("binding a claim adds the annotations that it lacks, and only those") {
  auto claim = handed_claim();
  CHECK(annotations_of(claim) ==
        k8s::StringMap{{"pv.kubernetes.io/bind-completed", "yes"}, {"pv.kubernetes.io/bound-by-controller", "yes"}});
  claim.meta.annotations.clear();
  CHECK(annotations_of(claim) == k8s::StringMap{{"pv.kubernetes.io/bind-completed", "yes"},
                                                {"pv.kubernetes.io/bound-by-controller", "yes"},
                                                {"volume.kubernetes.io/storage-provisioner", "example.com/nfs"},
                                                {"volume.beta.kubernetes.io/storage-provisioner", "example.com/nfs"}});
}

TEST_CASE("a claim gets the modes and the size that its volume has") {
  World world;
  auto volume = world.made_volume("Bound");
  volume.access_modes = {"ReadWriteMany"};
  volume.capacity = "2Gi";
  auto const settings = our_settings();
  auto const steps = binding_steps(world.claim, &volume, settings);
  CHECK(std::get<MarkClaimBound>(steps.back()) == MarkClaimBound{{"ReadWriteMany"}, "2Gi"});
}

TEST_CASE("a volume is made for a claim if its claimRef has the claim's uid") {
  World world;
  auto volume = world.made_volume("Pending");
  CHECK(made_for(volume, world.claim));
  volume.claim_ref->uid = "other";
  CHECK_FALSE(made_for(volume, world.claim));
  volume.claim_ref->uid.clear();
  CHECK_FALSE(made_for(volume, world.claim));
  volume.claim_ref.reset();
  CHECK_FALSE(made_for(volume, world.claim));
}

TEST_CASE("a claim is bound when phase, volume and annotation say so") {
  auto claim = handed_claim();
  claim.phase = "Bound";
  claim.volume_name = "pvc-UID";
  claim.meta.annotations.emplace(names::bind_completed, "yes");
  CHECK(is_bound(claim));
  auto pending = claim;
  pending.phase = "Pending";
  CHECK_FALSE(is_bound(pending));
  auto nameless = claim;
  nameless.volume_name.clear();
  CHECK_FALSE(is_bound(nameless));
  auto incomplete = claim;
  incomplete.meta.annotations.clear();
  CHECK_FALSE(is_bound(incomplete));
}

TEST_CASE("two volumes have the same holder if their claims have one uid, or if they have no claim") {
  k8s::Volume left;
  k8s::Volume right;
  CHECK(have_same_holder(left, right));
  left.claim_ref.emplace().uid = "U1";
  CHECK_FALSE(have_same_holder(left, right));
  right.claim_ref.emplace().uid = "U1";
  right.claim_ref->name = "renamed";
  CHECK(have_same_holder(left, right));
  right.claim_ref->uid = "U2";
  CHECK_FALSE(have_same_holder(left, right));
}

TEST_CASE("a volume is in use while it is Bound and not being deleted") {
  k8s::Volume volume;
  volume.phase = "Bound";
  CHECK(is_in_use(volume));
  volume.meta.deletion_timestamp = "2026-01-01T00:00:00Z";
  CHECK_FALSE(is_in_use(volume));
  volume.meta.deletion_timestamp.clear();
  volume.phase = "Released";
  CHECK_FALSE(is_in_use(volume));
}
