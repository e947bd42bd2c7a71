#include "provisioner/exports/watched_file_system.hpp"

#include <thread>

#include "tests/provisioner/support/hanging_export.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

struct Watched : HangingExport {
  WatchedFileSystem files{std::move(between), clock};
};

}  // namespace

TEST_CASE("a call that has not come back is known, with its name and since when") {
  Watched watched;
  CHECK_FALSE(watched.files.oldest_call());
  watched.faulty->hang_at(1);
  auto const since = watched.clock.steady();
  {
    std::jthread const hung([&] { (void)watched.files.make_directory("team-a", 0755); });
    watched.faulty->wait_until_hanging();
    watched.clock.advance(40s);
    (void)watched.files.status("team-b");
    auto const oldest = watched.files.oldest_call();
    REQUIRE(oldest);
    CHECK(oldest->what == "create directory team-a");
    CHECK(oldest->since == since);
    CHECK(watched.files.calls_since_before(since) == 0);
    CHECK(watched.files.calls_since_before(since + 1ms) == 1);
    watched.faulty->release();
  }
  CHECK_FALSE(watched.files.oldest_call());
}

TEST_CASE("a call that fails or throws is over") {
  Watched watched;
  CHECK(watched.files.status("missing").has_error());
  CHECK_FALSE(watched.files.oldest_call());
  watched.faulty->crash_at(1, FaultyFileSystem::Moment::before);
  CHECK_THROWS_AS((void)watched.files.make_directory("team-a", 0755), Crash);
  CHECK_FALSE(watched.files.oldest_call());
}
