#include "provisioner/controller/export_queues.hpp"

#include "tests/provisioner/support/wired_export.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

struct TwoExports {
  FakeClock clock;
  MemoryFileSystem files;
  LogBook log;
  ClusterView view{clock};
  std::vector<std::unique_ptr<ExportSite>> sites;
  ExportQueues queues{sites, view};

  TwoExports() {
    for (auto const* path : {"/data/one", "/data/two"})
      sites.push_back(std::make_unique<ExportSite>(Export{path, "nfs.example", path, path},
                                                   std::make_unique<FaultyFileSystem>(files), clock, log.log()));
  }
  [[nodiscard]] std::vector<std::size_t> sizes() const { return {sites[0]->queue().size(), sites[1]->queue().size()}; }
};

}  // namespace

TEST_CASE("a standby's queues stay empty; a leader's take what comes from then on") {
  TwoExports two;
  two.queues.add(Key{"pvc-U1", "team-a"});
  CHECK_FALSE(two.queues.opened());
  CHECK(two.sizes() == std::vector<std::size_t>{0, 0});
  two.queues.open();
  CHECK(two.queues.opened());
  CHECK(two.sizes() == std::vector<std::size_t>{0, 0});
  two.queues.add(Keys{{"pvc-U2", "team-a"}, {"pvc-U3", "team-b"}});
  CHECK(two.sizes() == std::vector<std::size_t>{2, 0});
}

TEST_CASE("a key goes to the export on which its volume's directory is, and to the first if there is none") {
  TwoExports two;
  two.queues.open();
  fill(two.view.volumes(),
       {volume_at("pvc-1", "/data/one/a"), volume_at("pvc-2", "/data/two/a"), volume_at("elsewhere", "/data/three/a")});
  struct Row {
    std::string name;
    std::vector<std::size_t> sizes;
  };
  auto const row = GENERATE(values<Row>({
      {"pvc-1", {1, 0}},
      {"pvc-2", {0, 1}},
      {"elsewhere", {1, 0}},
      {"pvc-to-be-made", {1, 0}},
  }));
  two.queues.add(Key{row.name, "team-a"});
  CHECK(two.sizes() == row.sizes);
}

TEST_CASE(
    "a key goes to the export that its volume was made on once that is identified, whatever its server is called") {
  TwoExports two;
  two.queues.open();
  auto volume = volume_at("pvc-1", "/data/two/a");
  volume.source.attributes["server"] = "192.0.2.1";
  volume.meta.annotations["nfs-subdir-provisioner.io/export-id"] = "EXPORT-2";
  fill(two.view.volumes(), std::vector<k8s::Volume>{volume});
  two.queues.add(Key{"pvc-1", "team-a"});
  CHECK(two.sizes() == std::vector<std::size_t>{1, 0});
  two.sites[1]->identified("EXPORT-2");
  two.queues.add(Key{"pvc-1", "team-a"});
  CHECK(two.sizes() == std::vector<std::size_t>{1, 1});
}

TEST_CASE("our own write tells where a volume is before the watch does") {
  TwoExports two;
  two.queues.open();
  two.view.wrote(volume_at("pvc-2", "/data/two/a"));
  two.queues.add(Key{"pvc-2", "team-a"});
  CHECK(two.sizes() == std::vector<std::size_t>{0, 1});
}

TEST_CASE("namespaces take turns by the namespace of the key") {
  TwoExports two;
  two.queues.open();
  two.queues.add(Keys{{"a-1", "a"}, {"a-2", "a"}, {"a-3", "a"}, {"b-1", "b"}});
  std::vector<std::string> taken;
  while (auto const key = two.sites[0]->queue().try_take()) taken.push_back(*key);
  CHECK(taken == std::vector<std::string>{"a-1", "b-1", "a-2", "a-3"});
}
