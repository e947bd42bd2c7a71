// What every FileSystem does alike: the real one, with both ways to walk, and the one in memory.
#include "provisioner/storage/files/file_system.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <set>
#include <thread>

#include "tests/provisioner/storage/volumes/storage_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/memory_file_system.hpp"

namespace nfs::test {
namespace {

class Place {
 public:
  explicit Place(std::string const& kind) {
    if (kind == "memory") {
      auto made = std::make_unique<MemoryFileSystem>();
      memory_ = made.get();
      files_ = std::move(made);
    } else {
      files_ = open_file_system(tree_.text(), kind == "openat2" ? WalkMethod::openat2 : WalkMethod::components);
    }
  }
  FileSystem& files() { return *files_; }
  void put_file(std::string_view path, std::string_view content) {
    memory_ != nullptr ? memory_->put_file(path, content) : tree_.put_file(path, content);
  }
  void put_symlink(std::string_view path, std::string const& target) {
    memory_ != nullptr ? memory_->put_symlink(path, target) : tree_.put_symlink(path, target);
  }

 private:
  TempTree tree_;
  std::unique_ptr<FileSystem> files_;
  MemoryFileSystem* memory_ = nullptr;
};

std::string any_kind() {
  return GENERATE(as<std::string>{}, "memory", "openat2", "components");
}

std::set<std::string> names_in(FileSystem& files, std::string_view path) {
  std::set<std::string> names;
  auto const listed = files.list(path, 1000);
  if (listed.has_value()) std::ranges::for_each(*listed, [&](auto const& entry) { names.insert(entry.name); });
  return names;
}

TEST_CASE("a directory is made with exactly the mode asked for, whatever the umask") {
  auto const kind = any_kind();
  CAPTURE(kind);
  Place place(kind);
  auto& files = place.files();
  auto const before = ::umask(0077);
  for (std::uint32_t const mode : {0777U, 0700U, 02770U, 01777U, 0750U}) {
    auto const name = "d" + std::to_string(mode);
    CHECK(outcome(files.make_directory(name, mode)) == "ok");
    CHECK(files.status(name)->mode == mode);
    CHECK(files.status(name)->kind == FileKind::directory);
  }
  ::umask(before);
}

TEST_CASE("a directory is made one level at a time, and never over something") {
  auto const kind = any_kind();
  CAPTURE(kind);
  Place place(kind);
  auto& files = place.files();
  CHECK(outcome(files.make_directory("a/b", 0755)) == "not_found");
  CHECK(outcome(files.make_directory("a", 0755)) == "ok");
  CHECK(outcome(files.make_directory("a/b", 0755)) == "ok");
  CHECK(outcome(files.make_directory("a/b", 0700)) == "exists");
  CHECK(files.status("a/b")->mode == 0755);
  place.put_file("f", "x");
  CHECK(outcome(files.make_directory("f", 0755)) == "exists");
  CHECK(outcome(files.make_directory("f/b", 0755)) == "not_directory");
  CHECK(outcome(files.make_directory("", 0755)) == "exists");
}

TEST_CASE("paths that are not of plain components are refused by every operation") {
  auto const kind = any_kind();
  CAPTURE(kind);
  Place place(kind);
  auto& files = place.files();
  REQUIRE(outcome(files.make_directory("a", 0755)) == "ok");
  for (std::string_view const path : {"..", ".", "a/..", "a/../b", "/a", "a//b", "a/", "./a", "../a"}) {
    CAPTURE(path);
    CHECK(outcome(files.status(path)) == "io");
    CHECK(outcome(files.make_directory(path, 0755)) == "io");
    CHECK(outcome(files.remove_directory(path)) == "io");
    CHECK(outcome(files.remove_file(path)) == "io");
    CHECK(outcome(files.rename("a", path)) == "io");
    CHECK(outcome(files.rename(path, "b")) == "io");
    CHECK(outcome(files.write_file(path, "x")) == "io");
    CHECK(outcome(files.list(path, 1)) == "io");
  }
}

TEST_CASE("the empty path is the root, which can be looked at, listed and synced") {
  auto const kind = any_kind();
  CAPTURE(kind);
  Place place(kind);
  auto& files = place.files();
  REQUIRE(outcome(files.make_directory("a", 0755)) == "ok");
  CHECK(files.status("")->kind == FileKind::directory);
  CHECK(names_in(files, "") == std::set<std::string>{"a"});
  CHECK(outcome(files.sync_directory("")) == "ok");
  CHECK(outcome(files.remove_directory("")) != "ok");
}

TEST_CASE("mode and owner of a directory can be set, and a chown keeps setgid") {
  auto const kind = any_kind();
  CAPTURE(kind);
  Place place(kind);
  auto& files = place.files();
  REQUIRE(outcome(files.make_directory("a", 02770)) == "ok");
  auto const before = *files.status("a");
  if (::geteuid() == 0) {
    CHECK(outcome(files.set_owner("a", 1234, std::nullopt)) == "ok");
    CHECK(files.status("a")->uid == 1234);
    CHECK(files.status("a")->gid == before.gid);
    CHECK(outcome(files.set_owner("a", std::nullopt, 4321)) == "ok");
    CHECK(files.status("a")->uid == 1234);
    CHECK(files.status("a")->gid == 4321);
    CHECK(files.status("a")->mode == 02770);
  }
  CHECK(outcome(files.set_mode("a", 0711)) == "ok");
  CHECK(files.status("a")->mode == 0711);
  CHECK(outcome(files.set_mode("none", 0711)) == "not_found");
  place.put_file("f", "x");
  CHECK(outcome(files.set_mode("f", 0711)) == "not_directory");
  CHECK(outcome(files.set_owner("f", 1, 1)) == "not_directory");
}

TEST_CASE("only an empty directory is removed") {
  auto const kind = any_kind();
  CAPTURE(kind);
  Place place(kind);
  auto& files = place.files();
  place.put_file("a/f", "x");
  CHECK(outcome(files.remove_directory("a")) == "exists");
  CHECK(outcome(files.remove_directory("a/f")) == "not_directory");
  CHECK(outcome(files.remove_file("a")) == "io");
  CHECK(outcome(files.remove_file("a/f")) == "ok");
  CHECK(outcome(files.remove_file("a/f")) == "not_found");
  CHECK(outcome(files.remove_directory("a")) == "ok");
  CHECK(outcome(files.remove_directory("a")) == "not_found");
}

TEST_CASE("a rename takes everything along and never replaces") {
  auto const kind = any_kind();
  CAPTURE(kind);
  Place place(kind);
  auto& files = place.files();
  place.put_file("a/b/f", "token");
  place.put_file("c/f", "other");
  REQUIRE(outcome(files.make_directory("empty", 0755)) == "ok");
  CHECK(outcome(files.rename("a/b", "c")) == "exists");
  CHECK(outcome(files.rename("a/b", "c/f")) == "exists");
  CHECK(outcome(files.rename("a/b", "empty")) == "exists");
  CHECK(outcome(files.rename("a/b", "none/x")) == "not_found");
  CHECK(outcome(files.rename("none", "x")) == "not_found");
  CHECK(outcome(files.rename("a/b", "x")) == "ok");
  CHECK(*files.read_file("x/f", 100) == "token");
  CHECK(*files.read_file("c/f", 100) == "other");
  CHECK(outcome(files.status("a/b")) == "not_found");
}

TEST_CASE("a file is written whole, replaces a file, and leaves no temporary behind") {
  auto const kind = any_kind();
  CAPTURE(kind);
  Place place(kind);
  auto& files = place.files();
  REQUIRE(outcome(files.make_directory("a", 0755)) == "ok");
  CHECK(outcome(files.write_file("a/f", "one")) == "ok");
  CHECK(files.status("a/f")->mode == 0600);
  CHECK(outcome(files.write_file("a/f", std::string(100'000, 'x'))) == "ok");
  CHECK(files.read_file("a/f", 100'000)->size() == 100'000);
  CHECK(outcome(files.read_file("a/f", 99'999)) == "malformed");
  CHECK(names_in(files, "a") == std::set<std::string>{"f"});
  CHECK(outcome(files.write_file("none/f", "x")) == "not_found");
  REQUIRE(outcome(files.make_directory("a/d", 0755)) == "ok");
  CHECK(outcome(files.write_file("a/d", "x")) == "exists");
  CHECK(outcome(files.read_file("a/d", 10)) == "malformed");
  CHECK(outcome(files.read_file("a/none", 10)) == "not_found");
  CHECK(names_in(files, "a") == std::set<std::string>{"d", "f"});
}

TEST_CASE("a file says when it was written, and a directory when it was renamed, by the server's clock") {
  using namespace std::chrono_literals;
  auto const kind = any_kind();
  CAPTURE(kind);
  Place place(kind);
  auto& files = place.files();
  auto const now = [] { return k8s::WallTime(std::chrono::system_clock::now()); };
  auto const is_recent = [&](k8s::WallTime time) { return time > now() - 1min && time < now() + 1min; };
  REQUIRE(outcome(files.write_file("file", "one")) == "ok");
  auto const first = files.status("file")->modified;
  CHECK(is_recent(first));
  REQUIRE(outcome(files.make_directory("d", 0755)) == "ok");
  auto const made = files.status("d")->changed;
  CHECK(is_recent(made));
  std::this_thread::sleep_for(20ms);
  REQUIRE(outcome(files.write_file("file", "two")) == "ok");
  CHECK(files.status("file")->modified > first);
  REQUIRE(outcome(files.rename("d", "e")) == "ok");
  CHECK(files.status("e")->changed > made);
}

TEST_CASE("a listing tells kinds and file numbers, and stops at its bound") {
  auto const kind = any_kind();
  CAPTURE(kind);
  Place place(kind);
  auto& files = place.files();
  place.put_file("a/f", "x");
  place.put_symlink("a/l", "f");
  REQUIRE(outcome(files.make_directory("a/d", 0755)) == "ok");
  auto listed = files.list("a", 100);
  REQUIRE(listed.has_value());
  std::ranges::sort(*listed, {}, &DirectoryEntry::name);
  REQUIRE(listed->size() == 3);
  CHECK((*listed)[0].kind == FileKind::directory);
  CHECK((*listed)[1].kind == FileKind::file);
  CHECK((*listed)[1].inode == files.status("a/f")->inode);
  CHECK((*listed)[2].kind == FileKind::symlink);
  CHECK(files.list("a", 2)->size() == 2);
  CHECK(outcome(files.list("a/f", 2)) == "not_directory");
  CHECK(outcome(files.list("none", 2)) == "not_found");
}

TEST_CASE("no operation follows a symbolic link, at the end of a path or on the way") {
  auto const kind = any_kind();
  CAPTURE(kind);
  Place place(kind);
  auto& files = place.files();
  place.put_file("target/f", "secret");
  place.put_file("target/d/f", "secret");
  place.put_symlink("l", "target");
  place.put_symlink("lf", "target/f");
  CHECK(files.status("l")->kind == FileKind::symlink);
  CHECK(files.status("lf")->kind == FileKind::symlink);
  CHECK(outcome(files.list("l", 10)) == "not_directory");
  CHECK(outcome(files.set_mode("l", 0700)) == "not_directory");
  CHECK(outcome(files.set_owner("l", 1, 1)) == "not_directory");
  CHECK(outcome(files.sync_directory("l")) == "not_directory");
  CHECK(outcome(files.read_file("lf", 100)) == "not_directory");
  CHECK(outcome(files.write_file("lf", "x")) == "exists");
  CHECK(outcome(files.make_directory("l", 0755)) == "exists");
  CHECK(outcome(files.remove_directory("l")) == "not_directory");
  CHECK(outcome(files.status("l/f")) == "not_directory");
  CHECK(outcome(files.make_directory("l/new", 0755)) == "not_directory");
  CHECK(outcome(files.remove_file("l/f")) == "not_directory");
  CHECK(outcome(files.remove_directory("l/d")) == "not_directory");
  CHECK(outcome(files.read_file("l/f", 100)) == "not_directory");
  CHECK(outcome(files.write_file("l/f", "x")) == "not_directory");
  CHECK(outcome(files.rename("l/d", "out")) == "not_directory");
  CHECK(outcome(files.rename("target/d", "l/e")) == "not_directory");
  CHECK(outcome(files.list("l/d", 10)) == "not_directory");
  // The link before the last directory of the way, too.
  CHECK(outcome(files.status("l/d/f")) == "not_directory");
  CHECK(outcome(files.make_directory("l/d/new", 0755)) == "not_directory");
  CHECK(outcome(files.read_file("l/d/f", 100)) == "not_directory");
  CHECK(outcome(files.write_file("l/d/f", "x")) == "not_directory");
  CHECK(outcome(files.remove_file("l/d/f")) == "not_directory");
  CHECK(outcome(files.rename("l/d/f", "out")) == "not_directory");
  CHECK(outcome(files.rename("target/f", "l/d/g")) == "not_directory");
  CHECK(outcome(files.remove_file("l")) == "ok");
  CHECK(*files.read_file("target/f", 100) == "secret");
  CHECK(*files.read_file("target/d/f", 100) == "secret");
}

TEST_CASE("errors name what was tried, the path and the reason") {
  auto const kind = any_kind();
  CAPTURE(kind);
  Place place(kind);
  auto& files = place.files();
  auto const result = files.make_directory("a/b", 0755);
  REQUIRE(result.has_error());
  CHECK(result.error().message == "cannot create directory \"a/b\": No such file or directory");
  place.put_file("f", "x");
  auto const below = files.make_directory("f/x\n", 0755);
  CHECK_THAT(below.error().message, Catch::Matchers::StartsWith("cannot create directory \"f/x\\n\": Not a directory"));
}

TEST_CASE("space is told") {
  auto const kind = any_kind();
  CAPTURE(kind);
  Place place(kind);
  auto& files = place.files();
  auto const space = files.space();
  REQUIRE(space.has_value());
  CHECK(space->total_bytes > 0);
  CHECK(space->free_bytes <= space->total_bytes);
  CHECK(outcome(files.mount_info()) == "ok");
}

}  // namespace
}  // namespace nfs::test
