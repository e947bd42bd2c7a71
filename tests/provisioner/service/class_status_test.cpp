#include "provisioner/service/class_status.hpp"

#include "tests/provisioner/support/wired_export.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using Counts = std::array<std::size_t, volume_phases.size()>;

TEST_CASE("each class of ours is told with its volumes by phase and its waiting claims, classes that are gone too") {
  FakeClock clock;
  ClusterView view(clock);
  auto others = our_class();
  others.meta.name = "others";
  others.provisioner = "example.com/other";
  auto released = volume_at("pvc-2", "/data/nfs/b");
  released.phase = "Released";
  auto of_gone = volume_at("pvc-3", "/data/nfs/c");
  of_gone.storage_class_name = "gone";
  of_gone.phase = "of the future";
  auto of_others = volume_at("pvc-4", "/data/nfs/d");
  of_others.meta.annotations.clear();
  fill(view.classes(), {our_class(), others});
  fill(view.claims(), {pending_claim("web", "U1"), pending_claim("db", "U2")});
  fill(view.volumes(), {volume_at("pvc-1", "/data/nfs/a"), released, of_gone, of_others});
  auto const status = class_status(view, our_name);
  REQUIRE(status.size() == 2);
  CHECK(status[0].name == "gone");
  CHECK(status[0].volumes == Counts{1, 0, 0, 0, 0});
  CHECK(status[0].waiting_claims == 0);
  CHECK(status[1].name == "volumen-tipo-ivan");
  CHECK(status[1].volumes == Counts{0, 0, 1, 1, 0});
  CHECK(status[1].waiting_claims == 2);
}
