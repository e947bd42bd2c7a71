#include "provisioner/cli/check_export.hpp"

#include <unistd.h>

#include "provisioner/storage/files/decorated_file_system.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"
#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/faulty_file_system.hpp"
#include "tests/support/storage/memory_file_system.hpp"
#include "tests/support/storage/own_cluster.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

Export const where{"default", "nfs.example", "/data/nfs", "/persistentvolumes"};

/// A file system that is mounted as it is told.
class MountedAs : public DecoratedFileSystem {
 public:
  explicit MountedAs(MountInfo mounted) : mounted_(std::move(mounted)) {}
  StorageResult<MountInfo> mount_info() override { return mounted_; }

 protected:
  std::optional<StorageError> around(FileCall const& /*call*/, Proceed const& proceed) override {
    (void)proceed();
    return std::nullopt;
  }
  [[nodiscard]] FileSystem& inner() const override { return files_; }

 private:
  MountInfo mounted_;
  mutable MemoryFileSystem files_;
};

CheckReport check(FileSystem& files) {
  CheckReport report;
  check_export(where, files, report);
  return report;
}

}  // namespace

TEST_CASE("a check of a good export says what it is and how much room there is, and leaves nothing behind") {
  MemoryFileSystem files;
  files.put_file("team-a/web/data", "precious");
  auto const before = files.dump();
  auto const report = check(files);
  INFO(report.text());
  CHECK(report.failures() == 0);
  CHECK(contains(report.text(), "export nfs.example:/data/nfs at /persistentvolumes"));
  CHECK(contains(report.text(), " free"));
  CHECK(files.dump() == before);
}

TEST_CASE("a check says what is mounted, and that it is not NFS") {
  struct Row {
    MountInfo mounted;
    std::string says;
  };
  std::vector<Row> const table{
      {{true, "nfs4", "nfs.example:/data/nfs"}, ": nfs4 mount of nfs.example:/data/nfs"},
      {{false, "ext4", "/dev/vda"}, ": ext4 directory, not NFS"},
      {{true, "overlay", "overlay"}, ": overlay mount, not NFS"},
  };
  for (auto const& [mounted, says] : table) {
    MountedAs files(mounted);
    CHECK(contains(check(files).text(), says));
  }
}

TEST_CASE("a check names the clusters that use the export, and what an earlier program has left there") {
  MemoryFileSystem files;
  VolumeStore store(files, own_cluster);
  REQUIRE(store.identify({}).has_value());
  REQUIRE(store.announce({.cluster = {own_cluster, "prod"}, .heartbeat = "2026-01-31T23:59:59Z"}).has_value());
  CHECK_FALSE(contains(check(files).text(), "was left by"));
  files.put_file(".nfs-subdir-provisioner/creating/pvc-1", "{}");
  auto const report = check(files);
  INFO(report.text());
  CHECK(report.failures() == 0);
  CHECK(contains(report.text(), "used by cluster \"prod\" (cluster-a), last seen 2026-01-31T23:59:59Z"));
  CHECK(contains(report.text(), ".nfs-subdir-provisioner/creating was left by"));
  REQUIRE(store.announce({.cluster = {own_cluster, "prod"}}).has_value());
  CHECK(contains(check(files).text(), "used by cluster \"prod\" (cluster-a), never seen alive\n"));
}

TEST_CASE("a check of an export that cannot be served from says so") {
  struct Row {
    std::string what;
    std::function<void(MemoryFileSystem&)> spoil;
    std::string part;
  };
  std::vector<Row> const table{
      {"not mounted", [](auto& files) { files.set_missing(true); }, "mount the export there, or set MOUNT_DIR"},
      {"read-only", [](auto& files) { files.set_read_only(true); }, "FAIL"},
      {"full", [](auto& files) { files.set_full(true); }, "FAIL"},
  };
  for (auto const& row : table) {
    MemoryFileSystem files;
    row.spoil(files);
    auto const report = check(files);
    INFO(row.what << "\n" << report.text());
    CHECK(report.failures() >= 1);
    CHECK(contains(report.text(), row.part));
    CHECK(files.dump().empty());
  }
}

TEST_CASE("a check that fails at any step says so and leaves nothing behind") {
  using Moment = FaultyFileSystem::Moment;
  MemoryFileSystem counted;
  FaultyFileSystem counting(counted);
  counting.fail_at(1000, Moment::before, StorageFault::io);
  (void)check(counting);
  REQUIRE(counting.effects() > 5);
  for (std::size_t at = 1; at <= counting.effects(); ++at) {
    for (auto const moment : {Moment::before, Moment::after}) {
      INFO("effect " << at << (moment == Moment::before ? " before" : " after"));
      MemoryFileSystem files;
      FaultyFileSystem faulty(files);
      faulty.fail_at(at, moment, StorageFault::permission);
      auto const report = check(faulty);
      // What is cleaned away before the try and after it is not part of it.
      if (!files.dump().empty()) CHECK(check(files).failures() == 0);
      CHECK(files.dump().empty());
    }
  }
}

TEST_CASE("what a check that died has left is in nobody's way") {
  MemoryFileSystem files;
  auto const top = ".nfs-subdir-provisioner-check-" + std::to_string(::getpid());
  files.put_file(top + "/after/file", "check\n");
  files.put_directory(top + "/before");
  auto const report = check(files);
  INFO(report.text());
  CHECK(report.failures() == 0);
  CHECK(files.dump().empty());
}

TEST_CASE("a report counts what is wrong, and only that") {
  CheckReport report;
  report.fine("a", "good");
  report.note("b", "odd");
  CHECK(report.failures() == 0);
  report.wrong("c", "bad");
  CHECK(report.failures() == 1);
  CHECK(report.text() == "ok    a: good\nnote  b: odd\nFAIL  c: bad\n");
}
