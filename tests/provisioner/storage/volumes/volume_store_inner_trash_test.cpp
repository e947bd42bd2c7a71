// The trash of a file system inside the export, and the signposts to it.
#include "provisioner/storage/volumes/documents.hpp"
#include "tests/provisioner/storage/volumes/inner_fixture.hpp"

namespace nfs::test {
namespace {

TEST_CASE("an archive whose time has come goes into the trash of its file system, and is removed from there") {
  Inner place;
  REQUIRE(place.archive() == "archived");
  bool const rests = GENERATE(true, false);
  auto const rest = rests ? std::optional(trash_record_of("team-a/web")) : std::nullopt;
  REQUIRE(outcome(place.store.prune(place.inner_record, rest)) == "true");
  CHECK(place.at(in_inner_trash + "/token") == "file precious");
  CHECK(place.known() == 0);
  CHECK_FALSE(place.has(record_file));
  if (rests) REQUIRE(place.store.end_rest("pvc-1").has_value());
  CHECK(*place.store.trashed() == std::vector<std::string>{"pvc-1"});
  place.purge();
  CHECK_FALSE(place.has(in_inner_trash));
  CHECK(place.store.trashed()->empty());
}

TEST_CASE("what is deleted rests in the trash of its file system, and comes back from there") {
  Inner place(GENERATE(Border::shown, Border::hidden));
  REQUIRE(outcome(place.store.rest(trash_record_of("team-a/web"))) == "trashed");
  CHECK(place.at(in_inner_trash + "/token") == "file precious");
  CHECK(place.store.resting()->trees == std::vector<std::string>{"pvc-1"});
  CHECK(place.store.resting()->lone_records.empty());
  CHECK(*place.store.resting_place("pvc-1") == in_inner_trash);
  auto const tree = place.store.find_resting("pvc-1");
  REQUIRE((tree.has_value() && *tree && (*tree)->record));
  CHECK((*tree)->elsewhere);
  CHECK(outcome(place.store.rest(trash_record_of("team-a/web"))) == "trashed");
  REQUIRE(outcome(place.store.take_back("pvc-1", path_of("team-a/web"))) == "ok");
  CHECK(place.at("team-a/web/token") == "file precious");
  CHECK(place.store.resting()->trees.empty());
  CHECK_FALSE(place.has(own_layout.resting_record_of("pvc-1")));
}

TEST_CASE("what is deleted at once is removed from the trash of its file system") {
  Inner place;
  REQUIRE(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "trashed");
  CHECK(place.at(in_inner_trash + "/token") == "file precious");
  CHECK(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "trashed");
  SECTION("once it is mounted") {
    place.files.unmount("team-a");
    CHECK(outcome(place.store.purge_some("pvc-1", 100)) == "not_mounted");
    CHECK(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "not_mounted");
    CHECK(place.store.trashed()->size() == 1);
    place.files.mount("team-a");
  }
  place.purge();
  CHECK_FALSE(place.has(in_inner_trash));
  CHECK(place.store.trashed()->empty());
}

TEST_CASE("trees of one name each have a place in the trash of their file system") {
  Inner place;
  REQUIRE(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "trashed");
  place.files.put_file("team-a/web/token", "of a second life");
  REQUIRE(outcome(place.store.rest(trash_record_of("team-a/web"))) == "trashed");
  CHECK(place.at(in_inner_trash + "/token") == "file precious");
  CHECK(place.at(in_inner_trash + "-2/token") == "file of a second life");
  place.purge();
  CHECK_FALSE(place.has(in_inner_trash));
  CHECK(place.has(in_inner_trash + "-2"));
}

TEST_CASE("a signpost that is not of this cluster's trash is not followed") {
  Inner place;
  auto const elsewhere = GENERATE(as<std::string>{}, "team-a/.nfs-subdir-provisioner/archives/archived-x",
                                  "team-a/.nfs-subdir-provisioner/clusters/another/trash/x",
                                  "team-a/.nfs-subdir-provisioner/clusters/another/trash/../../x");
  place.files.put_file("team-a/.nfs-subdir-provisioner/archives/archived-x/token", "precious");
  place.files.put_file("team-a/.nfs-subdir-provisioner/clusters/another/trash/x/token", "precious");
  place.files.put_file(own_layout.trash_of("x"), write_document(Signpost{.volume = "x", .stands_at = elsewhere}));
  auto const before = place.files.dump();
  CHECK(outcome(place.store.purge_some("x", 100)) == "malformed");
  CHECK(place.files.dump() == before);
}

}  // namespace
}  // namespace nfs::test
