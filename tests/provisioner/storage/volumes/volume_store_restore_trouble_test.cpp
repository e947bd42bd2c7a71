// An archive that cannot come back, or not yet: the data is kept, and it can be tried again.
#include <functional>

#include "provisioner/storage/volumes/documents.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"
#include "tests/provisioner/storage/volumes/archived_fixture.hpp"
#include "tests/support/storage/faulty_file_system.hpp"
#include "tests/support/storage/own_cluster.hpp"

namespace nfs::test {
namespace {

/// What is adopted is noted, for other clusters.
std::map<std::string, std::string> but_for_the_intent(std::map<std::string, std::string> dump) {
  CHECK(dump.erase(own_layout.intent_of("pvc-2")) == 1);
  return dump;
}

TEST_CASE("what stands at the path decides, and is never lost") {
  Archived place;
  SECTION("an empty directory: it makes room for what was asked for") {
    place.files.put_directory("team-a/web", 02770);
    CHECK(place.restore(true) == "restored");
    CHECK(place.at("team-a/web/token") == "file precious");
  }
  SECTION("an empty directory, not asked for: adopted, and the archive stays") {
    place.files.put_directory("team-a/web", 02770);
    auto const before = place.files.dump();
    CHECK(place.restore(false) == "adopted");
    CHECK(but_for_the_intent(place.files.dump()) == before);
    CHECK(place.known() == 1);
  }
  SECTION("data: refused if asked for, adopted if not") {
    place.files.put_file("team-a/web/new", "newer");
    auto const before = place.files.dump();
    auto const refused = place.store.restore(place.request, record, true);
    CHECK(outcome(refused) == "exists");
    CHECK_THAT(refused.error().message, Catch::Matchers::Contains("move it away"));
    CHECK(place.restore(false) == "adopted");
    CHECK(but_for_the_intent(place.files.dump()) == before);
    place.files.put_file("elsewhere", "x");
    REQUIRE(place.files.rename("team-a/web", "moved-away").has_value());
    CHECK(place.restore(true) == "restored");
    CHECK(place.at("moved-away/new") == "file newer");
  }
  SECTION("no directory: neither") {
    SECTION("a file") {
      place.files.put_file("team-a/web", "a file");
    }
    SECTION("a link") {
      place.files.put_directory("other");
      place.files.put_symlink("team-a/web", "../other");
    }
    SECTION("a file on the way") {
      place.files.put_file("team-a", "a file");
    }
    SECTION("a link on the way") {
      place.files.put_directory("other");
      place.files.put_symlink("team-a", "other");
    }
    auto const before = place.files.dump();
    CHECK(place.restore(true) == "not_directory");
    CHECK(place.restore(false) == "not_directory");
    CHECK(place.files.dump() == before);
    CHECK(place.known() == 1);
  }
}

TEST_CASE("an empty directory is not taken away for an archive that is not there") {
  Archived place;
  place.files.put_directory("team-a/web", 02770);
  REQUIRE(place.files.rename(archived, "somewhere").has_value());
  CHECK(place.restore(true) == "not_found");
  CHECK(place.at("team-a/web") == "directory 2770 0:0");
}

TEST_CASE("an archive that is gone is not found, and not chosen again") {
  Archived place;
  auto const chosen = [&] { return place.known(); };
  SECTION("moved by hand") {
    REQUIRE(place.files.rename(archived, "somewhere").has_value());
  }
  SECTION("its record removed by hand: whose it is can no longer be told") {
    REQUIRE(place.files.remove_file(record_file).has_value());
  }
  SECTION("its record is of another archive now") {
    auto other = record;
    other.archived_path = "archived-other";
    place.put_record(write_document(other));
  }
  auto const before = place.files.dump();
  REQUIRE(chosen() == 1);
  for (bool const asked_for : {true, false}) CHECK(place.restore(asked_for) == "not_found");
  CHECK(chosen() == 0);
  CHECK(place.files.dump() == before);
}

TEST_CASE("a record that cannot be read keeps its archive where it is") {
  Archived place;
  SECTION("half of it") {
    auto const text = write_document(record);
    place.put_record(text.substr(0, text.size() / 2));
  }
  SECTION("of a newer version") {
    place.put_record(R"({"version":2,"volume":"pvc-1"})");
  }
  auto const before = place.files.dump();
  CHECK(place.restore(true) == "malformed");
  CHECK(place.restore(false) == "malformed");
  auto unrecorded = record;
  unrecorded.time.clear();  // as one that upstream left, by name
  CHECK(outcome(place.store.restore(place.request, unrecorded, true)) == "malformed");
  CHECK(place.files.dump() == before);
  CHECK(place.known() == 1);
}

TEST_CASE(
    "an archive whose way back has an intent is not pruned, though the intent's write was answered with an error") {
  Archived place;
  FaultyFileSystem faulty(place.files);
  VolumeStore store(faulty, own_cluster);
  REQUIRE(store.identify({}).has_value());
  REQUIRE(store.survey_archives().has_value());
  faulty.fail_at(1, FaultyFileSystem::Moment::after, StorageFault::io);
  REQUIRE(outcome(store.restore(place.request, record, true)) == "io");
  REQUIRE(place.has(own_layout.intent_of("pvc-2")));
  CHECK(outcome(store.prune(record)) == "false");
  CHECK(outcome(store.restore(place.request, record, true)) == "restored");
}

TEST_CASE("an archive whose rename was done though an error was answered is nobody else's, and not called gone") {
  Archived place;
  FaultyFileSystem faulty(place.files);
  VolumeStore store(faulty, own_cluster);
  REQUIRE(store.identify({}).has_value());
  REQUIRE(store.survey_archives().has_value());
  faulty.fail_at(7, FaultyFileSystem::Moment::after, StorageFault::io);  // intent, parent, four syncs, rename
  REQUIRE(outcome(store.restore(place.request, record, true)) == "io");
  REQUIRE(place.has("team-a/web/token"));
  CHECK(outcome(store.restore(request_for("team-a/other", "pvc-3"), record, true)) == "busy");
  CHECK(outcome(store.prune(record)) == "false");
  CHECK(store.catalog().all().size() == 1);
  CHECK(outcome(store.restore(place.request, record, true)) == "restored");
}

TEST_CASE("an export that fails at any step of a restore keeps the data, and lets it be tried again") {
  struct Trouble {
    std::string answer;
    std::function<void(MemoryFileSystem&, bool)> set;
  };
  std::vector<Trouble> const troubles{
      {"full", [](auto& files, bool on) { files.set_full(on); }},
      {"read_only", [](auto& files, bool on) { files.set_read_only(on); }},
      {"wrong_export", [](auto& files, bool on) { files.set_missing(on); }},
      {"stale", [](auto& files, bool on) { files.set_stale(on ? 1'000'000 : 0); }},
  };
  for (auto const& trouble : troubles) {
    CAPTURE(trouble.answer);
    Archived place;
    auto const before = place.files.dump();
    trouble.set(place.files, true);
    CHECK(place.restore(true) == trouble.answer);
    trouble.set(place.files, false);
    CHECK(place.files.dump() == before);
    CHECK(place.known() == 1);
    CHECK(place.restore(true) == "restored");
  }
  for (auto const fault : {StorageFault::full, StorageFault::read_only, StorageFault::stale, StorageFault::io,
                           StorageFault::permission, StorageFault::wrong_export}) {
    for (auto const moment : {FaultyFileSystem::Moment::before, FaultyFileSystem::Moment::after}) {
      for (std::size_t at = 1; at < 8; ++at) {
        CAPTURE(static_cast<int>(fault), at, moment == FaultyFileSystem::Moment::after);
        Archived place;
        FaultyFileSystem faulty(place.files);
        VolumeStore store(faulty, own_cluster);
        REQUIRE(store.identify({}).has_value());
        REQUIRE(store.survey_archives().has_value());
        faulty.fail_at(at, moment, fault);
        (void)store.restore(place.request, record, true);
        REQUIRE(store.catalog().all().size() == 1);
        REQUIRE(outcome(store.restore(place.request, record, true)) == "restored");
        REQUIRE(place.at("team-a/web/token") == "file precious");
        place.files.crash(MemoryFileSystem::Unsynced::lost);  // done is done
        REQUIRE(place.at("team-a/web/token") == "file precious");
      }
    }
  }
}

/// Before the first call of that kind at one path somebody else does something.
class Interrupted final : public DecoratedFileSystem {
 public:
  Interrupted(FileSystem& inner, FileOperation operation, std::string at, std::function<void()> other)
      : inner_(inner), operation_(operation), at_(std::move(at)), other_(std::move(other)) {}

 private:
  std::optional<StorageError> around(FileCall const& call, Proceed const& proceed) override {
    if (call.operation == operation_ && call.path == at_) std::exchange(other_, [] {})();
    proceed();
    return std::nullopt;
  }
  FileSystem& inner() const override { return inner_; }

  FileSystem& inner_;
  FileOperation operation_;
  std::string at_;
  std::function<void()> other_;
};

TEST_CASE("the record of a release under way is not taken for that of the archive that was restored before") {
  bool const forgotten = GENERATE(true, false);
  CAPTURE(forgotten);
  Archived place;
  REQUIRE(place.restore() == "restored");
  // etcd was restored: the archive's volume is there once more, and is released as well.
  VolumeStore* running = nullptr;
  Interrupted files(place.files, FileOperation::rename, "team-a/web", [&] {
    CHECK(outcome(forgotten ? running->forget_begun("pvc-2") : running->settle("pvc-2")) == "ok");
  });
  Restarted next(files);
  running = &next.store;
  REQUIRE(outcome(next.store.archive(record)) == "archived");
  CHECK(place.has(archived));
  CHECK(place.has(record_file));
}

TEST_CASE("what somebody puts where a released volume was is not taken for the archive that it was restored from") {
  auto const release = GENERATE(archive_of("team-a/web", "pvc-2"), retained_at("team-a/web", "pvc-2"));
  bool crashed = true;
  for (std::size_t at = 1; crashed; ++at) {
    CAPTURE(release.on_delete, at);
    Archived place;
    place.request.time = "2026-01-15T00:00:00Z";
    REQUIRE(place.restore() == "restored");
    FaultyFileSystem mortal(place.files);
    Restarted running(mortal);
    mortal.crash_at(at, FaultyFileSystem::Moment::after);
    crashed = false;
    try {
      (void)running.store.archive(release);
    } catch (Crash const&) {
      crashed = true;
    }
    // etcd was restored: nobody will repeat the release.
    bool const moved = !place.has("team-a/web");
    if (moved) place.files.put_file("team-a/web/others", "of somebody else");
    Restarted next(place.files);
    REQUIRE(next.store.undo_create("pvc-2").has_value());
    CHECK(place.has("team-a/web/others") == moved);
    CHECK((!place.has(archived) || place.has(record_file)));
  }
}

TEST_CASE("a restore's settling that a crash may call back keeps the archive's record until it is safe") {
  Archived place;
  REQUIRE(place.restore() == "restored");
  place.files.crash(MemoryFileSystem::Unsynced::kept);
  // Settled, by one that died before it synced that; seen by the next, which surveys the archives.
  REQUIRE(place.files.rename(own_layout.intent_of("pvc-2"), own_layout.volume_of("pvc-2")).has_value());
  Restarted next(place.files);
  place.files.crash(MemoryFileSystem::Unsynced::lost);
  Restarted last(place.files);
  if (place.has(own_layout.intent_of("pvc-2"))) CHECK(place.has(record_file));
}

TEST_CASE("an archive whose way back another process has undone can be given to the next") {
  Archived place;
  REQUIRE(place.restore() == "restored");
  Restarted again(place.files);
  Restarted other(place.files);
  REQUIRE(other.store.undo_create("pvc-2").has_value());
  SECTION("when it is undone here too") {
    CHECK(outcome(again.store.undo_create("pvc-2")) == "nothing");
  }
  SECTION("when its volume is settled here") {
    CHECK(again.store.settle("pvc-2").has_value());
  }
  CHECK(outcome(again.store.restore(request_for("team-a/other", "pvc-3"), record, true)) == "restored");
}

TEST_CASE("an archive that is on its way back is given to nobody before that is done") {
  auto const failing = GENERATE(range<std::size_t>(1, 10));
  CAPTURE(failing);
  Archived place;
  REQUIRE(place.restore() == "restored");
  FaultyFileSystem faulty(place.files);
  Restarted again(faulty);
  faulty.fail_at(failing, FaultyFileSystem::Moment::before, StorageFault::io);
  (void)again.store.undo_create("pvc-2");
  faulty.fail_at(1'000, FaultyFileSystem::Moment::before, StorageFault::io);  // the first try alone is disturbed
  auto const other = request_for("team-a/other", "pvc-3");
  if (place.has(own_layout.intent_of("pvc-2"))) CHECK(outcome(again.store.restore(other, record, true)) == "busy");
  REQUIRE(again.store.undo_create("pvc-2").has_value());
  CHECK(outcome(again.store.restore(other, record, true)) == "restored");
}

TEST_CASE("an operation ends on the export that it has looked at, and the next one looks again") {
  TempTree tree;
  tree.put_directory("mount");
  auto const files = open_file_system(tree.at("mount").string());
  Interrupted mount(*files, FileOperation::status, "team-a/web", [&] {
    fs::rename(tree.at("mount"), tree.at("export"));
    tree.put_directory("mount");
  });
  VolumeStore store(mount, own_cluster);
  REQUIRE(store.identify({}).has_value());
  SECTION("for a restore") {
    tree.put_file("mount/archived-team-a-web-pvc-1/token", "precious");
    tree.put_file("mount/" + layout::record_of("pvc-1"), write_document(record));
    REQUIRE(store.survey_archives().has_value());
    CHECK(outcome(store.restore(request_for("team-a/web", "pvc-2"), record, false)) == "restored");
    CHECK(tree.content("export/team-a/web/token") == "precious");
  }
  SECTION("for a release") {
    tree.put_file("mount/team-a/web/token", "precious");
    CHECK(outcome(store.archive(archive_of("team-a/web"))) == "archived");
    CHECK(tree.content("export/archived-team-a-web-pvc-1/token") == "precious");
  }
  CHECK(fs::is_empty(tree.at("mount")));
  CHECK(outcome(store.archive(archive_of("team-a/web"))) == "wrong_export");
  CHECK(fs::is_empty(tree.at("mount")));
}

TEST_CASE("restores that make no sense are refused before anything is touched") {
  Archived place;
  auto const before = place.files.dump();
  auto const refuse = [&](std::string const& answer, auto change) {
    auto request = place.request;
    auto wanted = record;
    change(request, wanted);
    CHECK(outcome(place.store.restore(request, wanted, true)) == answer);
  };
  refuse("io", [](auto& request, auto&) {
    request.path = std::get<RelativePath>(RelativePath::parse_internal(".nfs-subdir-provisioner/x"));
  });
  refuse("io", [](auto&, auto& wanted) { wanted.archived_path = ".nfs-subdir-provisioner/clusters/cluster-a/trash"; });
  refuse("io", [](auto&, auto& wanted) { wanted.archived_path = wanted.original_path; });
  refuse("io", [](auto& request, auto&) { request.volume = "../pvc-2"; });
  refuse("not_found", [](auto&, auto& wanted) { wanted.volume = "../pvc-1"; });
  CHECK(place.files.dump() == before);
}

}  // namespace
}  // namespace nfs::test
