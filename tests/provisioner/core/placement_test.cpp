#include "provisioner/core/placement.hpp"

#include "provisioner/core/naming.hpp"
#include "tests/provisioner/core/decision_fixtures.hpp"
#include "tests/support/catch.hpp"

namespace nfs {
namespace {

using namespace testing;

std::string text_of(std::optional<Directory> const& directory) {
  return directory ? std::to_string(directory->export_index) + " " + directory->path.text() : "-";
}

TEST_CASE("a volume is where its source says, and where it was made for") {
  struct Row {
    std::string server;
    std::string path;
    std::string frozen_id;
    std::string frozen_path;
    std::string named;
    std::string made_for;
  };
  auto const row = GENERATE(values<Row>({
      // Upstream's: by server and path, in any spelling.
      {"nfs.example", "/data/nfs/team-a/web", "", "", "0 team-a/web", "-"},
      {"NFS.example.", "/data//nfs/./team-a/web/", "", "", "0 team-a/web", "-"},
      {"2001:0DB8::0001", "/data/nfs/team-a/web", "", "", "1 team-a/web", "-"},
      {"192.0.2.1", "/data/nfs/team-a/web", "", "", "-", "-"},
      // Ours: by the id, whatever the server is called.
      {"nfs.example", "/data/nfs/team-a/web", "ONE", "team-a/web", "0 team-a/web", "0 team-a/web"},
      {"192.0.2.1", "/data/nfs/team-a/web", "ONE", "team-a/web", "0 team-a/web", "0 team-a/web"},
      {"192.0.2.1", "/data/nfs/team-a/web", "TWO", "team-a/web", "1 team-a/web", "1 team-a/web"},
      // The export has another path now.
      {"nfs.example", "/old/team-a/web", "ONE", "team-a/web", "-", "0 team-a/web"},
      {"192.0.2.1", "/old/team-a/web", "ONE", "team-a/web", "-", "0 team-a/web"},
      // What is frozen and what the source says differ: both are told.
      {"nfs.example", "/data/nfs/team-a/db", "ONE", "team-a/web", "0 team-a/db", "0 team-a/web"},
      {"192.0.2.1", "/data/nfs/team-a/db", "ONE", "team-a/web", "0 team-a/db", "0 team-a/web"},
      {"nfs.example", "/data/nfs/team-a/web", "TWO", "team-a/web", "0 team-a/web", "1 team-a/web"},
      // The source comes first: that is what the nodes mount.
      {"[2001:db8::1]", "/data/nfs/team-a/web", "ONE", "team-a/web", "1 team-a/web", "0 team-a/web"},
      // An id that no export has; that of one which was not identified yet looks the same.
      {"nfs.example", "/data/nfs/team-a/web", "NINE", "team-a/web", "0 team-a/web", "-"},
      {"192.0.2.1", "/data/nfs/team-a/web", "NINE", "team-a/web", "-", "-"},
      // A path that cannot be read.
      {"192.0.2.1", "/data/nfs/team-a/web", "ONE", "../web", "0 team-a/web", "-"},
      {"192.0.2.1", "/old/team-a/web", "ONE", "", "-", "-"},
  }));
  k8s::Volume volume;
  volume.source = {"nfs", {{"server", row.server}, {"path", row.path}}};
  if (!row.frozen_id.empty()) {
    volume.meta.annotations = {{std::string(names::export_id), row.frozen_id},
                               {std::string(names::path), row.frozen_path}};
  }
  std::vector<Export> const exports{{"one", "nfs.example", "/data/nfs", "/one"},
                                    {"two", "2001:db8::1", "/data/nfs", "/two"},
                                    {"three", "late.example", "/data/nfs", "/three"}};
  std::vector<std::string> const ids{"ONE", "TWO", ""};
  auto const placement = placement_of(volume, identified(exports, ids));
  INFO(row.server << ":" << row.path << " frozen " << row.frozen_id << " " << row.frozen_path);
  CHECK(text_of(placement.named) == row.named);
  CHECK(text_of(placement.made_for) == row.made_for);
  auto const& first = row.named == "-" ? row.made_for : row.named;
  CHECK((placement.directory() == nullptr ? "-" : text_of(*placement.directory())) == first);
}

TEST_CASE("a volume that is not on NFS, or whose frozen path may have been cut, is nowhere by its id") {
  std::vector<Export> const exports{{"one", "nfs.example", "/", "/one"}};
  std::vector<std::string> const ids{"ONE"};
  k8s::Volume volume;
  volume.source = {"csi", {{"server", "nfs.example"}, {"path", "/a"}}};
  volume.meta.annotations = {{std::string(names::export_id), "ONE"}, {std::string(names::path), "a"}};
  CHECK(placement_of(volume, identified(exports, ids)).directory() == nullptr);
  volume.source.type = "nfs";
  CHECK(placement_of(volume, identified(exports, ids)).made_for);
  volume.meta.annotations[std::string(names::path)] = "a" + std::string(8191, '/');
  CHECK_FALSE(placement_of(volume, identified(exports, ids)).made_for);
}

TEST_CASE("a path ends in a directory by component") {
  CHECK(ends_in("/old/team-a/web", path("team-a/web")));
  CHECK(ends_in("/old//team-a/./web/", path("team-a/web")));
  CHECK(ends_in("/team-a/web", path("team-a/web")));
  CHECK_FALSE(ends_in("/old/team-a/web2", path("team-a/web")));
  CHECK_FALSE(ends_in("/old/xteam-a/web", path("team-a/web")));
  CHECK_FALSE(ends_in("/web", path("team-a/web")));
}

}  // namespace
}  // namespace nfs
