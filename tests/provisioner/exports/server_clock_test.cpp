#include "provisioner/exports/server_clock.hpp"

#include "tests/provisioner/support/wired_export.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

/// An export whose server's clock is ahead of ours, or behind.
struct TwoClocks : WiredExport {
  std::chrono::seconds ahead{0};

  TwoClocks() {
    inner.set_clock([this] { return clock.wall() + ahead; });
    site().identified(site().store().identify({}).value());
  }
};

}  // namespace

TEST_CASE("while the clocks agree, the time is the server's") {
  TwoClocks place;
  for (auto const ahead : {0s, 299s, -299s}) {
    place.ahead = ahead;
    CHECK(place.site().server_clock().agreed_now() == place.clock.wall() + ahead);
    CHECK_FALSE(place.site().server_clock().paused());
  }
  CHECK(place.log.count("differ by more than 5 minutes") == 0);
}

TEST_CASE("a clock that jumped, ours or the server's, pauses retentions; that is said once, and so is its end") {
  TwoClocks place;
  auto& server_clock = place.site().server_clock();
  place.ahead = GENERATE(-86'400s, 86'400s, 301s);
  CHECK_FALSE(server_clock.agreed_now());
  CHECK_FALSE(server_clock.agreed_now());
  CHECK(server_clock.paused());
  CHECK(place.log.count("differ by more than 5 minutes") == 1);
  place.ahead = 0s;
  server_clock.look_again_if_paused();
  CHECK_FALSE(server_clock.paused());
  CHECK(server_clock.agreed_now());
  CHECK(place.log.count("agree again") == 1);
}

TEST_CASE("a server whose clock cannot be seen lets nothing end, and that is said once") {
  TwoClocks place;
  place.inner.set_read_only(true);
  CHECK_FALSE(place.site().server_clock().agreed_now());
  CHECK_FALSE(place.site().server_clock().agreed_now());
  CHECK(place.log.count("cannot see what the NFS server's clock says") == 1);
  place.inner.set_read_only(false);
  CHECK(place.site().server_clock().agreed_now());
}

TEST_CASE("nothing is written to look again while the clocks agreed when they were looked at last") {
  TwoClocks place;
  auto const before = place.inner.log().size();
  place.site().server_clock().look_again_if_paused();
  CHECK(place.inner.log().size() == before);
}
