#include "provisioner/core/expected_export.hpp"

#include "core_fixtures.hpp"
#include "tests/support/catch.hpp"

namespace nfs {
namespace {

using namespace testing;

struct Made {
  std::string path = "/data/nfs/team-a/web";
  std::string id = {};
  std::string server = "nfs.example";
  std::string phase = "Bound";
  std::string provisioner = "example.com/nfs";
};

ExpectedExport expected_of(std::vector<Made> const& made) {
  std::vector<std::shared_ptr<k8s::Volume const>> volumes;
  for (auto const& each : made) {
    k8s::Volume volume;
    volume.meta.name = "pvc-" + std::to_string(volumes.size());
    volume.meta.annotations["pv.kubernetes.io/provisioned-by"] = each.provisioner;
    if (!each.id.empty()) {
      volume.meta.annotations["nfs-subdir-provisioner.io/export-id"] = each.id;
    }
    volume.source = {"nfs", {{"server", each.server}, {"path", each.path}}};
    volume.phase = each.phase;
    volumes.push_back(std::make_shared<k8s::Volume const>(std::move(volume)));
  }
  Export const where{"default", "nfs.example", "/data/nfs", "/persistentvolumes"};
  return expected_on(where, volumes, "example.com/nfs", {"SECOND", ""});
}

TEST_CASE("an export is expected to have what our volumes say that lie there, or may lie there by another name") {
  struct Row {
    std::vector<Made> volumes;
    std::vector<std::string> expected;
  };
  auto const row = GENERATE(values<Row>({
      {{}, {}},
      {{{.id = "A"}}, {"pvc-0 A team-a/web"}},
      {{{}}, {"pvc-0  team-a/web"}},
      {{{.id = "A", .server = "NFS.example."}}, {"pvc-0 A team-a/web"}},
      {{{.phase = "Released"}, {.path = "/data/nfs/b", .id = "B"}}, {"pvc-1 B b", "pvc-0  team-a/web"}},
      // Ours that know the server by another name; upstream's say nothing beyond it.
      {{{.id = "A", .server = "192.0.2.1"}}, {"pvc-0 A team-a/web 192.0.2.1"}},
      {{{.server = "192.0.2.1"}}, {}},
      {{{.id = "SECOND", .server = "192.0.2.1"}}, {}},
      // Not ours, or elsewhere.
      {{{.id = "A", .provisioner = "example.com/other"}}, {}},
      {{{.path = "/data/nfs2/team-a/web", .id = "A"}}, {}},
      {{{.path = "/data/nfs", .id = "A"}}, {}},
      {{{.path = "/data/nfs/.nfs-subdir-provisioner"}, {.path = "/data/nfs/archived-x"}}, {}},
  }));
  std::vector<std::string> expected;
  for (auto const& each : expected_of(row.volumes)) {
    auto const server = each.other_server.empty() ? "" : " " + each.other_server;
    expected.push_back(each.volume + " " + each.export_id + " " + each.path.text() + server);
  }
  CHECK(expected == row.expected);
}

TEST_CASE("the ids of an export are those on volumes that lie there for certain") {
  CHECK(ids_of(expected_of({{.id = "B"}, {.id = "A"}, {.id = "B"}, {}, {.id = "C", .server = "192.0.2.1"}})) ==
        std::vector<std::string>{"A", "B"});
}

TEST_CASE("what is mounted is the export that volumes expect, or why it cannot be") {
  using Kind = MountVerdict::Kind;
  Made const upstreams{};
  Made const ours{.id = "A"};
  Made const others{.id = "B"};
  Made const otherwise{.id = "A", .server = "192.0.2.1"};
  struct Row {
    std::string marker;
    std::vector<Made> volumes;
    Kind kind;
    std::string words;
  };
  auto const row = GENERATE_COPY(values<Row>({
      {"", {}, Kind::usable, ""},
      {"A", {}, Kind::usable, ""},
      {"A", {ours}, Kind::usable, ""},
      {"A", {others, ours}, Kind::usable, ""},
      {"A", {upstreams}, Kind::usable, ""},
      {"Z", {upstreams, otherwise}, Kind::usable, ""},
      {"Z", {upstreams, ours}, Kind::other_export, "it is another export, Z, than the one that the volumes are on"},
      {"", {upstreams, ours}, Kind::marker_missing, "its marker is missing: is the mount missing? If it was copied, "},
      {"", {upstreams, otherwise}, Kind::maybe_other_name, "on server 192.0.2.1"},
      {"", {upstreams}, Kind::needs_directory, "none of the directories stands that volumes name: volume pvc-0 has"},
  }));
  auto const expected = expected_of(row.volumes);
  auto const verdict = judge_mount(row.marker, expected);
  CHECK(verdict.kind == row.kind);
  auto const words = why_not(verdict, row.marker);
  INFO(words);
  CHECK(words.empty() == (row.kind == Kind::usable));
  CHECK(contains(words, row.words));
  CHECK((words.empty() || is_one_line(words)));
  CHECK((row.kind == Kind::usable || row.kind == Kind::other_export || contains(words, "export adopt")));
}

}  // namespace
}  // namespace nfs
