#include "provisioner/core/take_over.hpp"

#include "tests/provisioner/core/wanted.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

auto const now = *k8s::from_rfc3339("2026-02-01T12:00:00Z");
constexpr auto long_ago = "2026-02-01T11:50:00Z";
constexpr auto just_now = "2026-02-01T11:59:30Z";

// The cluster that was here before, with a volume of team-a/web.
Neighbour forerunner(std::string last_seen = long_ago, std::string storage_class = "volumen-tipo-ivan") {
  return {.cluster = {"old-id", "prod"},
          .last_seen = std::move(last_seen),
          .claims = {{"team-a", "web", std::move(storage_class)}}};
}

Settings named(std::string name, TakeOver take_over) {
  auto settings = our_settings();
  settings.cluster = {"new-id", std::move(name)};
  settings.take_over = take_over;
  return settings;
}

std::string told(Decision const& decision) {
  auto const* wait = std::get_if<Wait>(&decision);
  return wait == nullptr || !wait->event ? "" : wait->event->message;
}

}  // namespace

TEST_CASE("what the heartbeat of a cluster tells of its life") {
  struct Row {
    std::string heartbeat;
    bool seen_alive;
    SignOfLife sign;
  };
  for (auto const& row : std::vector<Row>{{just_now, true, SignOfLife::alive},
                                          {just_now, false, SignOfLife::unsure},
                                          {"2026-02-01T11:50:01Z", false, SignOfLife::unsure},
                                          {long_ago, false, SignOfLife::silent},
                                          {long_ago, true, SignOfLife::silent},
                                          {"2026-02-01T13:00:00Z", false, SignOfLife::unsure},
                                          {"2026-02-01T13:00:00Z", true, SignOfLife::alive},
                                          {"", false, SignOfLife::unsure},
                                          {"yesterday", false, SignOfLife::unsure}}) {
    CAPTURE(row.heartbeat, row.seen_alive);
    CHECK(sign_of_life(row.heartbeat, row.seen_alive, now) == row.sign);
  }
}

TEST_CASE(
    "a claim does not begin empty while another cluster, which may be gone, had a volume of its names and class") {
  World world;
  for (auto const* last_seen : {long_ago, just_now, ""}) {
    CAPTURE(last_seen);
    world.neighbours = {forerunner(last_seen)};
    CHECK(is_as(world.on_claim(), Wait{Reason::take_over_undecided}));
    world.neighbours = {forerunner(last_seen, "")};  // its class is not known
    CHECK(is_as(world.on_claim(), Wait{Reason::take_over_undecided}));
  }
  auto const decision = world.on_claim();
  auto const& wait = std::get<Wait>(decision);
  CHECK(wait.again_after == std::chrono::minutes(1));
  REQUIRE(wait.event);
  CHECK(wait.event->type == k8s::EventType::warning);
  CHECK(wait.event->reason == "ProvisioningFailed");
  CHECK(is_one_line(wait.event->message));
}

TEST_CASE("a cluster that lives, or had no volume of the claim, holds up nobody") {
  World world;
  auto living = forerunner(just_now);
  living.seen_alive = true;
  auto of_other_name = forerunner();
  of_other_name.claims = {{"team-a", "db", ""}, {"team-b", "web", ""}};
  for (auto const& each : {living, of_other_name, forerunner(long_ago, "other-class")}) {
    world.neighbours = {each};
    CHECK(std::holds_alternative<Act>(world.on_claim()));
  }
}

TEST_CASE("under never, for scratch, and where an archive is asked for, nobody waits for a decision") {
  World world;
  world.neighbours = {forerunner()};
  SECTION("never") {
    world.settings.take_over = TakeOver::never;
    CHECK(std::holds_alternative<Act>(world.on_claim()));
  }
  SECTION("scratch") {
    world.claim.meta.owner_references = {{"v1", "Pod", "web-0", "POD-UID", true}};
    CHECK(std::holds_alternative<Act>(world.on_claim()));
  }
  SECTION("asked for") {
    world.archives = {archive()};
    world.claim.meta.annotations.emplace(names::restore_from, "latest");
    CHECK(std::holds_alternative<Act>(world.on_claim()));
  }
}

TEST_CASE("a waiting claim reads who was there, how long ago, and how to take over") {
  World world;
  world.neighbours = {forerunner()};
  auto const silent = told(world.on_claim());
  for (auto const* part : {"\"prod\" (old-id)", "last seen 2026-02-01T11:50:00Z", "clusters take old-id;"})
    CHECK(contains(silent, part));
  world.neighbours = {forerunner(just_now)};
  CHECK(contains(told(world.on_claim()), "clusters take old-id --force"));
  world.settings = named("prod", TakeOver::same_name);
  CHECK(contains(told(world.on_claim()), "by itself"));
  world.settings = named("other", TakeOver::same_name);
  CHECK_FALSE(contains(told(world.on_claim()), "by itself"));
}

TEST_CASE("a claim whose directory a silent cluster has reads how to take over, unless nobody may") {
  World world;
  auto holder = forerunner();
  holder.claims.clear();
  holder.in_use.put(path("team-a/web"), Occupant{"pvc-1", {}, {}, {}});
  world.neighbours = {holder};
  CHECK(contains(told(world.on_claim()), "clusters take old-id"));
  world.settings.take_over = TakeOver::never;
  CHECK(is_as(world.on_claim(), Wait{Reason::directory_of_other_cluster}));
  CHECK_FALSE(contains(told(world.on_claim()), "clusters take"));
  world.settings.take_over = TakeOver::ask;
  world.neighbours[0].last_seen = just_now;
  world.neighbours[0].seen_alive = true;
  CHECK_FALSE(contains(told(world.on_claim()), "clusters take"));
}

TEST_CASE("only a silent cluster of the very same name is taken over by itself, and only where that is set") {
  CHECK(is_taken_by_itself(forerunner(), named("prod", TakeOver::same_name), now));
  CHECK_FALSE(is_taken_by_itself(forerunner(), named("prod", TakeOver::ask), now));
  CHECK_FALSE(is_taken_by_itself(forerunner(), named("prod", TakeOver::never), now));
  CHECK_FALSE(is_taken_by_itself(forerunner(), named("Prod", TakeOver::same_name), now));
  CHECK_FALSE(is_taken_by_itself(forerunner(just_now), named("prod", TakeOver::same_name), now));
  auto nameless = forerunner();
  nameless.cluster.name.clear();
  CHECK_FALSE(is_taken_by_itself(nameless, named("", TakeOver::same_name), now));
  auto self = forerunner();
  self.cluster.id = "new-id";
  CHECK_FALSE(is_taken_by_itself(self, named("prod", TakeOver::same_name), now));
}
