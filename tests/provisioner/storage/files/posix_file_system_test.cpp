#include "provisioner/storage/files/posix_file_system.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "provisioner/storage/files/descriptor.hpp"
#include "provisioner/storage/files/mount_table.hpp"
#include "tests/provisioner/storage/volumes/storage_fixtures.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

WalkMethod any_method() {
  return GENERATE(WalkMethod::automatic, WalkMethod::openat2, WalkMethod::components);
}

TEST_CASE("a root that is not there is wrong_export for each call, and is found once it is there") {
  auto const method = any_method();
  TempTree tree;
  auto const files = open_file_system(tree.at("mount").string(), method);
  CHECK(outcome(files->status("")) == "wrong_export");
  CHECK(outcome(files->make_directory("a", 0755)) == "wrong_export");
  tree.put_directory("mount");
  CHECK(outcome(files->make_directory("a", 0755)) == "ok");
  CHECK(fs::is_directory(tree.at("mount/a")));
}

TEST_CASE("the root stays the directory that was opened until another one is used") {
  auto const method = any_method();
  TempTree tree;
  tree.put_directory("mount");
  auto const files = open_file_system(tree.at("mount").string(), method);
  REQUIRE(outcome(files->status("")) == "ok");
  fs::rename(tree.at("mount"), tree.at("old"));
  tree.put_directory("mount");
  CHECK(outcome(files->make_directory("a", 0755)) == "ok");
  CHECK(fs::is_directory(tree.at("old/a")));
  tree.put_file("mount/marker", "new");
  auto const sight = files->look("marker", 100);
  CHECK(sight->content == "new");
  CHECK(outcome(files->make_directory("b", 0755)) == "ok");
  CHECK(fs::is_directory(tree.at("old/b")));
  files->use(sight->root);
  CHECK(outcome(files->make_directory("c", 0755)) == "ok");
  CHECK(fs::is_directory(tree.at("mount/c")));
}

TEST_CASE("a look sees what is mounted now: a file, none, or no mount at all") {
  auto const method = any_method();
  TempTree tree;
  auto const files = open_file_system(tree.at("mount").string(), method);
  CHECK(outcome(files->look("d/marker", 100)) == "wrong_export");
  tree.put_directory("mount");
  CHECK_FALSE(files->look("d/marker", 100)->content);
  tree.put_file("mount/d/marker", "text");
  CHECK(files->look("d/marker", 100)->content == "text");
  CHECK(outcome(files->look("d/marker", 3)) == "malformed");
  tree.put_symlink("mount/link", "d/marker");
  CHECK(outcome(files->look("link", 100)) == "not_directory");
}

TEST_CASE("a link that leads out of the root, absolute or by dots, leads nowhere") {
  auto const method = any_method();
  TempTree tree;
  tree.put_file("outside/f", "secret");
  tree.put_file("outside/d/f", "secret");
  tree.put_directory("mount/ns");
  tree.put_symlink("mount/absolute", tree.at("outside"));
  tree.put_symlink("mount/ns/dots", "../../outside");
  tree.put_symlink("mount/process", "/proc/self/cwd");
  auto const files = open_file_system(tree.at("mount").string(), method);
  for (std::string const link : {"absolute", "ns/dots", "process"}) {
    CAPTURE(link);
    CHECK(outcome(files->make_directory(link + "/new", 0777)) == "not_directory");
    CHECK(outcome(files->remove_file(link + "/f")) == "not_directory");
    CHECK(outcome(files->make_directory(link + "/d/new", 0777)) == "not_directory");
    CHECK(outcome(files->remove_file(link + "/d/f")) == "not_directory");
    CHECK(outcome(files->write_file(link + "/d/f", "x")) == "not_directory");
    CHECK(outcome(files->list(link, 10)) == "not_directory");
    CHECK(outcome(files->set_mode(link, 0777)) == "not_directory");
  }
  CHECK(tree.content("outside/f") == "secret");
  CHECK(tree.content("outside/d/f") == "secret");
  CHECK_FALSE(fs::exists(tree.at("outside/d/new")));
  CHECK_FALSE(fs::exists(tree.at("outside/new")));
}

TEST_CASE("paths longer than the kernel takes at once are walked by component") {
  auto const method = any_method();
  TempTree tree;
  auto const files = open_file_system(tree.text(), method);
  std::string const name(200, 'n');
  std::string path = name;
  REQUIRE(outcome(files->make_directory(path, 0755)) == "ok");
  while (path.size() < 3 * 4096) {
    path += "/" + name;
    REQUIRE(outcome(files->make_directory(path, 0755)) == "ok");
  }
  CHECK(outcome(files->write_file(path + "/f", "deep")) == "ok");
  CHECK(*files->read_file(path + "/f", 10) == "deep");
  CHECK(outcome(files->remove_file(path + "/f")) == "ok");
  while (!path.empty()) {
    REQUIRE(outcome(files->remove_directory(path)) == "ok");
    path.resize(path.size() == name.size() ? 0 : path.size() - name.size() - 1);
  }
  CHECK(outcome(files->make_directory(std::string(256, 'x') + "/a", 0755)) == "io");
}

TEST_CASE("a FIFO where a file is expected does not hang the reader") {
  TempTree tree;
  REQUIRE(::mkfifo(tree.at("fifo").c_str(), 0600) == 0);
  auto const files = open_file_system(tree.text());
  CHECK(outcome(files->read_file("fifo", 10)) == "malformed");
  CHECK(outcome(files->list("fifo", 10)) == "not_directory");
  CHECK(files->status("fifo")->kind == FileKind::other);
}

TEST_CASE("a socket where a file is expected is no file") {
  TempTree tree;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  auto const path = tree.at("socket").string();
  REQUIRE(path.size() < sizeof address.sun_path);
  std::ranges::copy(path, std::begin(address.sun_path));
  Descriptor const socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::bind(socket.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0);
  auto const files = open_file_system(tree.text(), any_method());
  CHECK(outcome(files->read_file("socket", 10)) == "malformed");
}

TEST_CASE("the current directory of the process plays no part") {
  TempTree tree;
  tree.put_directory("mount");
  tree.put_directory("elsewhere");
  auto const before = fs::current_path();
  fs::current_path(tree.at(""));
  auto const files = open_file_system("mount");
  fs::current_path(tree.at("elsewhere"));
  auto const made = files->make_directory("a", 0755);
  fs::current_path(before);
  CHECK(outcome(made) == "ok");
  CHECK(fs::is_directory(tree.at("mount/a")));
}

TEST_CASE("what is forbidden says what may be the reason") {
  if (::geteuid() != 0) return;  // needs another user's eyes
  TempTree tree;
  fs::permissions(tree.at(""), fs::owner_all);
  std::string message;
  std::string fault;
  // Credentials of a thread alone: the system call, not glibc's function, which changes all threads.
  std::thread([&] {
    auto const files = open_file_system(tree.text());
    (void)files->status("");
    if (::syscall(SYS_setresuid, 65534, 65534, 65534) != 0) return;
    auto const made = files->make_directory("a", 0755);
    fault = outcome(made);
    message = made.has_error() ? made.error().message : "";
  }).join();
  CHECK(fault == "permission");
  CHECK_THAT(message, Catch::Matchers::Contains("cannot create directory \"a\": Permission denied") &&
                          Catch::Matchers::Contains("root_squash"));
}

TEST_CASE("threads share one file system") {
  auto const method = any_method();
  TempTree tree;
  auto const files = open_file_system(tree.text(), method);
  std::vector<std::string> faults(4);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < faults.size(); ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 20; ++i) {
          auto const name = std::to_string(t) + "-" + std::to_string(i);
          if (i % 5 == 0) {
            auto const sight = files->look("shared", 100);
            if (sight.has_value()) files->use(sight->root);
            // NFS: a file that is replaced between open and read is stale, and may be so again at the second try.
            else if (sight.error().fault != StorageFault::stale)
              faults[t] += sight.error().message;
          }
          auto const made = files->make_directory(name, 0755);
          auto const written = files->write_file(name + "/f", name);
          auto const shared = files->write_file("shared", name);
          for (auto const& result : {made, written, shared}) {
            if (result.has_error()) faults[t] += result.error().message;
          }
        }
      });
    }
  }
  CHECK(faults == std::vector<std::string>(4));
  CHECK(files->list("", 1000)->size() == 81);
}

TEST_CASE("the mount that a directory lies on is the longest one, the later of two") {
  constexpr std::string_view table =
      "22 1 0:20 / / rw,relatime - ext4 /dev/vda rw\n"
      "36 22 0:45 / /persistentvolumes rw,relatime shared:1 master:2 - nfs4 server:/data/nfs rw,vers=4.2\n"
      "37 22 0:46 / /persistent rw - tmpfs tmpfs rw\n"
      "38 22 0:47 / /with\\040space rw - nfs [fd00::1]:/a\\134b rw\n"
      "39 22 0:48 / /twice rw - ext4 /dev/old rw\n"
      "40 39 0:49 / /twice rw - nfs4 new:/ rw\n"
      "broken line\n";
  struct Row {
    std::string_view directory;
    bool is_mount_point;
    std::string type;
    std::string source;
  };
  Row const rows[] = {
      {"/persistentvolumes", true, "nfs4", "server:/data/nfs"},
      {"/persistentvolumes/a/b", false, "nfs4", "server:/data/nfs"},
      {"/persistentvolumesX", false, "ext4", "/dev/vda"},
      {"/persistent", true, "tmpfs", "tmpfs"},
      {"/with space", true, "nfs", "[fd00::1]:/a\\b"},
      {"/twice/x", false, "nfs4", "new:/"},
      {"/", true, "ext4", "/dev/vda"},
  };
  for (auto const& row : rows) {
    CAPTURE(row.directory);
    auto const found = find_mount(table, row.directory);
    CHECK(found.is_mount_point == row.is_mount_point);
    CHECK(found.type == row.type);
    CHECK(found.source == row.source);
  }
  CHECK(find_mount("", "/a").type.empty());
}

TEST_CASE("the mount of a real directory is found through links and dots") {
  TempTree tree;
  tree.put_directory("a");
  tree.put_symlink("l", "a");
  auto const direct = mount_of(tree.at("a").string());
  auto const linked = mount_of(tree.at("l/../l").string());
  REQUIRE(direct.has_value());
  REQUIRE(linked.has_value());
  CHECK_FALSE(direct->is_mount_point);
  CHECK_FALSE(direct->type.empty());
  CHECK(direct->type == linked->type);
  CHECK(mount_of("/proc")->type == "proc");
  CHECK(mount_of("/proc")->is_mount_point);
  CHECK(outcome(mount_of(tree.at("none").string())) == "not_found");
}

}  // namespace
}  // namespace nfs::test
