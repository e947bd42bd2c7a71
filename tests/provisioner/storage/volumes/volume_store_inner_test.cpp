// A directory of the export that is a file system of its own: what is archived and deleted there stays within it.
#include <sys/mount.h>

#include <algorithm>
#include <cstdlib>

#include "provisioner/storage/files/decorated_file_system.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/inner_place.hpp"
#include "tests/provisioner/storage/volumes/archived_fixture.hpp"

namespace nfs::test {
namespace {

using Border = MemoryFileSystem::Border;

std::string const inner_archived = inner_archive("team-a", archived);
std::string const inner_private = "team-a/.nfs-subdir-provisioner";
std::string const in_inner_trash = own_layout.inner_trash_of("team-a", "pvc-1");

/// The namespace's directory is mounted, and holds one volume with data.
struct Inner : Export {
  ArchiveRecord inner_record = record;
  DirectoryRequest request = request_for("team-a/web", "pvc-2");

  explicit Inner(Border border = Border::shown) {
    files.mount("team-a", border);
    files.put_file("team-a/web/token", "precious");
    inner_record.archived_path = inner_archived;
  }
  std::string archive() { return outcome(store.archive(record)); }
  std::string restore() { return outcome(store.restore(request, inner_record, true)); }
  [[nodiscard]] std::size_t known() const { return store.catalog().newest_of_claim("team-a", "web").size(); }
  void purge() {
    for (auto const& name : *store.trashed()) CHECK(outcome(store.purge_some(name, 100)) == "true");
  }
};

TEST_CASE("an archive stays within the file system of its volume, and the export's record says where") {
  Inner place(GENERATE(Border::shown, Border::hidden));
  CHECK(place.archive() == "archived");
  CHECK(place.at(inner_archived + "/token") == "file precious");
  CHECK(place.at(inner_private) == "directory 0700 0:0");
  CHECK_FALSE(place.has("team-a/web"));
  CHECK_FALSE(place.has(archived));
  auto const text = place.files.read_file(record_file, layout::max_document_bytes);
  REQUIRE(text.has_value());
  CHECK(read_record(*text)->archived_path == inner_archived);
  CHECK(place.store.catalog().find("pvc-1")->archived_path == inner_archived);
  CHECK(place.archive() == "archived");
  CHECK(place.at(inner_archived + "/token") == "file precious");
}

/// Counts the calls, reads included, that name a place on an inner file system.
class InnerCalls : public DecoratedFileSystem {
 public:
  explicit InnerCalls(FileSystem& inner) : inner_(inner) {}
  std::size_t count = 0;

 private:
  std::optional<StorageError> around(FileCall const& call, Proceed const& proceed) override {
    if (call.path.starts_with(inner_private)) ++count;
    (void)proceed();
    return std::nullopt;
  }
  FileSystem& inner() const override { return inner_; }

  FileSystem& inner_;
};

TEST_CASE("what lies on the export itself is archived at its root, and no inner file system is looked for") {
  bool const mounted = GENERATE(false, true);
  Export place;
  if (mounted) place.files.mount("team-a");
  place.files.put_file("team-a/web/token", "precious");
  InnerCalls counted(place.files);
  VolumeStore store(counted, own_cluster);
  REQUIRE(store.identify({}).has_value());
  REQUIRE(store.survey_archives().has_value());
  counted.count = 0;
  REQUIRE(outcome(store.archive(record)) == "archived");
  CHECK(place.has(archived) == !mounted);
  CHECK((counted.count > 0) == mounted);
}

TEST_CASE("the highest directory of the file system has the archive; where the server hides it, the one right above") {
  Export place;
  std::string const path = "team-a/x/y/web";
  bool const hidden = GENERATE(false, true);
  place.files.mount("team-a/x", hidden ? Border::hidden : Border::shown);
  place.files.put_file(path + "/token", "precious");
  REQUIRE(outcome(place.store.archive(archive_of(path))) == "archived");
  auto const root = hidden ? "team-a/x/y" : "team-a/x";
  CHECK(place.at(inner_archive(root, archived) + "/token") == "file precious");
  CHECK_FALSE(place.has(inner_private));  // what was tried in vain is gone
}

TEST_CASE("an archive within a file system comes back, and goes back if that is undone") {
  Inner place;
  REQUIRE(place.archive() == "archived");
  REQUIRE(place.restore() == "restored");
  CHECK(place.at("team-a/web/token") == "file precious");
  SECTION("settled, its record goes") {
    REQUIRE(outcome(place.store.settle("pvc-2")) == "ok");
    CHECK_FALSE(place.has(record_file));
    CHECK(place.has(inner_private));
    CHECK(place.known() == 0);
  }
  SECTION("undone, it is an archive again") {
    REQUIRE(outcome<Undone>(place.store.undo_create("pvc-2")) == "ok");
    CHECK(place.at(inner_archived + "/token") == "file precious");
    CHECK(place.has(record_file));
    CHECK(place.known() == 1);
  }
  SECTION("released, it is archived anew") {
    REQUIRE(outcome(place.store.settle("pvc-2")) == "ok");
    REQUIRE(outcome(place.store.archive(archive_of("team-a/web", "pvc-2"))) == "archived");
    CHECK(place.at(inner_archive("team-a", "archived-team-a-web-pvc-2") + "/token") == "file precious");
  }
}

TEST_CASE("a start finds the archives within file systems") {
  Inner place;
  REQUIRE(place.archive() == "archived");
  Restarted again(place.files);
  CHECK(again.store.catalog().all() == std::vector{place.inner_record});
  CHECK(again.survey.dangling.empty());
  CHECK(outcome(again.store.restore(place.request, place.inner_record, true)) == "restored");
}

TEST_CASE("a file system that is not mounted takes no archive away") {
  Inner place;
  REQUIRE(place.archive() == "archived");
  place.files.unmount("team-a");
  REQUIRE_FALSE(place.has(inner_archived));
  auto const before = place.files.dump();
  SECTION("at a start it is known, and its record stays") {
    Restarted again(place.files);
    CHECK(again.store.catalog().all() == std::vector{place.inner_record});
    CHECK(again.survey.dangling.empty());
    CHECK(again.survey.away == std::vector<std::string>{"pvc-1"});
    CHECK(outcome(again.store.restore(place.request, place.inner_record, true)) == "not_mounted");
    CHECK(again.store.catalog().all().size() == 1);
  }
  SECTION("who asks for it waits, and nothing is begun") {
    CHECK(place.restore() == "not_mounted");
    CHECK(place.known() == 1);
    CHECK(place.files.dump() == before);
  }
  SECTION("it is not pruned") {
    CHECK(outcome(place.store.prune(place.inner_record)) == "not_mounted");
    CHECK(place.known() == 1);
    CHECK(place.files.dump() == before);
  }
  SECTION("nor by hand thrown away, or taken out") {
    CHECK(outcome(place.store.move_to_trash(inner_archived)) == "not_mounted");
    CHECK(outcome(place.store.move_out(inner_archived, path_of("team-a/by-hand"))) == "not_mounted");
    CHECK(place.files.dump() == before);
  }
  SECTION("and the release is not said to be over") {
    CHECK(place.archive() == "not_mounted");
    CHECK(place.files.dump() == before);
  }
  place.files.mount("team-a");
  CHECK(place.restore() == "restored");
  CHECK(place.at("team-a/web/token") == "file precious");
}

TEST_CASE("an archive that is gone from a file system that is there is gone") {
  Inner place;
  REQUIRE(place.archive() == "archived");
  REQUIRE(place.files.rename(inner_archived, "team-a/by-hand").has_value());
  CHECK(place.restore() == "not_found");
  CHECK(place.known() == 0);
  CHECK(Restarted(place.files).survey.dangling == std::vector<std::string>{"pvc-1"});
}

TEST_CASE("a restore that was begun is not undone, nor its volume released, while the file system is not mounted") {
  Inner place;
  REQUIRE(place.archive() == "archived");
  REQUIRE(place.restore() == "restored");
  place.files.unmount("team-a");
  auto const before = place.files.dump();
  CHECK(outcome<Undone>(place.store.undo_create("pvc-2")) == "not_mounted");
  CHECK(outcome(place.store.trash("pvc-2", path_of("team-a/web"))) == "not_mounted");
  CHECK(place.has(record_file));
  CHECK(place.has(own_layout.intent_of("pvc-2")));
  place.files.mount("team-a");
  CHECK(outcome<Undone>(place.store.undo_create("pvc-2")) == "ok");
  CHECK(place.at(inner_archived + "/token") == "file precious");
}

TEST_CASE("a volume is not released as one without a directory while the file system that it was made on is away") {
  Export place;
  place.files.mount("team-a");
  REQUIRE(outcome(place.store.create(request_for("team-a/web"))) == "made");
  CHECK(place.store.find_intent("pvc-1").value()->file_system == "team-a");
  bool const settled = GENERATE(false, true);
  if (settled) REQUIRE(outcome(place.store.settle("pvc-1")) == "ok");
  place.files.put_file("team-a/web/token", "precious");
  place.files.unmount("team-a");
  auto const before = place.files.dump();
  CHECK(outcome(place.store.archive(record)) == "not_mounted");
  CHECK(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "not_mounted");
  CHECK(place.files.dump() == before);
  SECTION("but kept in place it is, by its record") {
    CHECK(outcome(place.store.archive(retained_at("team-a/web"))) == "retained");
    CHECK(place.has(record_file));
    CHECK_FALSE(place.has(own_layout.intent_of("pvc-1")));
    CHECK_FALSE(place.has(own_layout.volume_of("pvc-1")));
    place.files.mount("team-a");
    CHECK(place.at("team-a/web/token") == "file precious");
  }
  SECTION("mounted again, it is") {
    place.files.mount("team-a");
    CHECK(outcome(place.store.archive(record)) == "archived");
    CHECK(place.at(inner_archived + "/token") == "file precious");
  }
  SECTION("and if its directory is gone from there, it is gone") {
    place.files.mount("team-a");
    REQUIRE(place.files.rename("team-a/web", "team-a/by-hand").has_value());
    CHECK(outcome(place.store.archive(record)) == (settled ? "missing" : "discarded"));
  }
  SECTION("what stands there instead by now is released") {
    place.files.put_file("team-a/web/token", "copied");
    CHECK(outcome(place.store.archive(record)) == "archived");
    CHECK(place.at(std::string(archived) + "/token") == "file copied");
  }
}

TEST_CASE("an intent tells of the file system that its directory is on, and of no other") {
  Export place;
  place.files.mount("team-a");
  place.files.mount("team-a/x");
  auto const of = [&](std::string_view path) {
    auto const volume = "pvc-" + std::to_string(component_count(path)) + std::string(path.substr(0, 6));
    std::string name = volume;
    std::ranges::replace(name, '/', '-');
    REQUIRE(place.store.create(request_for(path, name)).has_value());
    return place.store.find_intent(name).value()->file_system;
  };
  CHECK(of("team-b/web").empty());
  CHECK(of("team-a/web") == "team-a");
  CHECK(of("team-a/x/web") == "team-a/x");
  CHECK(of("web").empty());
}

TEST_CASE("an archive whose time has come goes into the trash of its file system, and is removed from there") {
  Inner place;
  REQUIRE(place.archive() == "archived");
  bool const rests = GENERATE(true, false);
  auto const rest = rests ? std::optional(trash_record_of("team-a/web")) : std::nullopt;
  REQUIRE(outcome(place.store.prune(place.inner_record, rest)) == "true");
  CHECK(place.at(in_inner_trash + "/token") == "file precious");
  CHECK(place.known() == 0);
  CHECK_FALSE(place.has(record_file));
  if (rests) REQUIRE(place.store.end_rest("pvc-1").has_value());
  CHECK(*place.store.trashed() == std::vector<std::string>{"pvc-1"});
  place.purge();
  CHECK_FALSE(place.has(in_inner_trash));
  CHECK(place.store.trashed()->empty());
}

TEST_CASE("what is deleted rests in the trash of its file system, and comes back from there") {
  Inner place(GENERATE(Border::shown, Border::hidden));
  REQUIRE(outcome(place.store.rest(trash_record_of("team-a/web"))) == "trashed");
  CHECK(place.at(in_inner_trash + "/token") == "file precious");
  CHECK(place.store.resting()->trees == std::vector<std::string>{"pvc-1"});
  CHECK(place.store.resting()->lone_records.empty());
  CHECK(*place.store.resting_place("pvc-1") == in_inner_trash);
  auto const tree = place.store.find_resting("pvc-1");
  REQUIRE((tree.has_value() && *tree && (*tree)->record));
  CHECK((*tree)->elsewhere);
  CHECK(outcome(place.store.rest(trash_record_of("team-a/web"))) == "trashed");
  REQUIRE(outcome(place.store.take_back("pvc-1", path_of("team-a/web"))) == "ok");
  CHECK(place.at("team-a/web/token") == "file precious");
  CHECK(place.store.resting()->trees.empty());
  CHECK_FALSE(place.has(own_layout.resting_record_of("pvc-1")));
}

TEST_CASE("what is deleted at once is removed from the trash of its file system") {
  Inner place;
  REQUIRE(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "trashed");
  CHECK(place.at(in_inner_trash + "/token") == "file precious");
  CHECK(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "trashed");
  SECTION("once it is mounted") {
    place.files.unmount("team-a");
    CHECK(outcome(place.store.purge_some("pvc-1", 100)) == "not_mounted");
    CHECK(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "not_mounted");
    CHECK(place.store.trashed()->size() == 1);
    place.files.mount("team-a");
  }
  place.purge();
  CHECK_FALSE(place.has(in_inner_trash));
  CHECK(place.store.trashed()->empty());
}

TEST_CASE("trees of one name each have a place in the trash of their file system") {
  Inner place;
  REQUIRE(outcome(place.store.trash("pvc-1", path_of("team-a/web"))) == "trashed");
  place.files.put_file("team-a/web/token", "of a second life");
  REQUIRE(outcome(place.store.rest(trash_record_of("team-a/web"))) == "trashed");
  CHECK(place.at(in_inner_trash + "/token") == "file precious");
  CHECK(place.at(in_inner_trash + "-2/token") == "file of a second life");
  place.purge();
  CHECK_FALSE(place.has(in_inner_trash));
  CHECK(place.has(in_inner_trash + "-2"));
}

TEST_CASE("a directory that is a file system itself is neither moved nor removed") {
  Export place;
  auto const border = GENERATE(Border::shown, Border::hidden);
  bool const empty = GENERATE(false, true);
  std::string const path = GENERATE("team-a/web", "web");
  place.files.mount(path, border);
  if (!empty) place.files.put_file(path + "/token", "precious");
  auto record_there = archive_of(path);
  auto const stands = place.at(path);
  auto const released = GENERATE(0, 1, 2);
  StorageResult<Released> const answer = released == 0   ? place.store.archive(record_there)
                                         : released == 1 ? place.store.trash("pvc-1", path_of(path))
                                                         : place.store.rest(trash_record_of(path));
  bool const goes = border == Border::hidden && empty && released == 0;
  // Nothing tells it from a directory that is empty.
  if (goes) {
    CHECK(outcome(answer) == "removed_empty");
    return;
  }
  CHECK(outcome(answer) == "other_file_system");
  CHECK(answer.error().message.find("file system of its own") != std::string::npos);
  CHECK(place.at(path) == stands);
  CHECK(place.has(own_layout.trash()));
  CHECK_FALSE(place.has(record_file));
  CHECK_FALSE(place.has(inner_private));
  if (!empty) CHECK(place.at(path + "/token") == "file precious");
  place.files.unmount(path);
  CHECK(outcome(place.store.archive(record_there)) == "removed_empty");
}

TEST_CASE("a directory over which a file system was mounted is kept when its volume is given up, or retained") {
  Export place;
  REQUIRE(outcome(place.store.create(request_for("team-a/web"))) == "made");
  place.files.mount("team-a/web");
  bool const given_up = GENERATE(false, true);
  if (given_up) CHECK(outcome<Undone>(place.store.undo_create("pvc-1")) == "ok");
  if (!given_up) CHECK(outcome(place.store.archive(retained_at("team-a/web"))) == "retained");
  CHECK(place.has("team-a/web"));
  CHECK_FALSE(place.has(own_layout.intent_of("pvc-1")));
}

TEST_CASE("what was begun on a file system that is not mounted is not undone on what stands in its place") {
  Export place;
  place.files.mount("team-a");
  REQUIRE(outcome(place.store.create(request_for("team-a/web"))) == "made");
  place.files.unmount("team-a");
  auto const before = place.files.dump();
  CHECK(outcome<Undone>(place.store.undo_create("pvc-1")) == "not_mounted");
  CHECK(place.files.dump() == before);
  place.files.mount("team-a");
  CHECK(outcome<Undone>(place.store.undo_create("pvc-1")) == "ok");
  CHECK_FALSE(place.has("team-a/web"));
}

TEST_CASE("a directory with the program's own in it, be it of archives or of another export, is given to nobody") {
  Inner place;
  REQUIRE(place.archive() == "archived");
  auto const before = place.files.dump();
  auto const answer = place.store.create(request_for("team-a", "pvc-3"));
  CHECK(outcome(answer) == "exists");
  CHECK(answer.error().message.find("the program's own directory stands in it") != std::string::npos);
  CHECK(place.files.dump() == before);
}

/// Before its call number `at`, reads included, another release takes the empty directory of archives away.
class TidiedFileSystem : public DecoratedFileSystem {
 public:
  TidiedFileSystem(FileSystem& inner, std::size_t at) : inner_(inner), at_(at) {}
  [[nodiscard]] bool was_tidied() const { return tidied_; }

 private:
  std::optional<StorageError> around(FileCall const&, Proceed const& proceed) override {
    if (at_ > 0 && --at_ == 0) tidied_ = inner_.remove_directory(inner_private + "/archives").has_value();
    (void)proceed();
    return std::nullopt;
  }
  FileSystem& inner() const override { return inner_; }

  FileSystem& inner_;
  std::size_t at_;
  bool tidied_ = false;
};

TEST_CASE("a directory that another release removed before the move came to it is made again") {
  bool ever = false;
  for (std::size_t at = 1; at < 60; ++at) {
    CAPTURE(at);
    Inner place;
    TidiedFileSystem tidied(place.files, at);
    VolumeStore store(tidied, own_cluster);
    REQUIRE(store.identify({}).has_value());
    REQUIRE(store.survey_archives().has_value());
    auto answer = outcome(store.archive(record));
    if (answer == "not_found") answer = outcome(store.archive(record));  // removed while it was being made
    CHECK(answer == "archived");
    CHECK(place.at(inner_archived + "/token") == "file precious");
    ever = ever || tidied.was_tidied();
  }
  CHECK(ever);
}

TEST_CASE("an archive does not come back across file systems") {
  Export place;
  place.files.put_file("team-a/web/token", "precious");
  REQUIRE(outcome(place.store.archive(record)) == "archived");
  place.files.mount("team-a");
  CHECK(outcome(place.store.restore(request_for("team-a/web", "pvc-2"), record, true)) == "other_file_system");
  CHECK(place.at(std::string(archived) + "/token") == "file precious");
  CHECK(outcome<Undone>(place.store.undo_create("pvc-2")) == "ok");
  CHECK(place.at(std::string(archived) + "/token") == "file precious");
}

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

TEST_CASE("a signpost that is not of this cluster's trash is not followed") {
  Inner place;
  auto const elsewhere = GENERATE(as<std::string>{}, "team-a/.nfs-subdir-provisioner/archives/archived-x",
                                  "team-a/.nfs-subdir-provisioner/clusters/another/trash/x",
                                  "team-a/.nfs-subdir-provisioner/clusters/another/trash/../../x");
  place.files.put_file("team-a/.nfs-subdir-provisioner/archives/archived-x/token", "precious");
  place.files.put_file("team-a/.nfs-subdir-provisioner/clusters/another/trash/x/token", "precious");
  place.files.put_file(own_layout.trash_of("x"), write_document(Signpost{.volume = "x", .stands_at = elsewhere}));
  auto const before = place.files.dump();
  CHECK(outcome(place.store.purge_some("x", 100)) == "malformed");
  CHECK(place.files.dump() == before);
}

}  // namespace
}  // namespace nfs::test
