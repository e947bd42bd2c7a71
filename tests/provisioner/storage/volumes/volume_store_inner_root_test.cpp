// A volume whose directory is the root of a file system.
#include "tests/provisioner/storage/volumes/inner_fixture.hpp"

namespace nfs::test {
namespace {

TEST_CASE("a directory that is a file system itself is neither moved nor removed") {
  Export place;
  auto const border = GENERATE(Border::shown, Border::hidden);
  bool const empty = GENERATE(false, true);
  std::string const path = GENERATE("team-a/web", "web");
  place.files.mount(path, border);
  if (!empty) place.files.put_file(path + "/token", "precious");
  auto record_there = archive_of(path);
  auto const stands = place.at(path);
  auto const released = GENERATE(0, 1, 2);
  StorageResult<Released> const answer = released == 0   ? place.store.archive(record_there)
                                         : released == 1 ? place.store.trash("pvc-1", path_of(path))
                                                         : place.store.rest(trash_record_of(path));
  bool const goes = border == Border::hidden && empty && released == 0;
  // Nothing tells it from a directory that is empty.
  if (goes) {
    CHECK(outcome(answer) == "removed_empty");
    return;
  }
  CHECK(outcome(answer) == "other_file_system");
  CHECK(answer.error().message.find("file system of its own") != std::string::npos);
  CHECK(place.at(path) == stands);
  CHECK(place.has(own_layout.trash()));
  CHECK_FALSE(place.has(record_file));
  CHECK_FALSE(place.has(inner_private));
  if (!empty) CHECK(place.at(path + "/token") == "file precious");
  place.files.unmount(path);
  CHECK(outcome(place.store.archive(record_there)) == "removed_empty");
}

TEST_CASE("a directory over which a file system was mounted is kept when its volume is given up, or retained") {
  Export place;
  REQUIRE(outcome(place.store.create(request_for("team-a/web"))) == "made");
  place.files.mount("team-a/web");
  bool const given_up = GENERATE(false, true);
  if (given_up) CHECK(outcome<Undone>(place.store.undo_create("pvc-1")) == "ok");
  if (!given_up) CHECK(outcome(place.store.archive(retained_at("team-a/web"))) == "retained");
  CHECK(place.has("team-a/web"));
  CHECK_FALSE(place.has(own_layout.intent_of("pvc-1")));
}

}  // namespace
}  // namespace nfs::test
