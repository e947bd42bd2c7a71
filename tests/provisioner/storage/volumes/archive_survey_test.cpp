#include "provisioner/storage/volumes/archive_survey.hpp"

#include <fmt/format.h>

#include <utility>

#include "k8s/base/mutex.hpp"
#include "provisioner/storage/volumes/documents.hpp"
#include "tests/provisioner/storage/files/counting_file_system.hpp"
#include "tests/provisioner/storage/volumes/archived_fixture.hpp"
#include "tests/support/storage/own_cluster.hpp"

namespace nfs::test {
namespace {

using Names = std::vector<std::string>;

bool nothing_restored(std::string_view) {
  return false;
}

void put_archives(MemoryFileSystem& files, int count) {
  for (int i = 0; i < count; ++i) {
    auto const volume = fmt::format("pvc-{:04}", i);
    files.put_file("archived-team-a-web-" + volume + "/token", volume);
    files.put_file(layout::record_of(volume), write_document(archive_of("team-a/web", volume)));
  }
}

TEST_CASE("all archives are found, by one reader or by many, in the same order") {
  auto const readers = GENERATE(std::size_t{1}, std::size_t{16});
  Export place;
  put_archives(place.files, 300);
  place.files.put_file("archived-upstreams/token", "1");
  place.files.put_file(layout::record_of("pvc-half"), "{");
  place.files.put_file(layout::record_of("pvc-gone"), write_document(archive_of("team-a/web", "pvc-gone")));
  auto const found = survey(place.files, {.readers = readers, .cluster_id = own_cluster}, nothing_restored);
  REQUIRE(found.has_value());
  REQUIRE(found->records.size() == 300);
  CHECK(found->records[0].volume == "pvc-0000");
  CHECK(found->records[299].volume == "pvc-0299");
  CHECK(found->rest.unrecorded == Names{"archived-upstreams"});
  CHECK(found->rest.unreadable == Names{"pvc-half.json"});
  CHECK(found->rest.dangling == Names{"pvc-gone"});
}

TEST_CASE("many readers are at it at the same time") {
  Export place;
  put_archives(place.files, 8);
  k8s::Mutex mutex;
  k8s::Condition changed;
  int reading = 0;
  CountingFileSystem files(place.files);
  files.before = [&](FileCall const& call) {
    if (call.operation != FileOperation::read_file) return;
    k8s::MutexLock const lock(mutex);
    ++reading;
    changed.notify_all();
    CHECK(changed.wait_for(mutex, std::chrono::seconds(30), [&] { return reading == 8; }));
  };
  CHECK(survey(files, {.readers = 8, .cluster_id = own_cluster}, nothing_restored)->records.size() == 8);
}

TEST_CASE("one record that cannot be read ends the survey: nothing counts as gone because of it") {
  auto const readers = GENERATE(std::size_t{1}, std::size_t{16});
  Export place;
  put_archives(place.files, 100);
  place.files.set_fault(layout::record_of("pvc-0050"), StorageFault::io);
  CHECK(outcome(survey(place.files, {.readers = readers, .cluster_id = own_cluster}, nothing_restored)) == "io");
}

TEST_CASE("a record that is no file makes its own archive unknown, and no other") {
  Export place;
  put_archives(place.files, 3);
  REQUIRE(place.files.remove_file(layout::record_of("pvc-0001")).has_value());
  SECTION("a directory") {
    place.files.put_directory(layout::record_of("pvc-0001"));
  }
  SECTION("a symbolic link") {
    place.files.put_symlink(layout::record_of("pvc-0001"), "pvc-0000.json");
  }
  auto const found = survey(place.files, {.cluster_id = own_cluster}, nothing_restored);
  REQUIRE(found.has_value());
  CHECK(found->records.size() == 2);
  CHECK(found->rest.unreadable == Names{"pvc-0001.json"});
}

TEST_CASE("more archives, or records, than can be kept in memory are too many, and as many are not") {
  Export place;
  put_archives(place.files, 10);
  CHECK(survey(place.files, {.most = 10, .cluster_id = own_cluster}, nothing_restored)->records.size() == 10);
  auto const found = survey(place.files, {.most = 9, .cluster_id = own_cluster}, nothing_restored);
  REQUIRE(outcome(found) == "too_many");
  CHECK_THAT(found.error().message,
             Catch::Matchers::Contains("more than 9 archives") && Catch::Matchers::Contains("archives purge"));
  for (int i = 0; i < 10; ++i)
    place.files.put_file(layout::record_of(fmt::format("pvc-kept-{}", i)),
                         write_document(retained_at("team-a/db", fmt::format("pvc-kept-{}", i))));
  CHECK(outcome(survey(place.files, {.most = 19, .cluster_id = own_cluster}, nothing_restored)) == "too_many");
  CHECK(survey(place.files, {.most = 20, .cluster_id = own_cluster}, nothing_restored)->records.size() == 20);
}

TEST_CASE("other directories at the root may be as many as one likes") {
  Export place;
  put_archives(place.files, 3);
  for (int i = 0; i < 100; ++i) place.files.put_directory(fmt::format("volume-{}", i));
  CHECK(survey(place.files, {.most = 3, .cluster_id = own_cluster}, nothing_restored)->records.size() == 3);
}

TEST_CASE("an archive that is moved there after the root was listed is not taken for gone") {
  Export place;
  place.files.put_file("team-a/web/token", "precious");
  place.files.put_file(layout::record_of("pvc-1"), write_document(archive_of("team-a/web")));
  CountingFileSystem files(place.files);
  bool moved = false;
  files.before = [&](FileCall const& call) {
    if (call.operation == FileOperation::read_file && !std::exchange(moved, true))
      REQUIRE(place.files.rename("team-a/web", archived).has_value());
  };
  auto const found = survey(files, {.cluster_id = own_cluster}, nothing_restored);
  REQUIRE(found.has_value());
  CHECK(found->records.size() == 1);
  CHECK(found->rest.dangling.empty());
}

TEST_CASE("an archive that is being given back is known, for it may go back") {
  Export place;
  place.files.put_file(layout::record_of("pvc-1"), write_document(archive_of("team-a/web")));
  auto const found =
      survey(place.files, {.cluster_id = own_cluster}, [](std::string_view volume) { return volume == "pvc-1"; });
  REQUIRE(found.has_value());
  CHECK(found->records.size() == 1);
}

TEST_CASE("a survey ends when it is told to, with an error") {
  Export place;
  put_archives(place.files, 100);
  std::stop_source stop;
  CountingFileSystem files(place.files);
  std::size_t read = 0;
  files.before = [&](FileCall const& call) {
    if (call.operation == FileOperation::read_file && ++read == 10) stop.request_stop();
  };
  CHECK(survey(files, {.stop = stop.get_token()}, nothing_restored).has_error());
  CHECK(read == 10);
}

TEST_CASE("a catalog is complete after a survey, and not after one that failed") {
  Archived place;
  CHECK(place.store.catalog().complete());
  place.files.set_fault(record_file, StorageFault::io);
  REQUIRE(place.store.survey_archives().has_error());
  CHECK_FALSE(place.store.catalog().complete());
  place.files.set_fault(record_file, std::nullopt);
  REQUIRE(place.store.survey_archives().has_value());
  CHECK(place.store.catalog().complete());
  CHECK(place.known() == 1);
}

TEST_CASE("releases while the records are read: each archive is known afterwards, whatever had been read by then") {
  // The volume is released before the n-th call of the survey.
  bool released = true;
  for (std::size_t at = 1; released; ++at) {
    CAPTURE(at);
    MemoryFileSystem memory;
    CountingFileSystem files(memory);
    VolumeStore store(files, own_cluster);
    REQUIRE(store.identify({}).has_value());
    memory.put_file("team-a/web/token", "precious");
    memory.put_file("team-a/db/token", "precious");
    REQUIRE(outcome(store.archive(archive_of("team-a/db", "pvc-0"))) == "archived");
    memory.put_file("team-a/web/token", "precious");
    released = false;
    std::size_t calls = 0;
    files.before = [&](FileCall const&) {
      if (released || ++calls != at) return;
      released = true;
      REQUIRE(outcome(store.archive(archive_of("team-a/web", "pvc-1"))) == "archived");
    };
    auto const found = store.survey_archives();
    files.before = [](FileCall const&) {};
    REQUIRE(found.has_value());
    CHECK(found->dangling.empty());
    CHECK(store.catalog().all().size() == (released ? 2 : 1));
  }
}

TEST_CASE("a directory that was kept in place and is archived while the records are read leaves no record behind") {
  bool released = true;
  for (std::size_t at = 1; released; ++at) {
    CAPTURE(at);
    MemoryFileSystem memory;
    memory.put_file("team-a/web/token", "precious");
    {
      VolumeStore before(memory, own_cluster);
      REQUIRE(before.identify({}).has_value());
      REQUIRE(outcome(before.archive(retained_at("team-a/web", "pvc-1"))) == "retained");
    }
    CountingFileSystem files(memory);
    VolumeStore store(files, own_cluster);
    REQUIRE(store.identify({}).has_value());
    released = false;
    std::size_t calls = 0;
    files.before = [&](FileCall const&) {
      if (released || ++calls != at) return;
      released = true;
      REQUIRE(outcome(store.archive(archive_of("team-a/web", "pvc-2"))) == "archived");
    };
    REQUIRE(store.survey_archives().has_value());
    files.before = [](FileCall const&) {};
    auto const all = store.catalog().all();
    REQUIRE(all.size() == 1);
    CHECK(all[0].volume == (released ? "pvc-2" : "pvc-1"));
    CHECK(memory.dump().contains(layout::record_of("pvc-1")) != released);
  }
}

}  // namespace
}  // namespace nfs::test
