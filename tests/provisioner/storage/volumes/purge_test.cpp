#include <atomic>
#include <thread>

#include "provisioner/storage/volumes/private_layout.hpp"
#include "provisioner/storage/volumes/tree_purge.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"
#include "tests/provisioner/storage/files/counting_file_system.hpp"
#include "tests/provisioner/storage/files/deep_tree.hpp"
#include "tests/provisioner/storage/volumes/storage_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/faulty_file_system.hpp"
#include "tests/support/storage/memory_file_system.hpp"
#include "tests/support/storage/own_cluster.hpp"

namespace nfs::test {
namespace {

constexpr std::size_t calls_at_most = 10'000;

/// Batches until nothing is left or something cannot be removed.
std::string purge_all(FileSystem& files, std::string const& path, std::size_t budget) {
  for (std::size_t i = 0; i < calls_at_most; ++i) {
    auto const done = purge_tree(files, path, budget);
    if (done.has_error() || *done) return outcome(done);
  }
  return "no end";
}

void fill(MemoryFileSystem& files, std::string const& top) {
  for (int i = 0; i < 700; ++i) files.put_file(top + "/many/" + std::to_string(i), "x");
  for (int i = 0; i < 40; ++i) files.put_file(top + "/wide/" + std::to_string(i) + "/d/f", "x");
  files.put_directory(top + "/empty");
  files.put_symlink(top + "/link", "../kept");
  files.put_symlink(top + "/wide/0/loop", "..");
}

TEST_CASE("a tree is removed, whatever the budget, and nothing beside it") {
  MemoryFileSystem files;
  files.put_file("trash/kept/token", "x");
  fill(files, "trash/pvc-1");
  auto const budget = GENERATE(std::size_t{1}, std::size_t{7}, std::size_t{100'000});
  CHECK(purge_all(files, "trash/pvc-1", budget) == "true");
  CHECK(files.dump() == std::map<std::string, std::string>{{"trash", "directory 0755 0:0"},
                                                           {"trash/kept", "directory 0755 0:0"},
                                                           {"trash/kept/token", "file x"}});
  CHECK(purge_all(files, "trash/pvc-1", budget) == "true");
}

TEST_CASE("one call removes no more than its budget") {
  MemoryFileSystem files;
  files.put_directory("trash");
  fill(files, "trash/pvc-1");
  auto const before = files.dump().size();
  CHECK(outcome(purge_tree(files, "trash/pvc-1", 10)) == "false");
  CHECK(files.dump().size() == before - 10);
}

TEST_CASE("what cannot be removed is named, and all else goes") {
  MemoryFileSystem files;
  fill(files, "trash/pvc-1");
  files.set_fault("trash/pvc-1/many/5", StorageFault::busy);
  files.set_fault("trash/pvc-1/wide/7/d", StorageFault::permission);
  auto const budget = GENERATE(std::size_t{1}, std::size_t{50}, std::size_t{100'000});
  CHECK(purge_all(files, "trash/pvc-1", budget) != "true");
  auto const stuck = purge_tree(files, "trash/pvc-1", budget);
  REQUIRE(stuck.has_error());
  CHECK_THAT(stuck.error().message, Catch::Matchers::Contains("trash/pvc-1/"));
  CHECK(files.dump().contains("trash/pvc-1/many/5"));
  CHECK(files.dump().contains("trash/pvc-1/wide/7/d/f"));
  CHECK(files.dump().size() == 8);
  files.set_fault("trash/pvc-1/many/5", std::nullopt);
  files.set_fault("trash/pvc-1/wide/7/d", std::nullopt);
  CHECK(purge_all(files, "trash/pvc-1", budget) == "true");
}

TEST_CASE("more stuck files than one listing shows do not hide the others") {
  MemoryFileSystem files;
  for (int i = 0; i < 600; ++i) {
    auto const path = "trash/pvc-1/a" + std::to_string(i);
    files.put_file(path, "x");
    files.set_fault(path, StorageFault::busy);
  }
  files.put_file("trash/pvc-1/z", "x");
  CHECK(purge_all(files, "trash/pvc-1", 1000) == "busy");
  CHECK_FALSE(files.dump().contains("trash/pvc-1/z"));
}

TEST_CASE("a directory of nothing but stuck files ends each call") {
  MemoryFileSystem files;
  for (int i = 0; i < 3000; ++i) {
    auto const path = "trash/pvc-1/a" + std::to_string(i);
    files.put_file(path, "x");
    files.set_fault(path, StorageFault::permission);
  }
  CHECK(purge_all(files, "trash/pvc-1", 10) == "permission");
}

TEST_CASE("what lies on another file system is left alone") {
  MemoryFileSystem files;
  files.put_directory("trash/pvc-1/mounted");
  files.set_device("trash/pvc-1/mounted", 2);
  files.put_file("trash/pvc-1/mounted/token", "x");
  files.put_file("trash/pvc-1/f", "x");
  auto const done = purge_tree(files, "trash/pvc-1", 100);
  CHECK(outcome(done) == "busy");
  CHECK_THAT(done.error().message, Catch::Matchers::Contains("another file system"));
  CHECK(files.dump()["trash/pvc-1/mounted/token"] == "file x");
  CHECK_FALSE(files.dump().contains("trash/pvc-1/f"));
}

TEST_CASE("a link or a file in the trash goes itself") {
  MemoryFileSystem files;
  files.put_file("kept/token", "x");
  files.put_symlink("trash/pvc-1", "../kept");
  CHECK(purge_all(files, "trash/pvc-1", 10) == "true");
  CHECK_FALSE(files.dump().contains("trash/pvc-1"));
  CHECK(files.dump().contains("kept/token"));
}

TEST_CASE("a tree deeper than any path is removed from a real file system") {
  auto const method = GENERATE(WalkMethod::openat2, WalkMethod::components);
  TempTree tree;
  tree.put_directory("trash/pvc-1");
  auto const files = open_file_system(tree.text(), method);
  // Built from the inside, as a tenant does it: each step wraps what is there.
  std::string const name(100, 'n');
  REQUIRE(outcome(files->make_directory("trash/inner", 0755)) == "ok");
  for (int depth = 0; depth < 300; ++depth) {
    REQUIRE(outcome(files->make_directory("trash/outer", 0755)) == "ok");
    REQUIRE(outcome(files->rename("trash/inner", "trash/outer/" + name)) == "ok");
    REQUIRE(outcome(files->write_file("trash/outer/f", "x")) == "ok");
    REQUIRE(outcome(files->rename("trash/outer", "trash/inner")) == "ok");
  }
  REQUIRE(outcome(files->rename("trash/inner", "trash/pvc-1/deep")) == "ok");
  CHECK(purge_all(*files, "trash/pvc-1", 50) == "true");
  CHECK(fs::is_empty(tree.at("trash")));
}

TEST_CASE("a tree of 20,000 levels is removed by a few calls for each level, none of them with a long path") {
  constexpr std::size_t levels = 20'000;
  TempTree tree;
  dig(tree, "trash/pvc-1", levels);
  auto const real = open_file_system(tree.text());
  CountingFileSystem files(*real);
  CHECK(purge_all(files, "trash/pvc-1", 1000) == "true");
  CHECK(fs::is_empty(tree.at("trash")));
  CHECK(files.calls() < 5 * levels);
  CHECK(files.components() < 100 * levels);
}

TEST_CASE("parts of a tree that is too deep to walk are moved up and removed") {
  MemoryFileSystem files;
  std::string path = "trash/pvc-1";
  for (int depth = 0; depth < 1500; ++depth) path += "/d";
  files.put_file(path + "/f", "x");
  CHECK(purge_all(files, "trash/pvc-1", 1000) == "true");
  CHECK_FALSE(files.dump().contains("trash/pvc-1"));
  for (auto const& line : files.log()) CHECK(line.size() < 1000);
}

TEST_CASE("a directory that became a link since it was listed goes as a link") {
  MemoryFileSystem memory;
  memory.put_file("trash/pvc-1/a/f", "x");
  memory.put_file("kept/token", "x");
  FaultyFileSystem files(memory);
  files.hang_at(4);  // two looks and the listing are over
  std::string result;
  std::jthread worker([&] { result = purge_all(files, "trash/pvc-1", 100); });
  files.wait_until_hanging();
  auto const moved = memory.rename("trash/pvc-1/a", "moved");
  memory.put_symlink("trash/pvc-1/a", "../../kept");
  files.release();
  worker.join();
  CHECK(outcome(moved) == "ok");
  CHECK(result == "true");
  CHECK(memory.dump().contains("kept/token"));
  CHECK(memory.dump().contains("moved/f"));
}

TEST_CASE("a deep tree is removed where the server refuses to move parts of it") {
  MemoryFileSystem memory;
  std::string path = "trash/pvc-1";
  for (int depth = 0; depth < 200; ++depth) path += "/d";
  memory.put_file(path + "/f", "x");
  FaultyFileSystem files(memory);
  files.fail_at(1, FaultyFileSystem::Moment::before, StorageFault::io);
  CHECK(purge_all(files, "trash/pvc-1", 10) != "no end");
  files.fail_at(calls_at_most, FaultyFileSystem::Moment::before, StorageFault::io);
  CHECK(purge_all(files, "trash/pvc-1", 10) == "true");
  CHECK_FALSE(memory.dump().contains("trash/pvc-1"));
}

TEST_CASE("a tenant who swaps a directory for a link at any moment of the purge gains nothing") {
  auto const method = GENERATE(WalkMethod::openat2, WalkMethod::components);
  bool hung = true;
  for (std::size_t call = 1; hung && call < 100; ++call) {
    CAPTURE(call);
    TempTree tree;
    tree.put_file("outside/d/token", "precious");
    tree.put_file("mount/neighbour/d/token", "precious");
    for (auto const path : {"a/d/1", "a/d/2", "a/3", "b/d/4"})
      tree.put_file("mount/trash/pvc-1/" + std::string(path), "");
    auto const real = open_file_system(tree.at("mount").string(), method);
    FaultyFileSystem files(*real);
    files.hang_at(call);
    std::atomic<bool> finished = false;
    std::atomic<bool> swapped = false;
    std::jthread worker([&] {
      (void)purge_all(files, "trash/pvc-1", 1000);
      finished = true;
      if (swapped) return;
      files.hang_at(1);  // the purge had fewer calls: wake the test's thread all the same
      (void)files.space();
    });
    files.wait_until_hanging();
    hung = !finished;
    swapped = true;
    boost::system::error_code gone;
    fs::rename(tree.at("mount/trash/pvc-1/a"), tree.at("mount/trash/moved"), gone);
    if (!gone) fs::create_symlink(tree.at("outside"), tree.at("mount/trash/pvc-1/a"));
    fs::rename(tree.at("mount/trash/pvc-1/b/d"), tree.at("mount/trash/moved-too"), gone);
    if (!gone) fs::create_symlink("../../../neighbour/d", tree.at("mount/trash/pvc-1/b/d"));
    files.release();
    worker.join();
    auto const rest = purge_all(*real, "trash/pvc-1", 1000);
    CHECK(rest == "true");
    CHECK_FALSE(fs::exists(fs::symlink_status(tree.at("mount/trash/pvc-1"))));
    CHECK(tree.content("outside/d/token") == "precious");
    CHECK(tree.content("mount/neighbour/d/token") == "precious");
  }
  CHECK_FALSE(hung);
}

TEST_CASE("a volume in the trash is purged by name and then no longer waits") {
  MemoryFileSystem files;
  VolumeStore store(files, own_cluster);
  REQUIRE(store.identify({}).has_value());
  for (auto const path : {"1", "d/2", "d/3"}) files.put_file("team-a/web/" + std::string(path), "x");
  REQUIRE(outcome(store.trash("pvc-1", path_of("team-a/web"))) == "trashed");
  CHECK(outcome(store.purge_some("pvc-1", 2)) == "false");
  CHECK(store.trashed()->size() == 1);
  CHECK(outcome(store.purge_some("pvc-1", 100)) == "true");
  CHECK(outcome(store.purge_some("pvc-1", 100)) == "true");
  CHECK(store.trashed()->empty());
}

}  // namespace
}  // namespace nfs::test
