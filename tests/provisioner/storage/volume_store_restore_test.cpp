// An archive comes back: where it may, when it may, and what becomes of its record.
#include <algorithm>
#include <functional>

#include "export_fixture.hpp"
#include "provisioner/storage/documents.hpp"
#include "provisioner/storage/faulty_file_system.hpp"
#include "provisioner/storage/private_layout.hpp"
#include "provisioner/storage/volume_store.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

constexpr auto archived = "archived-team-a-web-pvc-1";
auto const record_file = layout::record_of("pvc-1");
auto const record = archive_of("team-a/web");

/// An export with one archive, of pvc-1, and the request of pvc-2 for the same path.
struct Archived : Export {
  DirectoryRequest request = request_for("team-a/web", "pvc-2");

  Archived() {
    files.put_file("team-a/web/token", "precious");
    files.put_file("team-a/web/deep/\xff odd", std::string("a\0b", 3));
    REQUIRE(outcome(store.archive(record)) == "archived");
  }
  std::string restore(bool asked_for = true) { return outcome(store.restore(request, record, asked_for)); }
  [[nodiscard]] std::size_t known() const { return store.catalog().of_claim("team-a", "web").size(); }
  void put_record(std::string_view text) { files.put_file(record_file, text); }
};

/// The program dies and starts again, as the service does it.
struct Restarted {
  VolumeStore store;
  ArchiveSurvey survey;
  explicit Restarted(FileSystem& files) : store(files) {
    REQUIRE(store.identify({}).has_value());
    REQUIRE(store.intents().has_value());
    survey = *store.survey_archives();
  }
};

TEST_CASE("an archive is renamed back as it is; its record stays until the volume is settled") {
  Archived place;
  CHECK(place.restore(false) == "restored");
  CHECK(place.at("team-a/web/token") == "file precious");
  CHECK(place.at("team-a/web/deep/\xff odd") == "file " + std::string("a\0b", 3));
  CHECK_FALSE(place.has(archived));
  CHECK(place.has(record_file));
  auto const intents = *place.store.intents();
  REQUIRE(intents.size() == 1);
  CHECK(intents[0].restored_from == "pvc-1");
  CHECK(intents[0].restored_path == archived);
  CHECK(intents[0].existing == 0);
  SECTION("asked again: the same answer") {
    auto const before = place.files.dump();
    CHECK(place.restore(false) == "restored");
    CHECK(place.restore(true) == "restored");
    CHECK(place.files.dump() == before);
  }
  SECTION("settled: the record goes, and what the volume was made for is kept") {
    CHECK(outcome(place.store.settle("pvc-2")) == "ok");
    CHECK(outcome(place.store.settle("pvc-2")) == "ok");
    CHECK_FALSE(place.has(record_file));
    CHECK(place.known() == 0);
    CHECK(place.store.intents()->empty());
    auto const volumes = *place.store.volumes();
    REQUIRE(volumes.size() == 1);
    CHECK(volumes[0] == intents[0]);
    CHECK(outcome(place.store.undo_create("pvc-2")) == "false");
    CHECK(place.at("team-a/web/token") == "file precious");
  }
}

TEST_CASE("what a settled volume was made for goes with its release") {
  for (auto const policy : {"archive", "retain", "trash"}) {
    CAPTURE(policy);
    Archived place;
    REQUIRE(place.restore() == "restored");
    REQUIRE(outcome(place.store.settle("pvc-2")) == "ok");
    auto const on = std::string(policy);
    auto const released = on == "trash"    ? place.store.trash("pvc-2", path_of("team-a/web"))
                          : on == "retain" ? place.store.archive(retained_at("team-a/web", "pvc-2"))
                                           : place.store.archive(archive_of("team-a/web", "pvc-2"));
    REQUIRE(released.has_value());
    CHECK_FALSE(place.has(layout::volume_of("pvc-2")));
    place.files.crash(MemoryFileSystem::Unsynced::lost);
    CHECK_FALSE(place.has(layout::volume_of("pvc-2")));
  }
}

TEST_CASE("undone before it was settled, the archive and its record are as they were, to the byte") {
  Archived place;
  auto const before = place.files.dump();
  REQUIRE(place.restore() == "restored");
  SECTION("by the same program") {
    CHECK(outcome(place.store.undo_create("pvc-2")) == "false");
    CHECK(place.files.dump() == before);
    CHECK(place.known() == 1);
    CHECK(place.restore(false) == "restored");
  }
  SECTION("by the next one, which the archive's claim can be served from again at once") {
    Restarted next(place.files);
    CHECK(next.survey.dangling.empty());
    CHECK(outcome(next.store.undo_create("pvc-2")) == "false");
    CHECK(place.files.dump() == before);
    REQUIRE(next.store.catalog().of_claim("team-a", "web").size() == 1);
    CHECK(next.store.catalog().all()[0] == record);
  }
  SECTION("by a request for another directory") {
    CHECK(outcome(place.store.create(request_for("team-a/web", "pvc-2"))) == "made");
    CHECK(place.at(std::string(archived) + "/token") == "file precious");
    CHECK_FALSE(place.has("team-a/web/token"));
    CHECK(place.store.intents()->at(0).restored_from.empty());
  }
  SECTION("by a request for another archive") {
    place.files.put_file("team-a/db/token", "other");
    auto const other = archive_of("team-a/db", "pvc-5");
    REQUIRE(outcome(place.store.archive(other)) == "archived");
    CHECK(outcome(place.store.restore(place.request, other, true)) == "restored");
    CHECK(place.at("team-a/web/token") == "file other");
    CHECK(place.at(std::string(archived) + "/token") == "file precious");
  }
}

TEST_CASE("parents that a restore made go with it, even if a crash came between") {
  Archived place;
  place.request = request_for("a/b/c/web", "pvc-2");
  auto const before = place.files.dump();
  FaultyFileSystem faulty(place.files);
  VolumeStore store(faulty);
  REQUIRE(store.identify({}).has_value());
  faulty.crash_at(5, FaultyFileSystem::Moment::before);  // intent, a, a/b, a/b/c, and not the rename
  CHECK_THROWS_AS(store.restore(place.request, record, true), Crash);
  REQUIRE(place.has("a/b/c"));
  Restarted next(place.files);
  REQUIRE(outcome(next.store.restore(place.request, record, true)) == "restored");
  REQUIRE(outcome(next.store.undo_create("pvc-2")) == "false");
  CHECK(place.files.dump() == before);
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
    CHECK(place.files.dump() == before);
    CHECK(place.known() == 1);
  }
  SECTION("data: refused if asked for, adopted if not") {
    place.files.put_file("team-a/web/new", "newer");
    auto const before = place.files.dump();
    auto const refused = place.store.restore(place.request, record, true);
    CHECK(outcome(refused) == "exists");
    CHECK_THAT(refused.error().message, Catch::Matchers::Contains("move it away"));
    CHECK(place.restore(false) == "adopted");
    CHECK(place.files.dump() == before);
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

TEST_CASE("a directory that is adopted after a restore was begun in vain stays where it is") {
  Archived place;
  auto const half_way = [&] {
    FaultyFileSystem faulty(place.files);
    VolumeStore store(faulty);
    REQUIRE(store.identify({}).has_value());
    faulty.crash_at(3, FaultyFileSystem::Moment::before);  // intent, team-a, and not the rename
    CHECK_THROWS_AS(store.restore(place.request, record, false), Crash);
  };
  half_way();
  place.files.put_file("team-a/web/new", "newer");
  Restarted next(place.files);
  SECTION("by restore") {
    CHECK(outcome(next.store.restore(place.request, record, false)) == "adopted");
  }
  SECTION("by create") {
    CHECK(outcome(next.store.create(place.request)) == "adopted");
  }
  // Another volume takes the archive; then the first one's claim goes.
  CHECK(outcome(next.store.restore(request_for("team-a/other", "pvc-3"), record, true)) == "restored");
  CHECK(outcome(next.store.undo_create("pvc-2")) == "false");
  CHECK(place.at("team-a/web/new") == "file newer");
  CHECK(place.at("team-a/other/token") == "file precious");
  CHECK(place.has(record_file));
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

TEST_CASE("an archive that upstream left needs no record, and comes back without one if it is undone") {
  Export place;
  place.files.put_file("archived-team-a-web-pvc-9/token", "precious");
  ArchiveRecord upstreams;
  upstreams.volume = "pvc-9";
  upstreams.archived_path = "archived-team-a-web-pvc-9";
  auto const before = place.files.dump();
  REQUIRE(outcome(place.store.restore(request_for("team-a/web", "pvc-2"), upstreams, true)) == "restored");
  CHECK(place.at("team-a/web/token") == "file precious");
  SECTION("undone") {
    CHECK(outcome(place.store.undo_create("pvc-2")) == "false");
    CHECK(place.files.dump() == before);
    CHECK(place.store.catalog().all().empty());
  }
  SECTION("settled and archived: from now on it has one") {
    CHECK(outcome(place.store.settle("pvc-2")) == "ok");
    CHECK(outcome(place.store.archive(archive_of("team-a/web", "pvc-2"))) == "archived");
    CHECK(place.at("archived-team-a-web-pvc-2/token") == "file precious");
    CHECK(place.has(layout::record_of("pvc-2")));
  }
}

TEST_CASE("of two volumes that want one archive, the first gets it, and the other once that is undone") {
  Archived place;
  auto const other = request_for("team-a/other", "pvc-3");
  REQUIRE(place.restore() == "restored");
  auto const before = place.files.dump();
  CHECK(outcome(place.store.restore(other, record, true)) == "busy");
  CHECK(place.files.dump() == before);
  SECTION("after a restart, too") {
    Restarted next(place.files);
    CHECK(outcome(next.store.restore(other, record, true)) == "busy");
    CHECK(place.files.dump() == before);
  }
  SECTION("undone: now the other") {
    REQUIRE(outcome(place.store.undo_create("pvc-2")) == "false");
    CHECK(outcome(place.store.restore(other, record, true)) == "restored");
  }
  SECTION("settled: gone for the other") {
    REQUIRE(outcome(place.store.settle("pvc-2")) == "ok");
    CHECK(outcome(place.store.restore(other, record, true)) == "not_found");
    CHECK(place.at("team-a/web/token") == "file precious");
  }
}

TEST_CASE("an archive whose rename was done though an error was answered is nobody else's, and not called gone") {
  Archived place;
  FaultyFileSystem faulty(place.files);
  VolumeStore store(faulty);
  REQUIRE(store.identify({}).has_value());
  REQUIRE(store.survey_archives().has_value());
  faulty.fail_at(5, FaultyFileSystem::Moment::after, StorageFault::io);  // intent, parent, two syncs, rename
  REQUIRE(outcome(store.restore(place.request, record, true)) == "io");
  REQUIRE(place.has("team-a/web/token"));
  CHECK(outcome(store.restore(request_for("team-a/other", "pvc-3"), record, true)) == "busy");
  CHECK(outcome(store.prune(record)) == "false");
  CHECK(store.catalog().all().size() == 1);
  CHECK(outcome(store.restore(place.request, record, true)) == "restored");
}

TEST_CASE("a volume released before it was settled") {
  Archived place;
  REQUIRE(place.restore() == "restored");
  place.files.put_file("team-a/web/written", "since");
  SECTION("is archived under its own name, with its own record and time: the newest, and kept from now on") {
    auto newer = archive_of("team-a/web", "pvc-2");
    newer.time = "2026-06-01T00:00:00Z";
    CHECK(outcome(place.store.archive(newer)) == "archived");
    CHECK(outcome(place.store.archive(newer)) == "archived");
    CHECK(place.at("archived-team-a-web-pvc-2/token") == "file precious");
    CHECK(place.at("archived-team-a-web-pvc-2/written") == "file since");
    CHECK_FALSE(place.has(archived));
    CHECK_FALSE(place.has(record_file));
    REQUIRE(place.store.catalog().all().size() == 1);
    CHECK(place.store.catalog().all()[0] == newer);
  }
  SECTION("is archived so by a program, too, that has looked at no intent before") {
    VolumeStore next(place.files);
    REQUIRE(next.identify({}).has_value());
    CHECK(outcome(next.archive(archive_of("team-a/web", "pvc-2"))) == "archived");
    CHECK(place.at("archived-team-a-web-pvc-2/token") == "file precious");
    CHECK_FALSE(place.has(record_file));
  }
  SECTION("is retained where it is") {
    CHECK(outcome(place.store.archive(retained_at("team-a/web", "pvc-2"))) == "retained");
    CHECK(place.at("team-a/web/token") == "file precious");
    CHECK_FALSE(place.has(record_file));
    CHECK(place.store.catalog().kept_at("team-a/web") == std::vector<std::string>{"pvc-2"});
  }
  SECTION("is put back, not into the trash: perhaps nobody ever had it") {
    CHECK(outcome(place.store.trash("pvc-2", path_of("team-a/web"))) == "discarded");
    CHECK(place.at(std::string(archived) + "/token") == "file precious");
    CHECK(place.has(record_file));
    CHECK(place.known() == 1);
    CHECK(place.store.trashed()->empty());
  }
  CHECK(place.store.intents()->empty());
}

TEST_CASE("settled, a volume that was made of an archive is deleted as its class says") {
  Archived place;
  REQUIRE(place.restore() == "restored");
  REQUIRE(outcome(place.store.settle("pvc-2")) == "ok");
  CHECK(outcome(place.store.trash("pvc-2", path_of("team-a/web"))) == "trashed");
  CHECK(place.at(layout::trash_of("pvc-2") + "/token") == "file precious");
  CHECK_FALSE(place.has(record_file));
}

TEST_CASE("a volume is settled by the program after the one that restored it") {
  Archived place;
  REQUIRE(place.restore() == "restored");
  Restarted next(place.files);
  CHECK(outcome(next.store.settle("pvc-2")) == "ok");
  CHECK_FALSE(place.has(record_file));
  CHECK(place.has(layout::volume_of("pvc-2")));
}

TEST_CASE("settling that failed once its intent was moved goes on the next time") {
  Archived place;
  FaultyFileSystem faulty(place.files);
  VolumeStore store(faulty);
  REQUIRE(store.identify({}).has_value());
  REQUIRE(outcome(store.restore(place.request, record, true)) == "restored");
  faulty.fail_at(4, FaultyFileSystem::Moment::before, StorageFault::io);  // rename, two syncs, and not the record
  REQUIRE(outcome(store.settle("pvc-2")) == "io");
  REQUIRE(place.has(record_file));
  SECTION("by settling again") {
    CHECK(outcome(store.settle("pvc-2")) == "ok");
  }
  SECTION("by its release") {
    CHECK(outcome(store.archive(archive_of("team-a/web", "pvc-2"))) == "archived");
  }
  SECTION("by the next program, which tells nobody of an archive that is gone") {
    Restarted next(place.files);
    CHECK(next.survey.dangling.empty());
  }
  CHECK_FALSE(place.has(record_file));
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
        VolumeStore store(faulty);
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

/// Between a look at one path and the next the mount goes away, and shows nothing.
class VanishingMount final : public FileSystem {
 public:
  VanishingMount(FileSystem& inner, std::string at) : inner_(inner), at_(std::move(at)) {}
  StorageResult<FileStatus> status(std::string_view path) override {
    gone = gone || (armed && path == at_);
    if (gone) return StorageError{StorageFault::not_found, "nothing there"};
    return inner_.status(path);
  }
  StorageResult<std::string> read_file(std::string_view path, std::size_t most) override {
    if (gone) return StorageError{StorageFault::not_found, "nothing there"};
    return inner_.read_file(path, most);
  }
  StorageResult<void> make_directory(std::string_view p, std::uint32_t m) override {
    return inner_.make_directory(p, m);
  }
  StorageResult<void> set_mode(std::string_view p, std::uint32_t m) override { return inner_.set_mode(p, m); }
  StorageResult<void> set_owner(std::string_view p, std::optional<std::uint32_t> u,
                                std::optional<std::uint32_t> g) override {
    return inner_.set_owner(p, u, g);
  }
  StorageResult<void> remove_directory(std::string_view p) override { return inner_.remove_directory(p); }
  StorageResult<void> remove_file(std::string_view p) override { return inner_.remove_file(p); }
  StorageResult<void> rename(std::string_view f, std::string_view t) override { return inner_.rename(f, t); }
  StorageResult<void> write_file(std::string_view p, std::string_view c) override { return inner_.write_file(p, c); }
  StorageResult<void> sync_directory(std::string_view p) override { return inner_.sync_directory(p); }
  StorageResult<std::vector<DirectoryEntry>> list(std::string_view p, std::size_t m) override {
    return inner_.list(p, m);
  }
  StorageResult<Space> space() override { return inner_.space(); }
  StorageResult<MountInfo> mount_info() override { return inner_.mount_info(); }
  void reopen() override {}

  bool armed = false;
  bool gone = false;

 private:
  FileSystem& inner_;
  std::string at_;
};

TEST_CASE("a mount that goes away meanwhile is not an archive or a directory that is gone") {
  Archived place;
  place.files.put_file("team-a/db/token", "precious");
  VanishingMount mount(place.files, "team-a/web");
  VolumeStore store(mount);
  REQUIRE(store.identify({}).has_value());
  REQUIRE(store.survey_archives().has_value());
  SECTION("for a restore") {
    mount.armed = true;
    CHECK(outcome(store.restore(place.request, record, false)) == "wrong_export");
    CHECK(store.catalog().all().size() == 1);
    mount.armed = mount.gone = false;
    CHECK(outcome(store.restore(place.request, record, false)) == "restored");
  }
  SECTION("for a release") {
    mount.armed = true;
    CHECK(outcome(store.trash("pvc-7", path_of("team-a/web"))) == "wrong_export");
    mount.gone = false;
    CHECK(outcome(store.archive(archive_of("team-a/web", "pvc-7"))) == "wrong_export");
  }
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
  refuse("io", [](auto&, auto& wanted) { wanted.archived_path = ".nfs-subdir-provisioner/trash"; });
  refuse("io", [](auto&, auto& wanted) { wanted.archived_path = wanted.original_path; });
  refuse("io", [](auto& request, auto&) { request.volume = "../pvc-2"; });
  refuse("not_found", [](auto&, auto& wanted) { wanted.volume = "../pvc-1"; });
  CHECK(place.files.dump() == before);
}

}  // namespace
}  // namespace nfs::test
