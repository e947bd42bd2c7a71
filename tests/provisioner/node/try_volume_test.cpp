#include "provisioner/node/try_volume.hpp"

#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_directory.hpp"

using namespace nfs;
using namespace nfs::testing;

TEST_CASE("a volume that can be written is fine, and nothing stays in it") {
  k8s::test::TemporaryDirectory const volume;
  CheckReport report;
  try_volume(volume.path(), report);
  CHECK(report.failures() == 0);
  CHECK(contains(report.text(), "written, read back, removed"));
  CHECK(std::filesystem::is_empty(volume.path()));
}

TEST_CASE("a volume that cannot be written is a failure that says why") {
  k8s::test::TemporaryDirectory const volume;
  CheckReport report;
  try_volume(volume.path("absent"), report);
  CHECK(report.failures() == 1);
  CHECK(contains(report.text(), "no file can be made: No such file or directory"));
}
