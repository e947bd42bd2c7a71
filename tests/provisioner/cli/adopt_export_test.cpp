#include "provisioner/cli/adopt_export.hpp"

#include <sstream>

#include "provisioner/cli/check_marker.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"
#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/memory_file_system.hpp"
#include "tests/support/storage/own_cluster.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

Export const where{"default", "nfs.example", "/data/nfs", "/persistentvolumes"};
constexpr auto marker = ".nfs-subdir-provisioner/export.json";

// An export that was copied by `cp -a old/* new/`: everything but what begins with a dot.
struct Copied {
  MemoryFileSystem files;
  ExpectedExport expected{{"pvc-1", "OLD", path("team-a/web")}, {"pvc-2", "OLD", path("team-a/db")}};
  std::string out;
  std::string error;

  Copied() {
    files.put_file("team-a/web/token", "x");
    files.put_file("team-a/db/token", "y");
  }
  int adopt(AdoptArguments const& arguments) {
    std::istringstream in;
    std::ostringstream said, complained;
    int const status = adopt_export(arguments, where, expected, files, {in, said, complained});
    out = said.str();
    error = complained.str();
    return status;
  }
  CheckReport check() {
    CheckReport report;
    check_marker(where, expected, files, report);
    return report;
  }
};

}  // namespace

TEST_CASE("an export that was copied without its marker fails the check, which names the verb that mends it") {
  Copied copied;
  auto const before = copied.files.dump();
  auto const report = copied.check();
  INFO(report.text());
  CHECK(report.failures() == 1);
  CHECK(contains(report.text(), "export nfs.example:/data/nfs at /persistentvolumes"));
  CHECK(contains(report.text(), "its marker is missing"));
  CHECK(contains(report.text(), "export adopt"));
  CHECK(copied.files.dump() == before);
}

TEST_CASE("to adopt an export is planned first, then done; the check is content and the program takes it") {
  Copied copied;
  auto const before = copied.files.dump();
  CHECK(copied.adopt({}) == 0);
  INFO(copied.out << copied.error);
  CHECK(contains(copied.out, "gets the marker of export OLD; directories that volumes name: 2 found, 0 missing"));
  CHECK(contains(copied.out, "Nothing was changed. To do it: the same with --yes."));
  CHECK(copied.files.dump() == before);
  CHECK(copied.adopt({.yes = true}) == 0);
  CHECK(contains(copied.out, "It is export OLD now."));
  auto const report = copied.check();
  CHECK(report.failures() == 0);
  CHECK(contains(report.text(), "is export OLD"));
  CHECK(VolumeStore(copied.files, own_cluster).identify(copied.expected).value() == "OLD");
  CHECK(copied.adopt({.yes = true}) == 0);
  CHECK(contains(copied.out, "Nothing to adopt: it has its marker, of export OLD."));
}

TEST_CASE("what is not the export, or not all of it, is not adopted, unless somebody insists") {
  Copied copied;
  std::string why;
  SECTION("a directory is missing") {
    copied.expected.push_back({"pvc-3", "OLD", path("team-b/web")});
    why = "directories that volumes name are missing: \"team-b/web\"";
  }
  SECTION("a file stands where a directory should") {
    copied.files.put_file("file", "z");
    copied.expected.push_back({"pvc-3", "OLD", path("file")});
    why = "are missing: \"file\"";
  }
  SECTION("nothing stands there") {
    copied.expected = {{"pvc-3", "OLD", path("elsewhere")}};
    why = "none of the directories stands";
  }
  auto const before = copied.files.dump();
  CHECK(copied.adopt({.yes = true}) == 1);
  CHECK(contains(copied.error, why));
  CHECK(contains(copied.error, "--force"));
  CHECK(copied.files.dump() == before);
  CHECK(copied.adopt({.yes = true, .force = true}) == 0);
  CHECK(copied.files.dump().contains(marker));
}

TEST_CASE("a marker that stands is never overwritten by an adoption") {
  Copied copied;
  copied.files.put_file(marker, R"({"version":1,"id":"OTHER"})");
  auto const before = copied.files.dump();
  CHECK(copied.adopt({.yes = true, .force = true}) == 1);
  CHECK(contains(copied.error, "it is another export, OTHER"));
  CHECK(contains(copied.error, "No marker is overwritten"));
  CHECK(copied.files.dump() == before);
  copied.files.put_file(marker, "no JSON");
  CHECK(copied.adopt({.yes = true, .force = true}) == 1);
  CHECK(contains(copied.error, "export.json"));
}

TEST_CASE("where no volume lies there is nothing to adopt") {
  Copied copied;
  copied.expected.clear();
  auto const before = copied.files.dump();
  CHECK(copied.adopt({.yes = true}) == 0);
  CHECK(contains(copied.out, "Nothing to adopt: no volume lies there."));
  CHECK(copied.files.dump() == before);
  CHECK(copied.check().failures() == 0);
}

TEST_CASE("an adoption that cannot see what stands, or cannot write, says so and may be done again") {
  Copied copied;
  copied.files.set_fault("team-a/db", StorageFault::io);
  CHECK(copied.adopt({.yes = true}) == 1);
  CHECK_FALSE(copied.files.dump().contains(marker));
  copied.files.set_fault("team-a/db", std::nullopt);
  copied.files.set_read_only(true);
  CHECK(copied.adopt({.yes = true}) == 1);
  copied.files.set_read_only(false);
  CHECK(copied.adopt({.yes = true}) == 0);
  CHECK(copied.files.dump().contains(marker));
}

TEST_CASE("a check names exports of the list that are one, and volumes that lie on none of them") {
  std::vector<Export> const exports{where, {"second", "192.0.2.1", "/data/nfs", "/second"}};
  CheckReport report;
  check_distinct(exports, {"ONE", "TWO"}, report);
  check_distinct(exports, {"", ""}, report);
  CHECK(report.text().empty());
  check_distinct(exports, {"ONE", "ONE"}, report);
  CHECK(report.failures() == 1);
  CHECK(contains(report.text(), "\"default\" at /persistentvolumes and \"second\" at /second are one and the same"));
  ClusterVolumes volumes;
  volumes.all.push_back(std::make_shared<k8s::Volume const>(volume_at("pvc-1", "/data/nfs/team-a/web")));
  CheckReport places;
  check_places(volumes, exports, {"ONE", "TWO"}, our_name, places);
  CHECK(places.text().empty());
  volumes.all.push_back(std::make_shared<k8s::Volume const>(volume_at("pvc-2", "/elsewhere/team-a/web")));
  check_places(volumes, exports, {"ONE", "TWO"}, our_name, places);
  CHECK(places.failures() == 0);
  CHECK(contains(places.text(),
                 "1 of this provisioner lies on none of its exports and is not released: "
                 "pvc-2 at nfs.example:/elsewhere/team-a/web."));
  volumes.all.push_back(std::make_shared<k8s::Volume const>(volume_at("pvc-3", "/elsewhere/team-a/db")));
  CheckReport more;
  check_places(volumes, exports, {"ONE", "TWO"}, our_name, more);
  CHECK(contains(more.text(), "2 of this provisioner lie on none of its exports and are not released, such as pvc-2"));
}

TEST_CASE("a check says how many volumes cannot be read, one or several") {
  ClusterVolumes volumes;
  auto const [number, text] = GENERATE(table<std::size_t, std::string>(
      {{1, "1 cannot be read, and was left out"}, {3, "3 cannot be read, and were left out"}}));
  volumes.unreadable = number;
  CheckReport places;
  check_places(volumes, {where}, {"ONE"}, our_name, places);
  CHECK(contains(places.text(), text));
}
