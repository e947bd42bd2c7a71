#include "provisioner/storage/volumes/volume_store.hpp"
#include "tests/provisioner/storage/volumes/export_fixture.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

TEST_CASE("a directory that must be new is made, made again after a crash, and not adopted when it is another's") {
  Export place;
  auto request = request_for("team-a/web");
  request.only_new = true;
  CHECK(outcome(place.store.create(request)) == "made");
  CHECK(outcome(place.store.create(request)) == "made");
  place.files.put_file("team-a/kept/token", "x");
  auto other = request_for("team-a/kept", "pvc-2");
  other.only_new = true;
  CHECK(outcome(place.store.create(other)) == "exists");
  CHECK(outcome(place.store.create(other)) == "exists");
  other.only_new = false;
  CHECK(outcome(place.store.create(other)) == "adopted");
}

}  // namespace
}  // namespace nfs::test
