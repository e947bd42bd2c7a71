#include "provisioner/storage/volumes/tree_size.hpp"

#include "provisioner/storage/volumes/tree_purge.hpp"
#include "tests/provisioner/storage/files/counting_file_system.hpp"
#include "tests/provisioner/storage/files/deep_tree.hpp"
#include "tests/provisioner/storage/volumes/export_fixture.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

TreeSize measure(FileSystem& files, std::string_view path) {
  return measure_tree(files, path, [](auto const&) { return true; });
}

TEST_CASE("a tree's size is the length of its files; links and what they lead to do not count") {
  Export place;
  place.files.put_file("a/one", "12345");
  place.files.put_file("a/deep/er/two", "123");
  place.files.put_file("other/three", std::string(1000, 'x'));
  place.files.put_symlink("a/link", "../other/three");
  place.files.put_symlink("a/loop", "../a");
  auto const size = measure(place.files, "a");
  CHECK(size.bytes == 8);
  CHECK(size.entries == 7);  // three directories, two files, two links
  CHECK(size.whole);
}

TEST_CASE("what cannot be read is passed over, and said") {
  Export place;
  place.files.put_file("a/one", "12345");
  place.files.put_file("a/shut/two", "123");
  place.files.put_file("a/z/three", "1");
  SECTION("a directory") {
    place.files.set_fault("a/shut", StorageFault::permission);
    auto const size = measure(place.files, "a");
    CHECK(size.bytes == 6);
    CHECK_FALSE(size.whole);
  }
  SECTION("a file") {
    place.files.set_fault("a/one", StorageFault::io);
    auto const size = measure(place.files, "a");
    CHECK(size.bytes == 4);
    CHECK_FALSE(size.whole);
  }
  SECTION("all of it") {
    auto const size = measure(place.files, "nothing");
    CHECK(size.bytes == 0);
    CHECK_FALSE(size.whole);
  }
}

TEST_CASE("progress is told after each directory, and may end the walk") {
  Export place;
  for (auto const path : {"a/1/x", "a/2/x", "a/3/x"}) place.files.put_file(path, "1234");
  std::vector<std::uint64_t> told;
  auto const size = measure_tree(place.files, "a", [&](TreeSize const& so_far) {
    told.push_back(so_far.bytes);
    return told.size() < 3;
  });
  CHECK(told == std::vector<std::uint64_t>{0, 4, 8});
  CHECK(size.bytes == 8);
  CHECK_FALSE(size.whole);
}

TEST_CASE(
    "of a tree of 20,000 levels the upper ones are measured, each by one call, and it is said that there is more") {
  TempTree tree;
  dig(tree, "a", 20'000);
  tree.put_file("a/d/d/beside", "12345");
  auto const real = open_file_system(tree.text());
  CountingFileSystem files(*real);
  auto const size = measure(files, "a");
  CHECK(size.bytes == 5);
  CHECK(size.entries == MeasureLimits{}.levels + 1);
  CHECK_FALSE(size.whole);
  CHECK(files.calls() == MeasureLimits{}.levels + 1);
  // No fs::remove_all for what is as deep as that.
  auto const gone = purge_tree(*real, "a", 100'000);
  REQUIRE(gone.has_value());
  CHECK(*gone);
}

TEST_CASE("a path that is longer than any system call takes is not followed") {
  Export place;
  std::string path = "a";
  for (int i = 0; i < 30; ++i) path += "/" + std::string(200, 'n');
  place.files.put_file(path + "/f", "12345");
  CountingFileSystem files(place.files);
  auto const size = measure(files, "a");
  CHECK(size.entries == 20);
  CHECK(size.bytes == 0);
  CHECK_FALSE(size.whole);
}

TEST_CASE("no more is measured than is allowed, in levels and in entries") {
  Export place;
  place.files.put_file("a/1/2/3/f", "1");
  for (int i = 0; i < 50; ++i) place.files.put_file("a/1/" + std::to_string(i) + "x", "1");
  auto const limited = [&](MeasureLimits limits) {
    return measure_tree(
        place.files, "a", [](auto const&) { return true; }, limits);
  };
  auto const all = limited({.levels = 4, .entries = 56});
  CHECK(all.whole);
  CHECK(all.entries == 55);
  CHECK(all.bytes == 51);
  auto const shallow = limited({.levels = 3, .entries = 56});
  CHECK_FALSE(shallow.whole);
  CHECK(shallow.entries == 53);
  auto const few = limited({.levels = 4, .entries = 20});
  CHECK_FALSE(few.whole);
  CHECK(few.entries <= 21);
}

TEST_CASE("progress is told within a large directory as well, and may end the walk there") {
  Export place;
  for (int i = 0; i < 5000; ++i) place.files.put_file("a/" + std::to_string(i), "1");
  auto const size = measure_tree(place.files, "a", [](TreeSize const& so_far) { return so_far.entries < 2000; });
  CHECK_FALSE(size.whole);
  CHECK(size.entries >= 2000);
  CHECK(size.entries < 4000);
}

TEST_CASE("a real tree is measured as one in memory") {
  TempTree tree;
  tree.put_file("a/one", "12345");
  tree.put_file("a/deep/two", "123");
  tree.put_symlink("a/out", "/etc");
  auto const files = open_file_system(tree.text());
  auto const size = measure(*files, "a");
  CHECK(size.bytes == 8);
  CHECK(size.entries == 5);
  CHECK(size.whole);
}

}  // namespace
}  // namespace nfs::test
