#include "provisioner/core/release_backlog.hpp"

#include "tests/support/catch.hpp"

using namespace nfs;
using namespace std::chrono_literals;

TEST_CASE("claims wait while volumes whose claims are gone are still Bound") {
  ReleaseBacklog backlog;
  CHECK(backlog.is_over(0s));
  backlog.add("pvc-1", 1s);
  backlog.add("pvc-2", 2s);
  CHECK_FALSE(backlog.is_over(3s));
  backlog.remove("pvc-1", 4s);
  CHECK_FALSE(backlog.is_over(5s));
  backlog.remove("pvc-2", 6s);
  CHECK(backlog.is_over(6s));
}

TEST_CASE("a backlog without progress for ten seconds holds up nobody") {
  ReleaseBacklog backlog;
  backlog.add("pvc-1", 1s);
  backlog.add("pvc-2", 9s);
  CHECK_FALSE(backlog.is_over(11s));
  CHECK(backlog.is_over(11001ms));
  backlog.remove("pvc-1", 20s);
  CHECK_FALSE(backlog.is_over(30s));
  backlog.remove("pvc-9", 30s);  // not one of them: no progress
  CHECK(backlog.is_over(30001ms));
}
