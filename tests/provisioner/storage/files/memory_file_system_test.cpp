#include "tests/support/storage/memory_file_system.hpp"

#include "tests/provisioner/storage/volumes/storage_fixtures.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

using Unsynced = MemoryFileSystem::Unsynced;
using Dump = std::map<std::string, std::string>;

TEST_CASE("a directory survives a crash once its parent was synced") {
  MemoryFileSystem files;
  REQUIRE(outcome(files.make_directory("a", 0755)) == "ok");
  REQUIRE(outcome(files.sync_directory("")) == "ok");
  REQUIRE(outcome(files.make_directory("a/b", 0700)) == "ok");
  REQUIRE(outcome(files.sync_directory("")) == "ok");  // not the parent of a/b
  SECTION("else it is lost") {
    files.crash(Unsynced::lost);
    CHECK(files.dump() == Dump{{"a", "directory 0755 0:0"}});
  }
  SECTION("or kept, as luck has it") {
    files.crash(Unsynced::kept);
    CHECK(files.dump().contains("a/b"));
  }
  SECTION("and with its parent synced it is kept") {
    REQUIRE(outcome(files.sync_directory("a")) == "ok");
    files.crash(Unsynced::lost);
    CHECK(files.dump().contains("a/b"));
  }
}

TEST_CASE("a rename survives a crash once both directories were synced, and is whole or not at all") {
  MemoryFileSystem files;
  files.put_file("from/d/f", "token");
  files.put_directory("to");
  REQUIRE(outcome(files.rename("from/d", "to/e")) == "ok");
  REQUIRE(outcome(files.sync_directory("to")) == "ok");
  bool const both = GENERATE(false, true);
  if (both) REQUIRE(outcome(files.sync_directory("from")) == "ok");
  files.crash(Unsynced::lost);
  CHECK(files.dump().contains("to/e/f") == both);
  CHECK(files.dump().contains("from/d/f") == !both);
}

TEST_CASE("removals come back unless they were synced") {
  MemoryFileSystem files;
  files.put_directory("a/b");
  files.put_file("a/f", "x");
  REQUIRE(outcome(files.remove_directory("a/b")) == "ok");
  REQUIRE(outcome(files.remove_file("a/f")) == "ok");
  files.crash(Unsynced::lost);
  CHECK(files.dump().contains("a/b"));
  CHECK(files.dump()["a/f"] == "file x");
}

TEST_CASE("a written file is durable at once, and so is what tenants write below a moved directory") {
  MemoryFileSystem files;
  files.put_directory("a/b");
  REQUIRE(outcome(files.write_file("a/b/f", "one")) == "ok");
  REQUIRE(outcome(files.write_file("a/b/f", "two")) == "ok");
  REQUIRE(outcome(files.rename("a/b", "c")) == "ok");
  files.put_file("c/token", "x");
  files.crash(Unsynced::lost);
  CHECK(files.dump()["a/b/f"] == "file two");
  CHECK(files.dump()["a/b/token"] == "file x");
}

TEST_CASE("the same seed loses the same part") {
  std::map<std::size_t, int> sizes;
  for (std::uint64_t seed = 0; seed < 16; ++seed) {
    Dump dumps[2];
    for (auto& dump : dumps) {
      MemoryFileSystem files;
      for (auto const name : {"a", "b", "c", "d"}) REQUIRE(outcome(files.make_directory(name, 0755)) == "ok");
      files.crash(seed);
      dump = files.dump();
    }
    CHECK(dumps[0] == dumps[1]);
    ++sizes[dumps[0].size()];
  }
  CHECK(sizes.size() > 1);
}

TEST_CASE("a server's troubles are played as asked") {
  MemoryFileSystem files;
  files.put_directory("a");
  SECTION("read-only") {
    files.set_read_only(true);
    CHECK(outcome(files.make_directory("b", 0755)) == "read_only");
    CHECK(outcome(files.status("a")) == "ok");
  }
  SECTION("full: nothing new, but things can be removed") {
    files.set_full(true);
    CHECK(outcome(files.make_directory("b", 0755)) == "full");
    CHECK(outcome(files.write_file("f", "x")) == "full");
    CHECK(outcome(files.remove_directory("a")) == "ok");
  }
  SECTION("missing mount") {
    files.set_missing(true);
    CHECK(outcome(files.status("")) == "wrong_export");
    files.set_missing(false);
    CHECK(outcome(files.status("a")) == "ok");
  }
  SECTION("stale for a while") {
    files.set_stale(2);
    CHECK(outcome(files.status("a")) == "stale");
    CHECK(outcome(files.status("a")) == "stale");
    CHECK(outcome(files.status("a")) == "ok");
  }
  SECTION("a busy place") {
    files.set_fault("a", StorageFault::busy);
    CHECK(outcome(files.remove_directory("a")) == "busy");
    files.set_fault("a", std::nullopt);
    CHECK(outcome(files.remove_directory("a")) == "ok");
  }
}

TEST_CASE("nothing is renamed into a file system that is mounted, or out of it; it is neither moved nor removed") {
  MemoryFileSystem files;
  auto const border = GENERATE(MemoryFileSystem::Border::shown, MemoryFileSystem::Border::hidden);
  bool const shown = border == MemoryFileSystem::Border::shown;
  files.put_directory("outer");
  files.mount("m/inner", border);
  files.put_directory("m/inner/d/deep");
  CHECK((files.status("m")->device != files.status("m/inner")->device) == shown);
  CHECK(files.status("m/inner")->device == files.status("m/inner/d/deep")->device);
  CHECK(outcome(files.rename("outer", "m/inner/outer")) == "other_file_system");
  CHECK(outcome(files.rename("m/inner/d/deep", "m/deep")) == "other_file_system");
  CHECK(outcome(files.rename("m/inner/d/deep", "m/inner/e")) == "ok");
  CHECK(outcome(files.rename("m/inner", "m/other")) == (shown ? "busy" : "other_file_system"));
  if (shown) CHECK(outcome(files.remove_directory("m/inner")) == "busy");
}

TEST_CASE("what is not mounted is not seen, and is there again when it is") {
  MemoryFileSystem files;
  files.put_file("m/under", "seen while nothing is mounted");
  files.mount("m");
  files.put_file("m/token", "precious");
  CHECK(files.dump() == Dump{{"m", "directory 0755 0:0"}, {"m/token", "file precious"}});
  files.unmount("m");
  CHECK(files.dump() == Dump{{"m", "directory 0755 0:0"}, {"m/under", "file seen while nothing is mounted"}});
  files.mount("m");
  files.crash(Unsynced::lost);
  CHECK(files.dump().contains("m/token"));
}

TEST_CASE("the log tells what was done, and nothing else") {
  MemoryFileSystem files;
  (void)files.make_directory("a", 0755);
  (void)files.make_directory("a", 0755);
  (void)files.status("a");
  (void)files.rename("a", "b");
  CHECK(files.log() == std::vector<std::string>{"make_directory a 0755", "rename a b"});
}

}  // namespace
}  // namespace nfs::test
