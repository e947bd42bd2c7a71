#include "provisioner/core/at_rest.hpp"

#include "provisioner/core/naming.hpp"
#include "tests/provisioner/core/decision_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

struct Pair : World {
  Pair() {
    volume = made_volume("Bound");
    volume->meta.annotations.insert_or_assign(std::string(names::volume_uid), volume->meta.uid);
    claim.volume_name = volume->meta.name;
    claim.meta.annotations.insert_or_assign(std::string(names::bind_completed), "yes");
    claim.meta.annotations.insert_or_assign(std::string(names::bound_by_controller), "yes");
    claim.phase = "Bound";
    claim.status_access_modes = claim.access_modes;
    claim.status_capacity = claim.requested_storage;
    living.insert(claim.meta.uid);
  }
  [[nodiscard]] bool at_rest() const { return are_at_rest(claim, *volume, our_name); }
};

}  // namespace

TEST_CASE("nothing is decided for a pair that is at rest") {
  Pair pair;
  pair.settings.binding = GENERATE(Binding::direct, Binding::eager, Binding::controller);
  REQUIRE(pair.at_rest());
  CHECK(std::holds_alternative<LeaveAlone>(pair.on_claim()));
  CHECK(std::holds_alternative<LeaveAlone>(pair.on_volume()));
}

TEST_CASE("a claim that is bound to another provisioner's volume is at rest, whatever else is so") {
  Pair pair;
  pair.volume->meta.annotations.insert_or_assign(std::string(names::provisioned_by), "example.com/x");
  pair.settings.binding = GENERATE(Binding::direct, Binding::eager, Binding::controller);
  bool const other_name = GENERATE(false, true);
  pair.volume->meta.finalizers.clear();
  pair.claim.requested_storage = "7Gi";
  if (other_name) pair.claim.volume_name = pair.volume->meta.name = "by-hand";
  REQUIRE(pair.at_rest());
  if (other_name) {
    pair.volume.reset();  // none of the name that ours would have
    CHECK(std::holds_alternative<LeaveAlone>(pair.on_claim()));
    return;
  }
  CHECK(std::holds_alternative<LeaveAlone>(pair.on_claim()));
  CHECK(std::holds_alternative<LeaveAlone>(pair.on_volume()));
}

TEST_CASE("a pair of which anything is not as it is in the end is not at rest") {
  struct Row {
    std::string_view what;
    std::function<void(Pair&)> change;
  };
  Row const rows[] = {
      {"the claim goes", [](Pair& it) { it.claim.meta.deletion_timestamp = "2026-01-01T00:00:00Z"; }},
      {"the volume goes", [](Pair& it) { it.volume->meta.deletion_timestamp = "2026-01-01T00:00:00Z"; }},
      {"the claim is not Bound", [](Pair& it) { it.claim.phase = "Lost"; }},
      {"the claim has another volume", [](Pair& it) { it.claim.volume_name = "by-hand"; }},
      {"the claim is not annotated",
       [](Pair& it) { it.claim.meta.annotations.erase(std::string(names::bind_completed)); }},
      {"the volume is Released", [](Pair& it) { it.volume->phase = "Released"; }},
      {"the volume is another claim's", [](Pair& it) { it.volume->claim_ref->uid = "OTHER"; }},
      {"the volume has no finalizer", [](Pair& it) { it.volume->meta.finalizers.clear(); }},
      {"a volume that is retained has one", [](Pair& it) { it.volume->reclaim_policy = "Retain"; }},
      {"the volume's uid is not noted",
       [](Pair& it) { it.volume->meta.annotations.erase(std::string(names::volume_uid)); }},
      {"the volume was made again", [](Pair& it) { it.volume->meta.uid = "AGAIN"; }},
      {"the claim asks for more", [](Pair& it) { it.claim.requested_storage = "7Gi"; }},
      {"the volume has another name", [](Pair& it) { it.claim.volume_name = it.volume->meta.name = "by-hand"; }},
  };
  for (auto const& row : rows) {
    Pair pair;
    row.change(pair);
    INFO(row.what);
    CHECK_FALSE(pair.at_rest());
  }
}
