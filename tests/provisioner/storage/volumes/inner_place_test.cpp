#include "provisioner/storage/volumes/inner_place.hpp"

#include "provisioner/storage/volumes/documents.hpp"
#include "tests/provisioner/storage/volumes/storage_fixtures.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

using Devices = std::vector<std::uint64_t>;
using Roots = std::vector<std::string>;

TEST_CASE("the root of an inner file system is the highest directory that shows its device, or the one right above") {
  struct Row {
    std::string path;
    Devices devices;
    Roots roots;
  };
  Row const rows[] = {
      {"a/web", {7, 7}, {"a"}},
      {"a/x/web", {1, 7, 7}, {"a/x"}},
      {"a/x/web", {7, 7, 7}, {"a", "a/x"}},
      {"a/x/y/web", {1, 7, 7, 7}, {"a/x", "a/x/y"}},
      {"a/x/y/web", {7, 8, 7, 7}, {"a/x/y"}},
      {"a/web", {1, 7}, {}},
      {"a/x/web", {1, 1, 7}, {}},
      {"web", {7}, {}},
  };
  for (auto const& row : rows) {
    CAPTURE(row.path, row.devices);
    CHECK(possible_inner_roots(row.path, row.devices) == row.roots);
  }
}

TEST_CASE("a place on an inner file system lies in a private directory below the export's root") {
  CHECK(inner_root_of("a/.nfs-subdir-provisioner/archives/archived-x") == "a");
  CHECK(inner_root_of("a/b/.nfs-subdir-provisioner/clusters/c/trash/pvc-1") == "a/b");
  for (auto const* place : {"", "archived-x", "a/web", ".nfs-subdir-provisioner/archives/x",
                            "a/.nfs-subdir-provisioner", ".nfs-subdir-provisioner/a/.nfs-subdir-provisioner/x"}) {
    CAPTURE(place);
    CHECK(inner_root_of(place).empty());
  }
}

TEST_CASE("a record that leads into a private directory is read only if an archive of its volume may stand there") {
  struct Row {
    std::string place;
    bool read;
  };
  Row const rows[] = {
      {"team-a/.nfs-subdir-provisioner/archives/archived-x", true},
      {"archived-x", true},
      {"team-a/web", true},
      {"team-b/.nfs-subdir-provisioner/archives/archived-x", false},
      {"team-a/web/.nfs-subdir-provisioner/archives/archived-x", false},
      {"team-a/.nfs-subdir-provisioner/archives/web", false},
      {"team-a/.nfs-subdir-provisioner/archives/deep/archived-x", false},
      {"team-a/.nfs-subdir-provisioner/archived-x", false},
      {"team-a/.nfs-subdir-provisioner/clusters/c/trash/archived-x", false},
      {"team-a/../team-b/.nfs-subdir-provisioner/archives/archived-x", false},
  };
  for (auto const& row : rows) {
    CAPTURE(row.place);
    auto record = archive_of("team-a/web");
    record.archived_path = row.place;
    CHECK(read_record(write_document(record)).has_value() == row.read);
  }
}

TEST_CASE("a signpost leads into a private directory of an inner file system, or is none") {
  Signpost const signpost{.volume = "pvc-1", .stands_at = "team-a/.nfs-subdir-provisioner/clusters/c/trash/pvc-1"};
  auto const again = read_signpost(write_document(signpost));
  REQUIRE(again.has_value());
  CHECK(*again == signpost);
  for (auto const* place :
       {"", "team-a/web", "/etc", "team-a/../b/.nfs-subdir-provisioner/x", ".nfs-subdir-provisioner/x"}) {
    CAPTURE(place);
    CHECK(read_signpost(write_document(Signpost{.volume = "pvc-1", .stands_at = place})).has_error());
  }
  CHECK(read_signpost(write_document(Signpost{.volume = "", .stands_at = signpost.stands_at})).has_error());
}

}  // namespace
}  // namespace nfs::test
