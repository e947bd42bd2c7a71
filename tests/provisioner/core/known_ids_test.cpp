#include "provisioner/core/known_ids.hpp"

#include "tests/support/catch.hpp"

namespace nfs {
namespace {

struct Made {
  std::string path = "/data/nfs/team-a/web";
  std::string id = {};
  std::string provisioner = "example.com/nfs";
  std::string server = "nfs.example";
};

std::shared_ptr<k8s::Volume const> volume(Made const& made) {
  k8s::Volume result;
  result.meta.annotations["pv.kubernetes.io/provisioned-by"] = made.provisioner;
  if (!made.id.empty()) result.meta.annotations["nfs-subdir-provisioner.io/export-id"] = made.id;
  result.source = {"nfs", {{"server", made.server}, {"path", made.path}}};
  return std::make_shared<k8s::Volume const>(std::move(result));
}

TEST_CASE("the ids of an export are those on our volumes whose directories lie there") {
  struct Row {
    std::vector<Made> volumes;
    std::vector<std::string> ids;
  };
  auto const row = GENERATE(values<Row>({
      {{}, {}},
      {{{.id = "A"}}, {"A"}},
      // Several, once each, in order.
      {{{.id = "B"}, {.id = "A"}, {.path = "/data/nfs/team-b/db", .id = "B"}}, {"A", "B"}},
      // Upstream's volumes have none.
      {{{}}, {}},
      // Not ours, or on another export.
      {{{.id = "A", .provisioner = "example.com/other"}}, {}},
      {{{.path = "/data/nfs2/team-a/web", .id = "A"}}, {}},
      {{{.id = "A", .server = "other.example"}}, {}},
  }));
  std::vector<std::shared_ptr<k8s::Volume const>> volumes;
  for (auto const& each : row.volumes) volumes.push_back(volume(each));
  Export const where{"default", "nfs.example", "/data/nfs", "/persistentvolumes"};
  CHECK(known_ids(volumes, where, "example.com/nfs") == row.ids);
}

}  // namespace
}  // namespace nfs
