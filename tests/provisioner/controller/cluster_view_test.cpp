#include "provisioner/controller/cluster_view.hpp"

#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

TEST_CASE("a claim is found by the name of its volume, as we wrote it last") {
  FakeClock const clock;
  ClusterView view(clock);
  CHECK(view.claim_of("pvc-U1") == nullptr);
  view.claims().apply(pending_claim("web", "U1", "5"));
  CHECK(view.claim_of("pvc-U1")->meta.resource_version == "5");
  auto written = pending_claim("web", "U1", "7");
  written.phase = "Bound";
  view.wrote(written);
  CHECK(view.claim_of("pvc-U1")->phase == "Bound");
  view.claims().apply(pending_claim("web", "U1", "8"));
  CHECK(view.claim_of("pvc-U1")->meta.resource_version == "8");
}

TEST_CASE("of what we wrote no more is kept than of what the watch shows") {
  FakeClock const clock;
  ClusterView view(clock);
  auto claim = pending_claim("web", "U1", "5");
  view.claims().apply(claim);
  claim.meta.resource_version = "7";
  claim.meta.labels.emplace("app", "web");
  view.wrote(claim);
  REQUIRE(view.claim_of("pvc-U1")->meta.resource_version == "7");
  CHECK(view.claim_of("pvc-U1")->meta.labels.empty());
  CHECK_FALSE(view.claim_of("pvc-U1")->meta.annotations.empty());
  auto volume = volume_at("pvc-U1", "/data/nfs/web");
  volume.meta.labels.emplace("app", "web");
  view.wrote(volume);
  CHECK(view.volume("pvc-U1")->meta.labels.empty());
}

TEST_CASE("what was written to a claim is not taken for its successor of the same name") {
  FakeClock const clock;
  ClusterView view(clock);
  view.claims().apply(pending_claim("web", "U1", "5"));
  view.claims().apply(pending_claim("web", "U2", "80"));
  view.wrote(pending_claim("web", "U1", "90"));
  CHECK(view.claim_of("pvc-U2")->meta.uid == "U2");
  CHECK(view.claim_of("pvc-U1") == nullptr);
}

TEST_CASE("a volume that we made is there before the watch shows it, and gone before the watch shows that") {
  FakeClock const clock;
  ClusterView view(clock);
  view.wrote(volume_at("pvc-U1", "/data/nfs/x", "U1", "5"));
  REQUIRE(view.volume("pvc-U1"));
  view.volume_gone("pvc-U1");
  CHECK(view.volume("pvc-U1") == nullptr);
}

TEST_CASE("a claim exists while the watch shows it, by uid") {
  FakeClock const clock;
  ClusterView view(clock);
  CHECK_FALSE(view.claim_exists("U1"));
  view.claims().apply(pending_claim("web", "U1"));
  CHECK(view.claim_exists("U1"));
  CHECK_FALSE(view.claim_exists(""));
  view.claims().apply(pending_claim("web", "U2", "2"));
  CHECK_FALSE(view.claim_exists("U1"));
  view.claims().erase("team-a/web");
  CHECK_FALSE(view.claim_exists("U2"));
}

TEST_CASE("a claim that cannot be read exists, and nothing is to be done for its volume, nor for one that cannot") {
  FakeClock const clock;
  ClusterView view(clock);
  view.claims().set_aside({{"team-a", "web", "U1", "5"}, "why"});
  CHECK(view.claim_exists("U1"));
  CHECK(view.is_unreadable("pvc-U1"));
  CHECK_FALSE(view.is_unreadable("U1"));
  view.claims().erase("team-a/web");
  CHECK_FALSE(view.claim_exists("U1"));
  CHECK_FALSE(view.is_unreadable("pvc-U1"));
  view.volumes().set_aside({{"", "by-hand", "U2", "5"}, "why"});
  CHECK(view.is_unreadable("by-hand"));
}

TEST_CASE("a volume that cannot be read holds up no other, whether its claim goes before or after") {
  FakeClock const clock;
  ClusterView view(clock);
  view.volumes().apply(volume_at("pvc-U1", "/data/nfs/a", "U1"));
  view.volumes().apply(volume_at("pvc-U2", "/data/nfs/b", "U2"));
  auto bound = pending_claim("web", "U1");
  bound.volume_name = "pvc-U1";
  view.claims().apply(bound);
  bool const before = GENERATE(true, false);
  if (!before) view.volumes().set_aside({{"", "pvc-U1", "uid-of-pvc-U1", "5"}, "why"});
  view.claims().erase("team-a/web");
  CHECK(view.safe_to_bind("pvc-U2") == !before);
  if (before) view.volumes().set_aside({{"", "pvc-U1", "uid-of-pvc-U1", "5"}, "why"});
  CHECK(view.safe_to_bind("pvc-U2"));
}

TEST_CASE("a volume is in use while it is Bound, or cannot be read") {
  FakeClock const clock;
  ClusterView view(clock);
  auto volume = volume_at("pvc-U1", "/data/nfs/a", "U1");
  CHECK_FALSE(view.in_use("pvc-U1"));
  volume.phase = "Bound";
  view.volumes().apply(volume);
  CHECK(view.in_use("pvc-U1"));
  volume.phase = "Released";
  view.volumes().apply(volume);
  CHECK_FALSE(view.in_use("pvc-U1"));
  view.volumes().set_aside({{"", "pvc-U1", "uid-of-pvc-U1", "5"}, "why"});
  CHECK(view.in_use("pvc-U1"));
}

TEST_CASE("a volume that cannot be read may be one that kube-controller-manager would choose") {
  FakeClock const clock;
  ClusterView view(clock);
  view.volumes().set_aside({{"", "by-hand", "U2", "5"}, "why"});
  CHECK(view.choosable_volume(pending_claim("web", "U1")));
}

TEST_CASE("a class that cannot be read is none that claims are served by, though it was read before") {
  FakeClock const clock;
  ClusterView view(clock);
  view.classes().apply(our_class());
  view.classes().set_aside({{"", "volumen-tipo-ivan", "uid-of-class", "5"}, "why"});
  CHECK(view.class_unreadable("volumen-tipo-ivan"));
  CHECK(view.storage_class("volumen-tipo-ivan") == nullptr);
}

TEST_CASE("a claim can be bound elsewhere if a free volume of its class fits") {
  FakeClock const clock;
  ClusterView view(clock);
  auto const claim = pending_claim("web", "U1");
  CHECK_FALSE(view.choosable_volume(claim));
  auto volume = volume_at("by-hand", "/data/nfs/x");
  view.volumes().apply(volume);
  CHECK_FALSE(view.choosable_volume(claim));  // it is Bound
  volume.phase = "Available";
  volume.meta.resource_version = "2";
  view.volumes().apply(volume);
  CHECK(view.choosable_volume(claim));
  volume.capacity = "1Mi";
  volume.meta.resource_version = "3";
  view.volumes().apply(volume);
  CHECK_FALSE(view.choosable_volume(claim));
}

TEST_CASE("a claim is being bound elsewhere from the moment when the other volume names it") {
  FakeClock const clock;
  ClusterView view(clock);
  auto const claim = pending_claim("web", "U1");
  auto volume = volume_at("by-hand", "/data/nfs/x");
  volume.phase = "Bound";
  volume.claim_ref = k8s::ObjectReference{"v1", "PersistentVolumeClaim", "team-a", "web", "U1", {}};
  view.volumes().apply(volume);
  CHECK(view.choosable_volume(claim));
  CHECK_FALSE(view.choosable_volume(pending_claim("web", "U2")));
}

TEST_CASE("the claims of a class that are not bound are found when the class changes") {
  FakeClock const clock;
  ClusterView view(clock);
  view.claims().apply(pending_claim("web", "U1"));
  auto bound = pending_claim("db", "U2");
  bound.phase = "Bound";
  view.claims().apply(bound);
  auto other = pending_claim("cache", "U3");
  other.storage_class_name = "other";
  view.claims().apply(other);
  auto const found = view.unbound_claims("volumen-tipo-ivan");
  REQUIRE(found.size() == 1);
  CHECK(found.front()->meta.name == "web");
}

TEST_CASE("the view is synced once all three kinds are") {
  FakeClock const clock;
  ClusterView view(clock);
  view.claims().begin_replace();
  view.claims().commit_replace();
  view.volumes().begin_replace();
  view.volumes().commit_replace();
  CHECK_FALSE(view.synced());
  view.classes().begin_replace();
  view.classes().commit_replace();
  CHECK(view.synced());
}
