#include "provisioner/service/cluster_taker.hpp"

#include <thread>

#include "tests/provisioner/support/wired_export.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

constexpr auto old_id = "cluster-old";

struct Taking : WiredExport {
  SharedSettings settings;
  ClusterTaker taker{site(), settings, keys, queues, clock, log.log()};

  explicit Taking(TakeOver take_over, std::string name = "prod")
      : settings(Settings{.provisioner = std::string(our_name),
                          .permissions = {},
                          .directories = {},
                          .cluster = {own_cluster, std::move(name)},
                          .take_over = take_over}) {
    site().identified(site().store().identify({}).value());
    REQUIRE(site().store().survey_archives().has_value());
    beat_of_other();
    look_at_neighbours();
  }
  void beat_of_other() {
    VolumeStore other(inner, old_id);
    REQUIRE(other.identify({}).has_value());
    REQUIRE(other.announce({.cluster = {old_id, "prod"}, .heartbeat = k8s::to_rfc3339(clock.wall())}).has_value());
  }
  void look_at_neighbours() { REQUIRE(site().store().neighbours().look().has_value()); }
  [[nodiscard]] bool taken() const { return stands(nfs::own_layout.taken_of(old_id)); }
  void decide(bool forced = false) {
    REQUIRE(site()
                .store()
                .decide_take_over({.from = {old_id}, .time = "2026-03-01T00:00:00.000001Z", .forced = forced})
                .has_value());
  }
};

}  // namespace

TEST_CASE("a silent cluster of the same name is taken by itself, but only after it was watched for two minutes") {
  Taking taking(TakeOver::same_name);
  taking.clock.advance(1h);
  taking.taker.look();
  CHECK_FALSE(taking.taken());
  taking.clock.advance(119s);
  taking.taker.look();
  CHECK_FALSE(taking.taken());
  taking.clock.advance(1s);
  taking.taker.look();
  CHECK(taking.taken());
  CHECK(taking.log.count("another cluster was taken over") == 1);
}

TEST_CASE("a cluster that lives is not taken by itself, be its clock hours behind") {
  Taking taking(TakeOver::same_name);
  auto const behind = [&](std::chrono::minutes minutes) {
    VolumeStore other(taking.inner, old_id);
    REQUIRE(other.identify({}).has_value());
    auto const then = k8s::to_rfc3339(taking.clock.wall() - 2h + minutes);
    REQUIRE(other.announce({.cluster = {old_id, "prod"}, .heartbeat = then}).has_value());
  };
  for (int minute = 0; minute < 30; ++minute) {
    behind(0min);
    taking.look_at_neighbours();
    taking.taker.look();
    taking.clock.advance(1min);
  }
  CHECK_FALSE(taking.taken());
}

TEST_CASE("under ask, and of another name, nothing is taken by itself") {
  for (auto const& [take_over, name] : {std::pair{TakeOver::ask, "prod"},
                                        {TakeOver::never, "prod"},
                                        {TakeOver::same_name, "other"},
                                        {TakeOver::same_name, ""}}) {
    Taking taking(take_over, name);
    for (int i = 0; i < 10; ++i) {
      taking.clock.advance(1h);
      taking.taker.look();
    }
    CHECK_FALSE(taking.taken());
  }
}

TEST_CASE("what was decided is done within ten seconds, once") {
  Taking taking(TakeOver::ask);
  taking.clock.advance(1h);
  std::jthread thread([&](std::stop_token stop) { taking.taker.run(std::move(stop)); });
  REQUIRE(taking.clock.await_waiter());
  CHECK_FALSE(taking.taken());
  taking.decide();
  taking.clock.advance(10s);
  REQUIRE(taking.clock.await_waiter());
  CHECK(taking.taken());
  thread.request_stop();
  thread.join();
  CHECK(taking.site().store().decided_take_overs()->empty());
}

TEST_CASE("those who waited are looked at once it is done, or once the other cluster is seen to live") {
  Taking taking(TakeOver::ask);
  fill(taking.view.classes(), std::vector{our_class()});
  fill(taking.view.claims(), std::vector{pending_claim("web", "U1")});
  taking.taker.look();
  CHECK(taking.queued().empty());
  SECTION("it is done") {
    taking.clock.advance(1h);
    taking.decide();
    taking.taker.look();
  }
  SECTION("it lives") {
    taking.clock.advance(1min);
    taking.beat_of_other();
    taking.taker.look();
  }
  CHECK(taking.queued() == std::vector<std::string>{"pvc-U1"});
  taking.taker.look();
  CHECK(taking.queued().empty());
}

TEST_CASE("what cannot be done is said once, and tried again") {
  Taking taking(TakeOver::ask);
  taking.clock.advance(1h);
  taking.decide();
  taking.inner.set_full(true);
  taking.taker.look();
  taking.taker.look();
  CHECK(taking.log.count("cannot take over a cluster") == 1);
  taking.inner.set_full(false);
  taking.taker.look();
  CHECK(taking.taken());
}

TEST_CASE("under never a decision is not carried out, and that is said once") {
  Taking taking(TakeOver::never);
  taking.clock.advance(1h);
  taking.decide(true);
  taking.taker.look();
  taking.taker.look();
  CHECK_FALSE(taking.taken());
  CHECK(taking.log.count("takeOver is never") == 1);
}
