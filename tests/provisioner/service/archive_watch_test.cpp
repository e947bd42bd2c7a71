#include "provisioner/service/archive_watch.hpp"

#include <thread>

#include "tests/provisioner/support/wired_export.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

struct Watching : WiredExport {
  std::string archive = put_archive("");
  VolumeStore by_hand{inner, nfs::own_cluster};
  ArchiveWatch watch{site(), clock, log.log()};

  Watching() {
    inner.set_clock([this] { return clock.wall(); });
    inner.put_directory("archived-of-upstream");
    site().found_unrecorded(site().store().survey_archives().value().unrecorded);
    REQUIRE(by_hand.join().has_value());
    REQUIRE(by_hand.survey_archives().has_value());
    watch.look();
    REQUIRE(site().archive_count() == 2);
    clock.advance(1s);
  }
};

}  // namespace

TEST_CASE("an archive that was purged by hand is not counted any more, with a record or without") {
  Watching watching;
  std::string const name = GENERATE("archived-team-a-web-pvc-U0", "archived-of-upstream");
  REQUIRE(watching.by_hand.move_to_trash(name).has_value());
  auto const version = watching.site().archives_version();
  watching.watch.look();
  CHECK(watching.site().archive_count() == 1);
  CHECK(watching.site().archives_version() > version);
  CHECK(watching.log.count("an archive was taken away by a verb, or by hand") == 1);
}

TEST_CASE("as long as nothing changes nothing is listed, and all is listed now and then") {
  Watching watching;
  REQUIRE(watching.by_hand.move_to_trash(watching.archive).has_value());
  watching.watch.look();
  REQUIRE(watching.site().archive_count() == 1);
  // The server's clock does not tick between the two changes.
  REQUIRE(watching.by_hand.move_to_trash("archived-of-upstream").has_value());
  watching.watch.look();
  CHECK(watching.site().archive_count() == 1);
  watching.clock.advance(10min);
  watching.watch.look();
  CHECK(watching.site().archive_count() == 0);
}

TEST_CASE("an export that cannot be looked at is looked at again") {
  Watching watching;
  REQUIRE(watching.by_hand.move_to_trash(watching.archive).has_value());
  watching.inner.set_missing(true);
  watching.watch.look();
  CHECK(watching.site().archive_count() == 2);
  watching.inner.set_missing(false);
  watching.watch.look();
  CHECK(watching.site().archive_count() == 1);
}

TEST_CASE("the watch looks every fifteen seconds until it is stopped") {
  Watching watching;
  std::jthread thread([&](std::stop_token stop) { watching.watch.run(std::move(stop)); });
  REQUIRE(watching.clock.await_waiter());
  REQUIRE(watching.by_hand.move_to_trash(watching.archive).has_value());
  watching.clock.advance(15s);
  REQUIRE(watching.clock.await_waiter());
  CHECK(watching.site().archive_count() == 1);
  thread.request_stop();
  thread.join();
}
