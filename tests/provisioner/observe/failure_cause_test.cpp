#include "provisioner/observe/failure_cause.hpp"

#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

TEST_CASE("a cause tells what kind of failure it was, and none of the names in its message") {
  for (int fault = 0; fault <= static_cast<int>(StorageFault::io); ++fault) {
    auto const cause = cause_of(StorageError{static_cast<StorageFault>(fault), "rename \"team-a/web\": secret"});
    CHECK_FALSE(cause.empty());
    CHECK_FALSE(contains(cause, "team-a"));
    CHECK_FALSE(contains(cause, "secret"));
  }
  k8s::Error const refused{
      .kind = k8s::ErrorKind::api, .message = "claims \"team-a/web\"", .code = 403, .reason = "Forbidden"};
  CHECK(cause_of(refused) == "the API server answered 403 Forbidden");
  CHECK_FALSE(contains(cause_of(k8s::make_error(k8s::ErrorKind::transport, "team-a")), "team-a"));
}
