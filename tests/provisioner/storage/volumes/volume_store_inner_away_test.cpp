// A file system inside the export that is not mounted: nothing that it holds counts as gone.
#include "provisioner/storage/volumes/documents.hpp"
#include "tests/provisioner/storage/volumes/inner_fixture.hpp"

namespace nfs::test {
namespace {

TEST_CASE("a file system that is not mounted takes no archive away") {
  Inner place;
  REQUIRE(place.archive() == "archived");
  place.files.unmount("team-a");
  REQUIRE_FALSE(place.has(inner_archived));
  auto const before = place.files.dump();
  SECTION("at a start it is known, and its record stays") {
    Restarted again(place.files);
    CHECK(again.store.catalog().all() == std::vector{place.inner_record});
    CHECK(again.survey.dangling.empty());
    CHECK(again.survey.away == std::vector<std::string>{"pvc-1"});
    CHECK(outcome(again.store.restore(place.request, place.inner_record, true)) == "not_mounted");
    CHECK(again.store.catalog().all().size() == 1);
  }
  SECTION("who asks for it waits, and nothing is begun") {
    CHECK(place.restore() == "not_mounted");
    CHECK(place.known() == 1);
    CHECK(place.files.dump() == before);
  }
  SECTION("it is not pruned") {
    CHECK(outcome(place.store.prune(place.inner_record)) == "not_mounted");
    CHECK(place.known() == 1);
    CHECK(place.files.dump() == before);
  }
  SECTION("nor by hand thrown away, or taken out") {
    CHECK(outcome(place.store.move_to_trash(inner_archived)) == "not_mounted");
    CHECK(outcome(place.store.move_out(inner_archived, path_of("team-a/by-hand"))) == "not_mounted");
    CHECK(place.files.dump() == before);
  }
  SECTION("and the release is not said to be over") {
    CHECK(place.archive() == "not_mounted");
    CHECK(place.files.dump() == before);
  }
  place.files.mount("team-a");
  CHECK(place.restore() == "restored");
  CHECK(place.at("team-a/web/token") == "file precious");
}

TEST_CASE("a restore that was begun is not undone, nor its volume released, while the file system is not mounted") {
  Inner place;
  REQUIRE(place.archive() == "archived");
  REQUIRE(place.restore() == "restored");
  place.files.unmount("team-a");
  auto const before = place.files.dump();
  CHECK(outcome<Undone>(place.store.undo_create("pvc-2")) == "not_mounted");
  CHECK(outcome(place.store.trash("pvc-2", path_of("team-a/web"))) == "not_mounted");
  CHECK(place.has(record_file));
  CHECK(place.has(own_layout.intent_of("pvc-2")));
  place.files.mount("team-a");
  CHECK(outcome<Undone>(place.store.undo_create("pvc-2")) == "ok");
  CHECK(place.at(inner_archived + "/token") == "file precious");
}

TEST_CASE("a volume is not released as one without a directory while the file system that it was made on is away") {
  Export place;
  place.files.mount("team-a");
  REQUIRE(outcome(place.store.create(request_for("team-a/web"))) == "made");
  CHECK(place.store.find_intent("pvc-1").value()->file_system == "team-a");
  bool const settled = GENERATE(false, true);
  if (settled) REQUIRE(outcome(place.store.settle("pvc-1")) == "ok");
  place.files.put_file("team-a/web/token", "precious");
  place.files.unmount("team-a");
  auto const before = place.files.dump();
  CHECK(outcome(place.store.archive(record)) == "not_mounted");
  CHECK(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "not_mounted");
  CHECK(place.files.dump() == before);
  SECTION("but kept in place it is, by its record") {
    CHECK(outcome(place.store.archive(retained_at("team-a/web"))) == "retained");
    CHECK(place.has(record_file));
    CHECK_FALSE(place.has(own_layout.intent_of("pvc-1")));
    CHECK_FALSE(place.has(own_layout.volume_of("pvc-1")));
    place.files.mount("team-a");
    CHECK(place.at("team-a/web/token") == "file precious");
  }
  SECTION("mounted again, it is") {
    place.files.mount("team-a");
    CHECK(outcome(place.store.archive(record)) == "archived");
    CHECK(place.at(inner_archived + "/token") == "file precious");
  }
  SECTION("and if its directory is gone from there, it is gone") {
    place.files.mount("team-a");
    REQUIRE(place.files.rename("team-a/web", "team-a/by-hand").has_value());
    CHECK(outcome(place.store.archive(record)) == (settled ? "missing" : "discarded"));
  }
  SECTION("what stands there instead by now is released") {
    place.files.put_file("team-a/web/token", "copied");
    CHECK(outcome(place.store.archive(record)) == "archived");
    CHECK(place.at(std::string(archived) + "/token") == "file copied");
  }
}

TEST_CASE("what was begun on a file system that is not mounted is not undone on what stands in its place") {
  Export place;
  place.files.mount("team-a");
  REQUIRE(outcome(place.store.create(request_for("team-a/web"))) == "made");
  place.files.unmount("team-a");
  auto const before = place.files.dump();
  CHECK(outcome<Undone>(place.store.undo_create("pvc-1")) == "not_mounted");
  CHECK(place.files.dump() == before);
  place.files.mount("team-a");
  CHECK(outcome<Undone>(place.store.undo_create("pvc-1")) == "ok");
  CHECK_FALSE(place.has("team-a/web"));
}

}  // namespace
}  // namespace nfs::test
