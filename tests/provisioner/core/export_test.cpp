#include "provisioner/core/export.hpp"

#include <string>

#include "core_fixtures.hpp"
#include "k8s/model/bounds.hpp"
#include "tests/support/catch.hpp"

namespace nfs {
namespace {

using namespace testing;
using namespace std::string_literals;

k8s::Volume volume_at(std::string server, std::string path) {
  k8s::Volume volume;
  volume.source = {"nfs", {{"server", std::move(server)}, {"path", std::move(path)}, {"readOnly", "false"}}};
  return volume;
}

TEST_CASE("An export's path is cleaned") {
  struct Row {
    std::string given;
    std::string clean;
  };
  auto const row = GENERATE(values<Row>({
      {"/", "/"},
      {"//", "/"},
      {"/.", "/"},
      {"/a", "/a"},
      {"/a/", "/a"},
      {"/a//b/", "/a/b"},
      {"//a/./b/.", "/a/b"},
      {"/data/nfs", "/data/nfs"},
      {"/with space", "/with space"},
      {"/...", "/..."},
  }));
  auto const result = clean_export_path(row.given);
  INFO(row.given << ": " << message_of(result));
  REQUIRE_FALSE(is_refused(result));
  CHECK(std::get<std::string>(result) == row.clean);
}

TEST_CASE("An export's path that is relative, leads upwards or cannot be one is refused") {
  std::string const given = GENERATE("", "a", "./a", "a/b", "/..", "/a/../b", "/a/..", "/a\nb", "/a\0b"s);
  INFO(given);
  auto const message = message_of(clean_export_path(given));
  CHECK(contains(message, "the export's path"));
  CHECK(is_one_line(message));
}

TEST_CASE("A directory is found again on the server that it was put on") {
  std::string const root = GENERATE("/", "/data/nfs");
  Export const where{"default", "nfs.example", root, "/persistentvolumes"};
  auto const directory = path("team-a/web");
  CHECK(path_on_server(where, directory) == (root == "/" ? "/team-a/web" : "/data/nfs/team-a/web"));
  CHECK(directory_on(where, volume_at("nfs.example", path_on_server(where, directory))) == directory);
}

TEST_CASE("Two volumes name different paths if both are nfs, whatever their servers are called") {
  auto const web = volume_at("nfs.example", "/data/nfs/web");
  k8s::Volume local;
  local.source = {"local", {{"path", "/data/nfs/db"}}};
  CHECK(name_different_paths(web, volume_at("nfs.example", "/data/nfs/db")));
  CHECK_FALSE(name_different_paths(web, volume_at("10.0.0.1", "/data/nfs/web")));
  CHECK_FALSE(name_different_paths(web, local));
}

TEST_CASE("The directory of a volume is what its path says below the export, by component") {
  Export const where{"default", "nfs.example", "/exports", "/persistentvolumes"};
  struct Row {
    std::string server;
    std::string path;
    std::string directory;  // empty: none
  };
  auto const row = GENERATE(values<Row>({
      {"nfs.example", "/exports/x", "x"},
      {"nfs.example", "/exports/x/y", "x/y"},
      {"nfs.example", "//exports/.//x/", "x"},
      {"nfs.example", "/exports/archived-x", "archived-x"},
      {"nfs.example", "/exports/.nfs-subdir-provisioner/trash/x", ".nfs-subdir-provisioner/trash/x"},
      {"nfs.example", "/exports", ""},
      {"nfs.example", "/exports/", ""},
      {"nfs.example", "/", ""},
      {"nfs.example", "", ""},
      {"nfs.example", "exports/x", ""},
      {"nfs.example", "/exports2/x", ""},
      {"nfs.example", "/export/x", ""},
      {"nfs.example", "/x/exports/y", ""},
      {"nfs.example", "/exports/../etc", ""},
      {"nfs.example", "/exports/x/..", ""},
      {"nfs.example", "/../exports/x", ""},
      {"nfs.example", "/exports/a\nb", ""},
      {"NFS.Example.", "/exports/x", "x"},
      {"other.example", "/exports/x", ""},
      {"", "/exports/x", ""},
  }));
  INFO(row.server << ":" << row.path);
  auto const directory = directory_on(where, volume_at(row.server, row.path));
  CHECK((directory ? directory->text() : "") == row.directory);
}

TEST_CASE("A path that may have been cut off is no directory: it could be another volume's") {
  Export const where{"default", "nfs.example", "/exports", "/persistentvolumes"};
  auto const padded = [](std::size_t length) { return "/exports" + std::string(length - 10, '/') + "/x"; };
  CHECK(directory_on(where, volume_at("nfs.example", padded(k8s::bounds::text - 1))) == path("x"));
  CHECK_FALSE(directory_on(where, volume_at("nfs.example", padded(k8s::bounds::text))));
}

TEST_CASE("Only an nfs volume has an nfs source") {
  k8s::Volume volume = volume_at("nfs.example", "/exports/x");
  auto const source = nfs_source(volume);
  REQUIRE(source);
  CHECK(source->server == "nfs.example");
  CHECK(source->path == "/exports/x");

  volume.source.type = "csi";
  CHECK_FALSE(nfs_source(volume));
  CHECK_FALSE(directory_on({"default", "nfs.example", "/", "/m"}, volume));

  volume.source = {};
  CHECK_FALSE(nfs_source(volume));
  volume.source = {"nfs", {}};
  CHECK_FALSE(directory_on({"default", "", "/", "/m"}, volume));
}

}  // namespace
}  // namespace nfs
