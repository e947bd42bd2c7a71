#include "provisioner/app/nfs_client.hpp"

#include "tests/provisioner/app/app_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_directory.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

// A node's root directory, and what its kernel says.
struct Node {
  k8s::test::TemporaryDirectory root;
  std::string file_systems = root.write("proc/filesystems", "nodev\ttmpfs\n\text4\n");

  [[nodiscard]] CheckReport check() const {
    CheckReport report;
    check_nfs_client({root.path(), file_systems, "6.1.0-test"}, report);
    return report;
  }
};

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

TEST_CASE("mount.nfs may be a link that leads somewhere on the node alone") {
  Node node;
  std::filesystem::create_directories(node.root.path("usr/sbin"));
  std::filesystem::create_symlink("/opt/nowhere/mount.nfs", node.root.path("usr/sbin/mount.nfs"));
  CHECK(contains(node.check().text(), "/usr/sbin/mount.nfs is there"));
}
