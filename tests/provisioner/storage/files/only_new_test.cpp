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

TEST_CASE("a claim that asks to begin empty is refused a directory with data, in words of its own, at every try") {
  Export place;
  auto request = request_for("team-a/web");
  request.adopts = Adopts::empty_as_asked;
  place.files.put_file("team-a/web/token", "x");
  for (int tries = 0; tries < 2; ++tries) {
    auto const made = place.store.create(request);
    CHECK(outcome(made) == "exists");
    CHECK(made.error().message.find("take the annotation nfs-subdir-provisioner.io/restore-from off") !=
          std::string::npos);
    CHECK(place.store.intents()->empty());
  }
  request.path = path_of("team-a/new");
  CHECK(outcome(place.store.create(request)) == "made");
}

}  // namespace
}  // namespace nfs::test
