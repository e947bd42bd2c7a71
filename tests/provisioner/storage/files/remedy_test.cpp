#include "provisioner/storage/files/remedy.hpp"

#include <vector>

#include "tests/support/catch.hpp"

using namespace nfs;

TEST_CASE("each fault of an export has a remedy of its own, and what is only tried again has none") {
  struct Row {
    StorageFault fault;
    std::string_view part;  // empty: no remedy
  };
  std::vector<Row> const table{
      {StorageFault::permission, "no_root_squash"},
      {StorageFault::read_only, "rw"},
      {StorageFault::full, "Make room"},
      {StorageFault::stale, "mount the export again"},
      {StorageFault::wrong_export, "MOUNT_DIR"},
      {StorageFault::exists, "Move away"},
      {StorageFault::not_directory, "Move away"},
      {StorageFault::malformed, "Repair"},
      {StorageFault::busy, "close the files"},
      {StorageFault::io, "NFS server"},
      {StorageFault::too_many, "archives purge"},
      {StorageFault::not_mounted, "Mount it"},
      {StorageFault::other_file_system, ""},
      {StorageFault::not_found, ""},
      {StorageFault::not_leading, ""},
  };
  for (auto const& row : table) {
    INFO(row.part);
    auto const remedy = remedy_of(row.fault);
    CHECK(remedy.empty() == row.part.empty());
    CHECK(remedy.find(row.part) != std::string_view::npos);
    CHECK_FALSE(remedy.ends_with('.'));
  }
}

TEST_CASE("a message with its remedy is two sentences, and without one as it was") {
  CHECK(with_remedy({StorageFault::full, "cannot create directory \"a\": No space left on device"}) ==
        "cannot create directory \"a\": No space left on device. Make room on the export, or raise its quota");
  CHECK(with_remedy({StorageFault::not_found, "gone"}) == "gone");
}
