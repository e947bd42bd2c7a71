#include "provisioner/storage/tree_size.hpp"

#include "export_fixture.hpp"
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
