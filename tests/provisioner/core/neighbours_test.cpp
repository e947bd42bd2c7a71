#include "provisioner/core/neighbours.hpp"

#include "provisioner/core/volume_body.hpp"
#include "tests/provisioner/core/decision_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

Occupancy at(std::string_view where) {
  Occupancy occupancy;
  occupancy.put(path(where), Occupant{"pvc-1", {}, {}, {}});
  return occupancy;
}

Neighbours one_that_uses(std::string_view where) {
  return {{.cluster = {"m"}, .in_use = at(where)}};
}

Neighbours one_that_begins(std::string_view where) {
  return {{.cluster = {"m"}, .begun = at(where)}};
}

}  // namespace

TEST_CASE("what another cluster uses is nobody else's: itself, what is above it, and what is below it") {
  for (auto const& [wanted, held] : {std::pair{"team-a/web", true},
                                     {"team-a", true},
                                     {"team-a/web/x", true},
                                     {"team-a/webber", false},
                                     {"team-b/web", false}}) {
    CAPTURE(wanted);
    for (auto const own : {"a", "z"}) {
      CHECK((holder_of(path(wanted), own, one_that_uses("team-a/web")) != nullptr) == held);
      CHECK(rival_for(path(wanted), own, one_that_uses("team-a/web")) == nullptr);
    }
  }
}

TEST_CASE("of two clusters that begin at once the one whose id sorts first goes on, the other steps back") {
  auto const neighbours = one_that_begins("team-a/web");
  for (auto const wanted : {"team-a/web", "team-a", "team-a/web/x"}) {
    CAPTURE(wanted);
    CHECK(holder_of(path(wanted), "z", neighbours) != nullptr);
    CHECK(rival_for(path(wanted), "z", neighbours) == nullptr);
    CHECK(holder_of(path(wanted), "a", neighbours) == nullptr);
    CHECK(rival_for(path(wanted), "a", neighbours) != nullptr);
  }
  CHECK(holder_of(path("team-b"), "z", neighbours) == nullptr);
  CHECK(rival_for(path("team-b"), "a", neighbours) == nullptr);
}

TEST_CASE("an Event about a neighbour names the cluster and the own path, and none of the neighbour's") {
  Neighbour neighbour{.cluster = {"5f0c", "prod"}, .last_seen = "2026-01-31T23:59:59Z", .in_use = at("secret/other")};
  auto const text = held_by_text(path("secret"), neighbour);
  CHECK_THAT(text, Catch::Matchers::Contains("\"prod\" (5f0c)") && Catch::Matchers::Contains("2026-01-31T23:59:59Z") &&
                       Catch::Matchers::Contains("\"secret\"") && !Catch::Matchers::Contains("other"));
  neighbour.last_seen.clear();
  CHECK_THAT(wanted_by_text(path("secret"), neighbour), Catch::Matchers::Contains("never seen alive"));
}

TEST_CASE("a cluster's directory bears its name where that can be one, else its id") {
  CHECK(directory_name({"5f0c", "prod"}) == "prod");
  CHECK(directory_name({"5f0c", "my cluster / EU"}) == "5f0c");
  CHECK(directory_name({"5f0c"}) == "5f0c");
}

TEST_CASE("the id of a cluster can be a directory's name on every server") {
  for (auto const good : {"a", "5f0c9a3e-1111-4222-8333-944455556666", "prod.eu_1", "ca-0011223344556677"})
    CHECK(is_cluster_id(good));
  for (auto const bad : {"", ".", "..", "-a", "a-", "a/b", "a b", ".hidden", "ü"}) CHECK_FALSE(is_cluster_id(bad));
  CHECK(is_cluster_id(std::string(63, 'x')));
  CHECK_FALSE(is_cluster_id(std::string(64, 'x')));
}

TEST_CASE("a claim whose directory another cluster has waits, looks again, and is told which cluster it is") {
  World world;
  world.settings.cluster.id = "z";
  for (auto neighbours : {one_that_uses("team-a"), one_that_begins("team-a/web/below")}) {
    world.neighbours = std::move(neighbours);
    auto const decision = world.on_claim();
    auto const* wait = std::get_if<Wait>(&decision);
    REQUIRE(wait != nullptr);
    CHECK(wait->reason == Reason::directory_of_other_cluster);
    CHECK(wait->again_after > std::chrono::milliseconds{0});
    CHECK(wait->event->type == k8s::EventType::warning);
    CHECK_THAT(wait->event->message, Catch::Matchers::Contains("cluster m, "));
  }
  // Who comes first goes on, and finds out on the export whether the other one has stepped back.
  world.settings.cluster.id = "a";
  CHECK(std::holds_alternative<Act>(world.on_claim()));
  world.neighbours = one_that_uses("team-b");
  CHECK(std::holds_alternative<Act>(world.on_claim()));
}

TEST_CASE("a volume says which cluster it was made for, and another cluster does not release it") {
  World world;
  world.settings.cluster = {"a", "prod"};
  world.volume = world.made_volume("Released");
  world.claim_is_there = false;
  CHECK(std::get<std::optional<FrozenPolicy>>(frozen_policy(*world.volume))->cluster_id == "a");
  CHECK(std::holds_alternative<Act>(world.on_volume()));
  world.settings.cluster = {"b"};
  auto const decision = world.on_volume();
  auto const* refuse = std::get_if<Refuse>(&decision);
  REQUIRE(refuse != nullptr);
  CHECK_THAT(refuse->event.message, Catch::Matchers::Contains("made for cluster a") &&
                                        Catch::Matchers::Contains("nothing was touched") &&
                                        Catch::Matchers::Contains("--cluster-id"));
  // One that was made before clusters were told apart says nothing of it.
  world.volume->meta.annotations.erase(std::string(names::cluster_id));
  CHECK(std::holds_alternative<Act>(world.on_volume()));
}
