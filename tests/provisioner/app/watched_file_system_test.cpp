#include "provisioner/app/watched_file_system.hpp"

#include <thread>

#include "provisioner/storage/faulty_file_system.hpp"
#include "provisioner/storage/memory_file_system.hpp"
#include "tests/provisioner/app/app_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;
using namespace std::chrono_literals;

namespace {

struct Watched {
  MemoryFileSystem inner;
  FakeClock clock;
  FaultyFileSystem* faulty = nullptr;
  std::optional<WatchedFileSystem> files;

  Watched() {
    auto between = std::make_unique<FaultyFileSystem>(inner);
    faulty = between.get();
    files.emplace(std::move(between), clock);
  }
};

}  // namespace

TEST_CASE("a call that has not come back is known, with its name and since when") {
  Watched watched;
  CHECK_FALSE(watched.files->oldest_call());
  watched.faulty->hang_at(1);
  auto const since = watched.clock.steady();
  {
    std::jthread const hung([&] { (void)watched.files->make_directory("team-a", 0755); });
    watched.faulty->wait_until_hanging();
    watched.clock.advance(40s);
    (void)watched.files->status("team-b");
    auto const oldest = watched.files->oldest_call();
    REQUIRE(oldest);
    CHECK(oldest->what == "make directory team-a");
    CHECK(oldest->since == since);
    CHECK(watched.files->calls_since_before(since) == 0);
    CHECK(watched.files->calls_since_before(since + 1ms) == 1);
    watched.faulty->release();
  }
  CHECK_FALSE(watched.files->oldest_call());
}

TEST_CASE("a call that fails or throws is over") {
  Watched watched;
  CHECK(watched.files->status("missing").has_error());
  CHECK_FALSE(watched.files->oldest_call());
  watched.faulty->crash_at(1, FaultyFileSystem::Moment::before);
  CHECK_THROWS_AS((void)watched.files->make_directory("team-a", 0755), Crash);
  CHECK_FALSE(watched.files->oldest_call());
}

TEST_CASE("every call is handed on as it is") {
  Watched watched;
  auto& files = *watched.files;
  REQUIRE(files.make_directory("a", 0750).has_value());
  REQUIRE(files.set_mode("a", 02770).has_value());
  REQUIRE(files.set_owner("a", 10, 11).has_value());
  REQUIRE(files.write_file("a/file", "text").has_value());
  CHECK(files.read_file("a/file", 100).value() == "text");
  CHECK(files.read_file("a/file", 1).error().fault == StorageFault::malformed);
  CHECK(files.list("a", 10).value().size() == 1);
  REQUIRE(files.rename("a", "b").has_value());
  CHECK(files.status("b").value().mode == 02770);
  CHECK(files.status("b").value().uid == 10);
  CHECK(files.status("b").value().gid == 11);
  REQUIRE(files.remove_file("b/file").has_value());
  REQUIRE(files.remove_directory("b").has_value());
  REQUIRE(files.sync_directory("").has_value());
  CHECK(files.space().has_value());
  CHECK(files.mount_info().has_value());
  CHECK(watched.inner.dump().empty());
}
