#include "tests/support/storage/faulty_file_system.hpp"

#include <atomic>
#include <thread>

#include "tests/provisioner/storage/volumes/storage_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/memory_file_system.hpp"

namespace nfs::test {
namespace {

using Moment = FaultyFileSystem::Moment;

TEST_CASE("the chosen effect fails, with or without having taken place, and the next ones work") {
  MemoryFileSystem memory;
  FaultyFileSystem files(memory);
  auto const moment = GENERATE(Moment::before, Moment::after);
  files.fail_at(2, moment, StorageFault::full);
  CHECK(outcome(files.make_directory("a", 0755)) == "ok");
  CHECK(outcome(files.status("a")) == "ok");  // no effect
  CHECK(outcome(files.make_directory("b", 0755)) == "full");
  CHECK(outcome(files.make_directory("c", 0755)) == "ok");
  CHECK(memory.dump().contains("b") == (moment == Moment::after));
  CHECK(files.effects() == 3);
}

TEST_CASE("after the crash nothing is done any more until the next plan") {
  MemoryFileSystem memory;
  FaultyFileSystem files(memory);
  auto const moment = GENERATE(Moment::before, Moment::after);
  files.crash_at(1, moment);
  CHECK_THROWS_AS(files.make_directory("a", 0755), Crash);
  CHECK_THROWS_AS(files.make_directory("b", 0755), Crash);
  CHECK_THROWS_AS(files.status("a"), Crash);
  CHECK(memory.dump().size() == (moment == Moment::after ? 1 : 0));
  files.crash_at(9, moment);
  CHECK(outcome(files.make_directory("c", 0755)) == "ok");
}

TEST_CASE("a call hangs until it is released") {
  MemoryFileSystem memory;
  FaultyFileSystem files(memory);
  files.hang_at(2);
  std::atomic<bool> done = false;
  std::jthread worker([&] {
    (void)files.status("");
    (void)files.make_directory("a", 0755);
    done = true;
  });
  files.wait_until_hanging();
  CHECK_FALSE(done);
  CHECK(memory.dump().empty());
  CHECK(outcome(files.make_directory("b", 0755)) == "ok");  // others go on
  files.release();
  worker.join();
  CHECK(done);
  CHECK(memory.dump().contains("a"));
}

}  // namespace
}  // namespace nfs::test
