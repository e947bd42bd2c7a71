// A file system within another, by the kernel: archives and trash stay there.
#include <sys/mount.h>

#include <algorithm>
#include <cstdlib>

#include "provisioner/storage/volumes/documents.hpp"
#include "tests/provisioner/storage/volumes/inner_fixture.hpp"

namespace nfs::test {
namespace {

/// An export on which `team-a` is mounted: one that the variable names (on a real NFS mount: tests/nfs), or a tmpfs.
class RealInner {
 public:
  RealInner() {
    char const* chosen = std::getenv("STORAGE_INNER_TEST_DIR");  // NOLINT(concurrency-mt-unsafe): read only
    root_ = chosen != nullptr ? fs::path(chosen) : fs::path(tree_.text());
    fs::create_directories(root_ / "team-a");
    is_there_ = chosen != nullptr;
    if (!is_there_) is_there_ = mounted_ = ::mount("tmpfs", team().c_str(), "tmpfs", 0, "size=1m") == 0;
  }
  ~RealInner() {
    if (mounted_) ::umount2(team().c_str(), MNT_DETACH);
  }
  RealInner(RealInner const&) = delete;
  RealInner& operator=(RealInner const&) = delete;

  [[nodiscard]] bool is_there() const { return is_there_; }
  [[nodiscard]] std::string text() const { return root_.string(); }
  void put_token() const {
    fs::create_directories(root_ / "team-a" / "web");
    fs::ofstream(root_ / "team-a" / "web" / "token") << "precious";
  }
  [[nodiscard]] bool has(std::string_view path) const { return fs::exists(root_ / std::string(path)); }

 private:
  [[nodiscard]] fs::path team() const { return root_ / "team-a"; }

  TempTree tree_;
  fs::path root_;
  bool mounted_ = false;
  bool is_there_ = false;
};

TEST_CASE("on a real file system within another, archives and trash stay there and come back") {
  RealInner place;
  if (!place.is_there()) {
    WARN("SKIPPED: no tmpfs can be mounted here; a real file system within another was NOT tested");
    return;
  }
  auto const files = open_file_system(place.text());
  VolumeStore store(*files, own_cluster);
  REQUIRE(store.identify({}).has_value());
  REQUIRE(store.survey_archives().has_value());
  auto inner_record = record;
  inner_record.archived_path = inner_archived;
  REQUIRE(outcome(store.create(request_for("team-a/web"))) == "made");
  CHECK(store.find_intent("pvc-1").value()->file_system == "team-a");
  place.put_token();
  REQUIRE(outcome(store.archive(record)) == "archived");
  CHECK(place.has(inner_archived + "/token"));
  REQUIRE(outcome(store.restore(request_for("team-a/web", "pvc-2"), inner_record, true)) == "restored");
  REQUIRE(outcome(store.settle("pvc-2")) == "ok");
  CHECK(place.has("team-a/web/token"));
  REQUIRE(outcome(store.rest(trash_record_of("team-a/web", "pvc-2"))) == "trashed");
  CHECK(place.has(own_layout.inner_trash_of("team-a", "pvc-2") + "/token"));
  REQUIRE(outcome(store.take_back("pvc-2", path_of("team-a/web"))) == "ok");
  CHECK(place.has("team-a/web/token"));
  REQUIRE(outcome(store.trash("pvc-2", path_of("team-a/web"))) == "trashed");
  CHECK(outcome(store.purge_some("pvc-2", 100)) == "true");
  CHECK_FALSE(place.has(own_layout.inner_trash_of("team-a", "pvc-2")));
  auto const itself = store.archive(archive_of("team-a", "pvc-3"));
  CHECK(outcome(itself) == "other_file_system");
  CHECK(place.has("team-a/.nfs-subdir-provisioner"));
}

}  // namespace
}  // namespace nfs::test
