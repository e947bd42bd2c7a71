// A directory of the export that is a file system of its own: what is archived there stays within it.
#include "provisioner/storage/files/decorated_file_system.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "tests/provisioner/storage/volumes/inner_fixture.hpp"

namespace nfs::test {
namespace {

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

TEST_CASE("an archive that is gone from a file system that is there is gone") {
  Inner place;
  REQUIRE(place.archive() == "archived");
  REQUIRE(place.files.rename(inner_archived, "team-a/by-hand").has_value());
  CHECK(place.restore() == "not_found");
  CHECK(place.known() == 0);
  CHECK(Restarted(place.files).survey.dangling == std::vector<std::string>{"pvc-1"});
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

}  // namespace
}  // namespace nfs::test
