#include "provisioner/cli/check.hpp"

#include "tests/support/catch.hpp"

using namespace nfs;

TEST_CASE("a check ends with one sentence on whether the program could work") {
  CHECK(check_verdict(0) == "Ready to serve.\n");
  CHECK(check_verdict(1) == "Not ready to serve: 1 problem above.\n");
  CHECK(check_verdict(2) == "Not ready to serve: 2 problems above.\n");
}
