#include "provisioner/storage/volumes/volume_store.hpp"
#include "tests/provisioner/storage/volumes/export_fixture.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

TEST_CASE("a directory that must be new is made, made again after a crash, and not adopted when it is another's") {
  Export place;
  auto request = request_for("team-a/web");
  request.adopts = Adopts::none;
  CHECK(outcome(place.store.create(request)) == "made");
  CHECK(outcome(place.store.create(request)) == "made");
  place.files.put_file("team-a/kept/token", "x");
  auto other = request_for("team-a/kept", "pvc-2");
  other.adopts = Adopts::none;
  CHECK(outcome(place.store.create(other)) == "exists");
  CHECK(outcome(place.store.create(other)) == "exists");
  other.adopts = Adopts::any;
  CHECK(outcome(place.store.create(other)) == "adopted");
}

TEST_CASE("a directory with data of which nothing is known is not adopted where only an empty one may be") {
  Export place;
  auto request = request_for("team-a/web");
  request.adopts = Adopts::empty;
  SECTION("that stands there") {
    place.files.put_file("team-a/web/token", "x");
    CHECK(outcome(place.store.create(request)) == "exists");
    CHECK(outcome(place.store.create(request)) == "exists");
    CHECK(place.store.intents()->empty());
    request.adopts = Adopts::any;
    CHECK(outcome(place.store.create(request)) == "adopted");
  }
  SECTION("but an empty one is") {
    REQUIRE(place.files.make_directory("team-a", 0755).has_value());
    REQUIRE(place.files.make_directory("team-a/web", 0755).has_value());
    CHECK(outcome(place.store.create(request)) == "adopted");
  }
  SECTION("and a new one is made") {
    CHECK(outcome(place.store.create(request)) == "made");
    CHECK(outcome(place.store.create(request)) == "made");
  }
}

}  // namespace
}  // namespace nfs::test
