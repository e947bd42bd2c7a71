#include "provisioner/core/naming.hpp"
#include "tests/provisioner/support/stage.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/own_cluster.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

// Two exports, identified, with the same directory on each; a Released volume lies on the second one. The key is in the
// first one's queue, as it is when nobody knew where the volume lies.
struct TwoExports {
  Stage stage;
  Program program{stage};
  MemoryFileSystem second_files;
  std::vector<Export> exports{{"one", "nfs.example", "/data/nfs", "/one"}, {"two", "two.example", "/data/two", "/two"}};
  std::vector<std::unique_ptr<ExportSite>> sites;
  Ledger ledger{exports, std::string(our_name)};
  LogBook log;
  ReconcilerParts parts{sites,
                        program.view(),
                        ledger,
                        program.settings(),
                        program.parts().permissions,
                        program.parts().namespace_uids,
                        program.parts().class_answers,
                        [](EmitEvent const&) {},
                        "test",
                        stage.clock,
                        log.log()};

  TwoExports() {
    for (auto* files : {&stage.files, &second_files}) {
      auto const& where = exports[sites.size()];
      sites.push_back(
          std::make_unique<ExportSite>(where, std::make_unique<FaultyFileSystem>(*files), stage.clock, log.log()));
      auto& site = *sites.back();
      site.store().act_for(own_cluster);
      site.identified(site.store().identify({}).value());
      (void)ledger.identified(sites.size() - 1, site.id(), [](auto const&) {});
      files->put_file("team-a/web/token", "of " + where.name);
    }
  }
  void put_volume(std::string const& server) {
    auto volume = volume_at("pvc-U1", "/data/two/team-a/web", "U1");
    volume.source.attributes["server"] = server;
    volume.phase = "Released";
    volume.meta.annotations[std::string(names::export_id)] = sites[1]->id();
    volume.meta.annotations[std::string(names::path)] = "team-a/web";
    volume.meta.annotations[std::string(names::on_delete)] = "archive";
    program.view().volumes().apply(stage.server.put(volume));
    (void)ledger.note({nullptr, program.view().volume("pvc-U1")});
  }
  void reconcile_on(std::size_t export_index) {
    (void)Reconciler(parts, export_index, stage.server.connect()).reconcile("pvc-U1", {});
  }
};

}  // namespace

TEST_CASE("a volume is released on the export that it lies on, whichever one is asked first") {
  TwoExports two;
  two.put_volume(GENERATE("two.example", "192.0.2.2"));
  two.reconcile_on(0);
  CHECK(two.stage.files.dump().contains("team-a/web/token"));
  CHECK(two.second_files.dump().contains("team-a/web/token"));
  CHECK(two.stage.volume("pvc-U1"));
  REQUIRE(two.sites[1]->queue().try_take() == "pvc-U1");
  two.reconcile_on(1);
  INFO(two.log.text());
  CHECK(two.stage.files.dump().contains("team-a/web/token"));
  CHECK_FALSE(two.second_files.dump().contains("team-a/web/token"));
  CHECK(two.second_files.dump().contains("archived-team-a-of-pvc-U1-pvc-U1/token"));
  CHECK_FALSE(two.stage.volume("pvc-U1"));
}
