#include "provisioner/node/nfs_client.hpp"

#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_directory.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

// A node's root directory, and what its kernel says.
struct Node {
  k8s::test::TemporaryDirectory root;
  std::string file_systems = root.write("proc/filesystems", "nodev\ttmpfs\n\text4\n");
  std::string shell = root.write("bin/sh", "");

  [[nodiscard]] CheckReport check() const {
    CheckReport report;
    check_nfs_client({root.path(), file_systems, "6.1.0-test"}, report);
    return report;
  }
};

// Does what an installation would do to `node`, and keeps what it was told.
struct Shell final : HostShell {
  explicit Shell(Node& on, int ends_with = 0) : node(on), status(ends_with) {}
  int run(std::string const& command) override {
    told.push_back(command);
    if (status == 0) node.root.write("usr/sbin/mount.nfs", "");
    return status;
  }

  Node& node;
  int status;
  std::vector<std::string> told;
};

CheckReport install(Node const& node, Shell& shell) {
  CheckReport report;
  install_nfs_client({node.root.path(), node.file_systems, "6.1.0-test"}, shell, report);
  return report;
}

}  // namespace

TEST_CASE("a node whose kernel knows NFS and that has mount.nfs is fine") {
  Node node;
  node.root.write("proc/filesystems", "nodev\ttmpfs\nnodev\tnfs4\n");
  node.root.write("usr/sbin/mount.nfs", "");
  auto const report = node.check();
  CHECK(report.failures() == 0);
  CHECK(contains(report.text(), "the kernel knows NFS"));
  CHECK(contains(report.text(), "/usr/sbin/mount.nfs is there"));
}

TEST_CASE("a module that can be loaded is as good, for the kernel that runs") {
  Node node;
  node.root.write("sbin/mount.nfs", "");
  node.root.write("lib/modules/5.0-other/modules.dep", "kernel/fs/nfs/nfs.ko: \n");
  CHECK(node.check().failures() == 1);
  node.root.write("lib/modules/6.1.0-test/modules.dep", "kernel/fs/xfs/xfs.ko: kernel/fs/nfs/nfs.ko\n");
  CHECK(node.check().failures() == 1);
  node.root.write("lib/modules/6.1.0-test/modules.dep", "kernel/fs/nfs/nfs.ko.xz: kernel/fs/lockd/lockd.ko.xz\n");
  CHECK(node.check().failures() == 0);
}

TEST_CASE("what a node lacks is named with what to install") {
  Node const node;
  auto const report = node.check();
  CHECK(report.failures() == 2);
  CHECK(contains(report.text(), "kernel 6.1.0-test knows no NFS"));
  CHECK(contains(report.text(), "mount.nfs is missing: install nfs-common"));
}

TEST_CASE("where the kubelet runs from an image of its own, nobody can tell, and that is no failure") {
  Node node;
  node.root.write("proc/filesystems", "nodev\tnfs4\n");
  CHECK(node.check().failures() == 1);
  std::filesystem::remove(node.shell);
  auto const report = node.check();
  CHECK(report.failures() == 0);
  CHECK(contains(report.text(), "cannot be told from here"));
  Shell shell(node);
  CHECK(install(node, shell).failures() == 0);
  CHECK(shell.told.empty());
}

TEST_CASE("mount.nfs may be a link that leads somewhere on the node alone") {
  Node node;
  std::filesystem::create_directories(node.root.path("usr/sbin"));
  std::filesystem::create_symlink("/opt/nowhere/mount.nfs", node.root.path("usr/sbin/mount.nfs"));
  CHECK(contains(node.check().text(), "/usr/sbin/mount.nfs is there"));
}

TEST_CASE("what is missing is installed by the node's own package manager, and looked at again") {
  for (auto const& [program, command] :
       std::vector<std::pair<std::string, std::string>>{{"usr/bin/apt-get", "nfs-common"},
                                                        {"usr/bin/dnf", "dnf install -y nfs-utils"},
                                                        {"usr/bin/yum", "yum install -y nfs-utils"},
                                                        {"usr/bin/zypper", "nfs-client"},
                                                        {"sbin/apk", "apk add"}}) {
    INFO(program);
    Node node;
    node.root.write("proc/filesystems", "nodev\tnfs4\n");
    node.root.write(program, "");
    Shell shell(node);
    auto const report = install(node, shell);
    CHECK(report.failures() == 0);
    REQUIRE(shell.told.size() == 1);
    CHECK(contains(shell.told.front(), command));
    CHECK(contains(report.text(), "mount.nfs was missing"));
    CHECK(contains(report.text(), "/usr/sbin/mount.nfs is there"));
    CHECK(install(node, shell).failures() == 0);
    CHECK(shell.told.size() == 1);
  }
}

TEST_CASE("an installation that fails, or that nobody can make, is a failure") {
  Node node;
  node.root.write("proc/filesystems", "nodev\tnfs4\n");
  Shell shell(node, 100);
  CHECK(install(node, shell).failures() == 1);
  CHECK(shell.told.empty());
  node.root.write("usr/bin/apt-get", "");
  auto const report = install(node, shell);
  CHECK(report.failures() == 1);
  CHECK(contains(report.text(), "ended with 100"));
  CHECK(contains(report.text(), "mount.nfs is missing"));
}

TEST_CASE("nothing is installed on a system that comes as an image") {
  Node node;
  node.root.write("usr/bin/dnf", "");
  node.root.write("run/ostree-booted", "");
  Shell shell(node);
  CHECK(install(node, shell).failures() == 2);
  CHECK(shell.told.empty());
}

TEST_CASE("a shell that is not there ends with 127") {
  k8s::test::TemporaryDirectory const root;
  CHECK(ChrootShell(root.path()).run("true") == 127);
}
