#include "provisioner/controller/own_writes.hpp"

#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

std::shared_ptr<k8s::Claim const> seen(std::string const& version, std::string const& uid = "UID") {
  return std::make_shared<k8s::Claim const>(pending_claim("web", uid, version));
}

}  // namespace

TEST_CASE("what we wrote is newer than a watch that lags") {
  FakeClock const clock;
  OwnWrites<k8s::Claim> writes(clock);
  writes.wrote(pending_claim("web", "UID", "9"));
  CHECK(writes.newest("team-a/web", seen("8"))->meta.resource_version == "9");
  CHECK(writes.newest("team-a/web", nullptr)->meta.resource_version == "9");
  CHECK(writes.newest("team-a/db", nullptr) == nullptr);
}

TEST_CASE("versions are compared as numbers") {
  FakeClock const clock;
  OwnWrites<k8s::Claim> writes(clock);
  writes.wrote(pending_claim("web", "UID", "10"));
  CHECK(writes.newest("team-a/web", seen("9"))->meta.resource_version == "10");
}

TEST_CASE("a watch that has caught up wins, and what we wrote is forgotten") {
  FakeClock const clock;
  OwnWrites<k8s::Claim> writes(clock);
  writes.wrote(pending_claim("web", "UID", "9"));
  CHECK(writes.newest("team-a/web", seen("9"))->meta.resource_version == "9");
  CHECK(writes.newest("team-a/web", nullptr) == nullptr);
}

TEST_CASE("a watch that is too far behind is believed again after a while") {
  FakeClock clock;
  OwnWrites<k8s::Claim> writes(clock);
  writes.wrote(pending_claim("web", "UID", "9"));
  clock.advance(29s);
  CHECK(writes.newest("team-a/web", nullptr) != nullptr);
  clock.advance(2s);
  CHECK(writes.newest("team-a/web", nullptr) == nullptr);
}

TEST_CASE("a change that is seen forgets what it overtakes, and nothing else") {
  FakeClock const clock;
  OwnWrites<k8s::Claim> writes(clock);
  writes.wrote(pending_claim("web", "UID", "9"));
  writes.seen({nullptr, seen("8")});
  CHECK(writes.newest("team-a/web", nullptr) != nullptr);
  writes.seen({seen("8"), seen("9")});
  CHECK(writes.newest("team-a/web", nullptr) == nullptr);
}

TEST_CASE("an object that is seen to go takes what we wrote to it along, however old the watch's last copy was") {
  FakeClock const clock;
  OwnWrites<k8s::Claim> writes(clock);
  writes.wrote(pending_claim("web", "UID", "9"));
  writes.seen({seen("8"), nullptr});  // a relist found it gone: the version of its end is not told
  CHECK(writes.newest("team-a/web", nullptr) == nullptr);
}

TEST_CASE("where an object is seen to go back in time, what we wrote to it since was never written") {
  FakeClock const clock;
  OwnWrites<k8s::Claim> writes(clock);
  writes.wrote(pending_claim("web", "UID", "9"));
  writes.seen({seen("8"), seen("5")});
  CHECK(writes.newest("team-a/web", seen("5"))->meta.resource_version == "5");
}

TEST_CASE("the end of a forerunner does not take its successor along") {
  FakeClock const clock;
  OwnWrites<k8s::Claim> writes(clock);
  writes.wrote(pending_claim("web", "NEW", "9"));
  writes.seen({seen("8", "OLD"), nullptr});
  CHECK(writes.newest("team-a/web", nullptr) != nullptr);
}

TEST_CASE("what was written before a list was begun is in it, or was never written") {
  FakeClock clock;
  OwnWrites<k8s::Claim> writes(clock);
  writes.wrote(pending_claim("web", "UID", "9"));
  clock.advance(1s);
  auto const begun = clock.steady();
  writes.wrote(pending_claim("db", "OTHER", "9"));
  writes.listed(begun);
  CHECK(writes.newest("team-a/web", seen("5"))->meta.resource_version == "5");
  CHECK(writes.newest("team-a/db", nullptr) != nullptr);
}

TEST_CASE("forgotten is forgotten") {
  FakeClock const clock;
  OwnWrites<k8s::Claim> writes(clock);
  writes.wrote(pending_claim("web", "UID", "9"));
  writes.forget("team-a/web");
  CHECK(writes.newest("team-a/web", nullptr) == nullptr);
}

TEST_CASE("answers that come after the end of their objects are not kept for ever") {
  FakeClock clock;
  OwnWrites<k8s::Claim> writes(clock);
  for (int i = 0; i < 1000; ++i) {
    writes.wrote(pending_claim("gone-" + std::to_string(i), "UID", "9"));
    clock.advance(1s);
  }
  CHECK(writes.size() < 100);
  CHECK(writes.newest("team-a/gone-999", nullptr) != nullptr);
}
