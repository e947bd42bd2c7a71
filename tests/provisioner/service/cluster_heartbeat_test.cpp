#include "provisioner/service/cluster_heartbeat.hpp"

#include "tests/provisioner/support/wired_export.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

struct Beating : WiredExport {
  SharedSettings settings{Settings{
      .provisioner = std::string(our_name), .permissions = {}, .directories = {}, .cluster = {own_cluster, "prod"}}};
  ClusterHeartbeat heartbeat{site(), settings, clock, log.log()};

  Beating() { site().identified(site().store().identify({}).value()); }
  std::string last_seen() { return site().store().clusters().value().front().heartbeat; }
};

}  // namespace

TEST_CASE("a heartbeat says who the cluster is and that it lives, and sees what others have begun since") {
  Beating beating;
  beating.heartbeat.beat();
  auto const card = beating.site().store().clusters().value().front();
  CHECK(card.cluster == Cluster{own_cluster, "prod"});
  CHECK(card.provisioner == our_name);
  beating.clock.advance(1h);
  VolumeStore other(beating.inner, "cluster-b");
  REQUIRE(other.identify({}).has_value());
  CHECK(beating.site().store().neighbours().last()->empty());
  beating.heartbeat.beat();
  CHECK(beating.last_seen() > card.heartbeat);
  CHECK(beating.site().store().neighbours().last()->size() == 1);
}

TEST_CASE("a heartbeat that cannot be written is told once, and what others have is looked at all the same") {
  Beating beating;
  VolumeStore other(beating.inner, "cluster-b");
  REQUIRE(other.identify({}).has_value());
  beating.inner.set_full(true);
  beating.heartbeat.beat();
  beating.heartbeat.beat();
  CHECK(beating.log.count("cannot tell other clusters") == 1);
  CHECK(beating.site().store().neighbours().last()->size() == 1);
  beating.inner.set_full(false);
  beating.heartbeat.beat();
  CHECK_FALSE(beating.last_seen().empty());
}
