#include <rapidcheck.h>

#include <algorithm>

#include "provisioner/core/binding.hpp"
#include "tests/provisioner/core/wanted.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

// A toy of a cluster and an export: what the actions do to them, and what kube-controller-manager does meanwhile.
struct Toy {
  World world;
  bool directory = false;
  int made_volumes = 0;
  int archived = 0;

  void take(Action const& action) {
    std::visit([this](auto const& step) { apply(step); }, action);
  }

  void apply(EmitEvent const&) {}
  void apply(MakeDirectory const& step) {
    world.intent = true;
    directory = true;
    world.occupancies[0].put(step.path, occupant(step.volume, step.claim.uid, step.claim.name));
  }
  void apply(CreateVolume const& step) {
    if (world.volume) return;
    ++made_volumes;
    world.volume = step.volume;
    world.volume->meta.uid = "PV-UID";
    world.volume->phase = "Pending";
  }
  void apply(MarkVolumeBound const&) { world.volume->phase = "Bound"; }
  void apply(MarkVolumeReleased const&) { world.volume->phase = "Released"; }
  void apply(BindClaim const& step) {
    world.claim.volume_name = step.volume;
    for (auto const& [key, value] : step.annotations) world.claim.meta.annotations.insert_or_assign(key, value);
  }
  void apply(MarkClaimBound const& step) {
    world.claim.phase = "Bound";
    world.claim.status_access_modes = step.access_modes;
    world.claim.status_capacity = step.capacity;
  }
  void apply(ResizeVolume const& step) { world.volume->capacity = step.capacity; }
  void apply(ResizeClaim const& step) { world.claim.status_capacity = step.capacity; }
  void apply(SettleIntent const&) { world.intent = false; }
  void apply(UndoDirectory const&) {
    if (world.intent) directory = false;
    world.intent = false;
  }
  void apply(ReleaseDirectory const&) {
    archived += directory ? 1 : 0;
    directory = false;
    world.intent = false;
  }
  void apply(DeleteVolume const&) {
    if (!world.volume) return;
    world.volume->meta.deletion_timestamp = "2026-01-01T00:00:00Z";
    collect();
  }
  void apply(ForgetIntent const&) { world.intent = false; }
  void apply(LeaveDirectory const&) {}
  void apply(KeepLostDirectory const&) {}
  void apply(RecordHolder const&) {}
  void apply(AnnotateVolume const& step) {
    for (auto const& [key, value] : step.annotations) world.volume->meta.annotations.insert_or_assign(key, value);
  }
  void apply(AddFinalizer const&) {
    if (world.volume) world.volume->meta.finalizers.emplace_back(names::finalizer);
  }
  void apply(RemoveFinalizer const&) {
    if (!world.volume) return;
    std::erase(world.volume->meta.finalizers, names::finalizer);
    collect();
  }
  void collect() {
    if (!world.volume->meta.deleting() || !world.volume->meta.finalizers.empty()) return;
    world.volume.reset();
    world.occupancies[0].erase("pvc-UID");
  }

  // One of the things that kube-controller-manager may do at any moment.
  void disturb(int choice) {
    auto& claim = world.claim;
    if (!world.volume) return;
    if (choice == 1 && world.volume->phase == "Pending") world.volume->phase = "Available";
    if (choice == 2) world.volume->phase = "Bound";
    if (choice == 3 || choice == 4) {
      claim.volume_name = world.volume->meta.name;
      claim.meta.annotations.insert_or_assign(std::string(names::bind_completed), "yes");
      claim.meta.annotations.insert_or_assign(std::string(names::bound_by_controller), "yes");
    }
    if (choice == 4) apply(MarkClaimBound{world.volume->access_modes, world.volume->capacity});
    if (choice == 5 && claim.phase == "Bound") claim.phase = "Lost";
    if (choice == 6) world.settings.permissions.patch_claims = false;
  }

  [[nodiscard]] auto state() const {
    return std::make_tuple(world.claim, world.volume, world.intent, directory, world.settings);
  }
};

/// Number of steps after which the program dies, and what happens beside it after that.
struct Crash {
  int after;
  int disturbance;
};

std::vector<Crash> some_crashes() {
  auto const pairs = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(0, 9), rc::gen::inRange(0, 7)));
  std::vector<Crash> crashes;
  for (auto const& [after, disturbance] : pairs) crashes.push_back({after, disturbance});
  return crashes;
}

template <class Decide>
void play(Toy& toy, std::vector<Crash> const& crashes, Decide decide) {
  for (auto const& crash : crashes) {
    if (auto const decision = decide(toy); std::holds_alternative<Act>(decision)) {
      auto const& actions = std::get<Act>(decision).actions;
      auto const count = std::min(actions.size(), static_cast<std::size_t>(crash.after));
      for (std::size_t i = 0; i < count; ++i) toy.take(actions[i]);
    }
    toy.disturb(crash.disturbance);
  }
}

// Until there is nothing to do; an Act that changes nothing would be taken for ever.
template <class Decide>
void settle(Toy& toy, Decide decide) {
  for (int round = 0; round < 10; ++round) {
    auto const decision = decide(toy);
    if (!std::holds_alternative<Act>(decision)) return;
    auto const before = toy.state();
    for (auto const& step : std::get<Act>(decision).actions) toy.take(step);
    RC_ASSERT(toy.state() != before);
  }
  RC_FAIL("still at it: " + text_of(decide(toy)));
}

Decision on_claim(Toy const& toy) {
  return toy.world.on_claim();
}

Decision on_volume(Toy const& toy) {
  if (!toy.world.volume) return LeaveAlone{Reason::nothing_there};
  return toy.world.on_volume();
}

}  // namespace

TEST_CASE("from any crash and whatever kube-controller-manager does, a claim becomes Bound and is then left alone") {
  auto const holds = rc::check([] {
    Toy toy;
    toy.world.settings.binding = *rc::gen::element(Binding::direct, Binding::eager, Binding::controller);
    play(toy, some_crashes(), on_claim);
    settle(toy, on_claim);
    if (!toy.world.settings.binds_itself()) {
      RC_ASSERT(toy.world.volume);
      for (int const step : {2, 4}) toy.disturb(step);
      settle(toy, on_claim);
    }
    RC_ASSERT(is_bound(toy.world.claim));
    RC_ASSERT(toy.world.claim.volume_name == "pvc-UID");
    RC_ASSERT(toy.world.volume->phase == "Bound");
    RC_ASSERT(toy.made_volumes == 1);
    RC_ASSERT(toy.directory);
    RC_ASSERT(!toy.world.intent);
    RC_ASSERT(is_as(toy.world.on_claim(), LeaveAlone{Reason::bound}));
  });
  CHECK(holds);
}

TEST_CASE("the end of a binding is the same, whoever did which part of it") {
  auto const holds = rc::check([] {
    Toy straight;
    settle(straight, on_claim);
    Toy toy;
    auto crashes = some_crashes();
    std::erase_if(crashes, [](Crash const& crash) { return crash.disturbance == 6; });
    play(toy, crashes, on_claim);
    settle(toy, on_claim);
    RC_ASSERT(toy.state() == straight.state());
  });
  CHECK(holds);
}

TEST_CASE("from any crash a claim that asks for more ends with it, and so does its volume") {
  auto const holds = rc::check([] {
    Toy toy;
    toy.world.storage_class->allow_volume_expansion = true;
    settle(toy, on_claim);
    for (int const gigabytes : {2, 5}) {
      toy.world.claim.requested_storage = std::to_string(gigabytes) + "Gi";
      auto crashes = some_crashes();
      std::erase_if(crashes, [](Crash const& crash) { return crash.disturbance == 6; });
      play(toy, crashes, on_claim);
      settle(toy, on_claim);
      RC_ASSERT(toy.world.volume->capacity == toy.world.claim.requested_storage);
      RC_ASSERT(toy.world.claim.status_capacity == toy.world.claim.requested_storage);
    }
  });
  CHECK(holds);
}

TEST_CASE("from any crash a released volume ends with its directory dealt with once and the volume gone") {
  auto const holds = rc::check([] {
    Toy toy;
    toy.world.settings.permissions.patch_volumes = *rc::gen::arbitrary<bool>();
    settle(toy, on_claim);
    toy.world.claim_is_there = false;
    // Marked by kube-controller-manager, or by us: then one that lags may set it Bound once more.
    toy.world.claim_is_gone = *rc::gen::arbitrary<bool>();
    if (!toy.world.claim_is_gone) toy.world.volume->phase = "Released";
    auto crashes = some_crashes();
    for (auto& crash : crashes) {
      if (crash.disturbance != 2 || !toy.world.claim_is_gone) crash.disturbance = 0;
    }
    play(toy, crashes, on_volume);
    settle(toy, on_volume);
    RC_ASSERT(!toy.world.volume);
    RC_ASSERT(toy.archived == 1);
  });
  CHECK(holds);
}

TEST_CASE("a change of the reclaim policy moves the finalizer once") {
  auto const holds = rc::check([] {
    Toy toy;
    settle(toy, on_claim);
    for (bool const retain : *rc::gen::arbitrary<std::vector<bool>>()) {
      toy.world.volume->reclaim_policy = retain ? "Retain" : "Delete";
      settle(toy, on_volume);
      RC_ASSERT(k8s::has_finalizer(toy.world.volume->meta, names::finalizer) == !retain);
    }
  });
  CHECK(holds);
}
