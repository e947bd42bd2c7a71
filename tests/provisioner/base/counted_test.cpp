#include "provisioner/base/counted.hpp"

#include "tests/support/catch.hpp"

using namespace nfs;

TEST_CASE("one is told in the singular, and everything else in the plural") {
  CHECK(counted(0, "volume", "volumes") == "0 volumes");
  CHECK(counted(1, "volume", "volumes") == "1 volume");
  CHECK(counted(2, "entry", "entries") == "2 entries");
}
