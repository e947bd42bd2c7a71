#include <thread>

#include "provisioner/core/binding.hpp"
#include "provisioner/core/naming.hpp"
#include "tests/provisioner/support/stage.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/storage/own_cluster.hpp"

using namespace nfs;
using namespace nfs::testing;
using Moment = test::MemoryApiServer::Moment;

namespace {

void serve(Stage& stage) {
  Program program(stage);
  REQUIRE(program.work());
  REQUIRE(is_bound(*stage.claim("web")));
}

class Deletions : public WorkObserver {
 public:
  void provisioned(k8s::Volume const&, k8s::SteadyTime::duration) override {}
  void provision_failed(k8s::Claim const&, std::string const&) override {}
  void deleted(k8s::Volume const& volume, k8s::SteadyTime::duration) override { volumes.push_back(volume.meta.name); }
  void directory_missing(k8s::Volume const&) override {}
  void delete_failed(k8s::Volume const&, std::string const&) override {}

  std::vector<std::string> volumes;
};

}  // namespace

TEST_CASE("a claim that was bound elsewhere leaves neither our volume nor its directory") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage, Binding::controller);
  REQUIRE(program.work());
  REQUIRE(stage.volume("pvc-U1"));
  stage.server.patch<k8s::Claim>({"team-a", "web"}, R"({"spec":{"volumeName":"by-hand"}})");
  REQUIRE(program.work());
  CHECK_FALSE(stage.volume("pvc-U1"));
  CHECK(stage.directories().empty());
  CHECK_FALSE(stage.has_intents());
}

TEST_CASE("two claims that want one directory: the second is served once the first has gone, volume or not") {
  Stage stage;
  stage.server.patch<k8s::StorageClass>({{}, "volumen-tipo-ivan"}, R"({"parameters":{"pathPattern":"shared"}})");
  stage.put_claim("first", "U1");
  Program program(stage);
  SECTION("that has a volume") {
    REQUIRE(program.work());
    stage.put_claim("second", "U2");
    REQUIRE(program.work());
    CHECK(stage.claim("second")->volume_name.empty());
    stage.remove_claim("first");
    stage.controller_manager();
  }
  SECTION("that never got one") {
    stage.server.forbid("create", "persistentvolumes");
    stage.put_claim("second", "U2");
    CHECK_FALSE(program.work(6));
    stage.server.allow("create", "persistentvolumes");
    stage.remove_claim("first");
  }
  REQUIRE(program.work());
  stage.controller_manager();
  REQUIRE(program.work());
  INFO(program.log().text());
  CHECK(is_bound(*stage.claim("second")));
  CHECK_FALSE(stage.volume("pvc-U1"));
}

TEST_CASE("a claim deleted and made again under its name waits for the release and loses nothing") {
  auto const binding = GENERATE(Binding::direct, Binding::controller);
  for (std::string const policy : {"archive", "delete", "retain"}) {
    INFO(policy);
    Stage stage;
    stage.server.patch<k8s::StorageClass>({{}, "volumen-tipo-ivan"},
                                          R"({"parameters":{"onDelete":")" + policy + R"("}})");
    stage.put_claim("web", "U1");
    Program program(stage, binding);
    auto const work = [&] {
      REQUIRE(program.work());
      if (binding == Binding::direct) return;  // without a look of kube-controller-manager
      stage.controller_manager();
      REQUIRE(program.work());
    };
    work();
    REQUIRE(is_bound(*stage.claim("web")));
    stage.files.put_file("team-a/web/data", "precious");
    stage.remove_claim("web");
    stage.put_claim("web", "U2");
    REQUIRE(program.work());
    // It waits until kube-controller-manager has marked the old volume Released, or we have.
    CHECK(stage.volume("pvc-U1").has_value() == (binding == Binding::controller));
    work();
    work();
    CHECK(is_bound(*stage.claim("web")));
    CHECK_FALSE(stage.volume("pvc-U1"));
    auto const dump = stage.files.dump();
    CHECK(dump.contains("team-a/web"));
    CHECK(dump.contains("archived-team-a-web-pvc-U1/data") == (policy == "archive"));
    CHECK(dump.contains(own_layout.resting_of("pvc-U1") + "/data") == (policy == "delete"));
    CHECK(dump.contains("team-a/web/data") == (policy == "retain"));
  }
}

TEST_CASE("what is deleted rests in the trash for as long as its class said, an hour if it did not, or not at all") {
  auto const [said, rests] = GENERATE(table<std::string, std::string>({{"", "1h"}, {"7d", "7d"}, {"0", ""}}));
  CAPTURE(said);
  Stage stage;
  k8s::StringMap parameters{{"pathPattern", "${.PVC.namespace}/${.PVC.name}"}, {"onDelete", "delete"}};
  if (!said.empty()) parameters.emplace("trashRetention", said);
  stage.make_class_anew(parameters);
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  stage.files.put_file("team-a/web/data", "precious");
  // Frozen on the volume: what the class says later changes nothing.
  stage.server.remove<k8s::StorageClass>({{}, "volumen-tipo-ivan"});
  stage.remove_claim("web");
  REQUIRE(program.work());
  auto const dump = stage.files.dump();
  CHECK_FALSE(dump.contains("team-a/web"));
  CHECK(dump.contains(own_layout.resting_of("pvc-U1") + "/data") == !rests.empty());
  CHECK(dump.contains(own_layout.trash_of("pvc-U1") + "/data") == rests.empty());
  CHECK(program.site().purger().counts().waiting == (rests.empty() ? 1 : 0));
  if (rests.empty()) return;
  CHECK(program.log().count("where it rests for " + rests) == 1);
  auto const tree = program.site().store().find_resting("pvc-U1").value();
  REQUIRE((tree && tree->record));
  CHECK(tree->record->retention == rests);
  CHECK(tree->record->claim_namespace + "/" + tree->record->claim_name == "team-a/web");
  CHECK(tree->record->original_path == "team-a/web");
  CHECK_FALSE(tree->record->volume_uid.empty());
  CHECK_FALSE(tree->record->namespace_uid.empty());
}

TEST_CASE("a claim that comes back while its earlier data rests in the trash begins empty, and the data stays there") {
  Stage stage;
  stage.make_class_anew(
      {{"pathPattern", "${.PVC.namespace}/${.PVC.name}"}, {"onDelete", "delete"}, {"onCreate", "restore"}});
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  stage.files.put_file("team-a/web/data", "precious");
  stage.remove_claim("web");
  REQUIRE(program.work());
  stage.put_claim("web", "U2");
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.files.dump().contains("team-a/web"));
  CHECK_FALSE(stage.files.dump().contains("team-a/web/data"));
  CHECK(stage.files.dump().contains(own_layout.resting_of("pvc-U1") + "/data"));
}

TEST_CASE("a volume that somebody else's finalizer keeps holds up nobody once its directory is dealt with") {
  std::string const policy = GENERATE("archive", "delete", "retain");
  auto const binding = GENERATE(Binding::direct, Binding::controller);
  bool const restarted = GENERATE(false, true);
  INFO(policy << ", " << (restarted ? "restarted" : "in one life"));
  Stage stage;
  stage.make_class_anew(
      {{"pathPattern", "${.PVC.namespace}/${.PVC.name}"}, {"onDelete", policy}, {"onCreate", "restore"}});
  stage.put_claim("web", "U1");
  auto program = std::make_unique<Program>(stage, binding);
  auto const work = [&] {
    REQUIRE(program->work());
    stage.controller_manager();
    REQUIRE(program->work());
  };
  work();
  stage.files.put_file("team-a/web/data", "precious");
  stage.server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"metadata":{"finalizers":["example.com/backup",)"
                                                  R"("external-provisioner.volume.kubernetes.io/finalizer"]}})");
  stage.remove_claim("web");
  work();
  REQUIRE(stage.volume("pvc-U1")->meta.deleting());
  REQUIRE(stage.volume("pvc-U1")->meta.finalizers == std::vector<std::string>{"example.com/backup"});
  if (restarted) program = std::make_unique<Program>(stage, binding);
  stage.put_claim("web", "U2");
  work();
  INFO(program->log().text());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.volume("pvc-U1"));
  CHECK(program->told("WaitingForRelease") == 0);
  auto const dump = stage.files.dump();
  CHECK(dump.contains("team-a/web/data") == (policy != "delete"));
  CHECK(dump.contains(own_layout.resting_of("pvc-U1") + "/data") == (policy == "delete"));
}

TEST_CASE("a sharer that somebody else's finalizer keeps does not hold up the release of the last one") {
  Stage stage;
  stage.make_class_anew({{"pathPattern", "common"}, {"sharedDirectory", "sameNamespace"}});
  stage.put_claim("web", "U1");
  stage.put_claim("db", "U2");
  auto program = std::make_unique<Program>(stage);
  REQUIRE(program->work());
  stage.files.put_file("common/data", "precious");
  stage.server.patch<k8s::Volume>({{}, "pvc-U2"}, R"({"metadata":{"finalizers":["example.com/backup",)"
                                                  R"("external-provisioner.volume.kubernetes.io/finalizer"]}})");
  stage.remove_claim("db");
  REQUIRE(program->work());
  REQUIRE(stage.volume("pvc-U2")->meta.deleting());
  REQUIRE(stage.files.dump().contains("common/data"));
  if (GENERATE(false, true)) program = std::make_unique<Program>(stage);
  stage.remove_claim("web");
  REQUIRE(program->work());
  INFO(program->log().text());
  CHECK_FALSE(stage.volume("pvc-U1"));
  CHECK(stage.files.dump().contains("archived-team-a-web-pvc-U1/data"));
}

TEST_CASE("a release that is repeated late does not take the successor's directory along") {
  Stage stage;
  stage.server.patch<k8s::StorageClass>({{}, "volumen-tipo-ivan"},
                                        R"({"parameters":{"onDelete":"delete","trashRetention":"0"}})");
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  stage.remove_claim("web");
  stage.put_claim("web", "U2");
  stage.controller_manager();
  program.watch();

  // The directory is in the trash, but the volume could not be deleted; the watch lags, and the trash is emptied.
  stage.server.on_request(test::fail_at(2, Moment::before, k8s::make_error(k8s::ErrorKind::transport, "reset")));
  CHECK(std::holds_alternative<TryAgain>(program.reconcile("pvc-U1")));
  REQUIRE(stage.volume("pvc-U1"));
  while (!program.site().store().purge_some("pvc-U1", 1000).value()) {
  }
  (void)program.reconcile("pvc-U2");  // waits

  // Tried again, the release hangs in the file system while an administrator deletes the volume, the watch catches up
  // and the successor asks.
  program.faults().hang_at(1);
  {
    std::jthread const late([&] {
      Reconciler other(program.parts(), 0, stage.server.connect());
      (void)other.reconcile("pvc-U1", {});
    });
    program.faults().wait_until_hanging();
    stage.server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"metadata":{"finalizers":null}})");
    stage.server.remove<k8s::Volume>({{}, "pvc-U1"});
    program.watch();
    (void)program.reconcile("pvc-U2");
    program.faults().release();
  }
  REQUIRE(program.work());
  INFO(program.log().text());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.files.dump().contains("team-a/web"));
  CHECK_FALSE(stage.files.dump().contains(".nfs-subdir-provisioner/clusters/cluster-a/trash/pvc-U1"));
}

TEST_CASE("of two that share a directory and go at once one has it archived, whoever of them was told of the other") {
  Stage stage;
  stage.make_class_anew({{"pathPattern", "common"}, {"sharedDirectory", "sameNamespace"}});
  stage.put_claim("web", "U1");
  stage.put_claim("db", "U2");
  Program program(stage);
  REQUIRE(program.work());
  stage.files.put_file("common/data", "precious");
  auto const later = GENERATE(as<std::string>(), "web", "db");
  auto const sooner = later == "web" ? "db" : "web";
  bool const deleted = GENERATE(true, false);
  stage.remove_claim(sooner);
  stage.controller_manager();
  program.watch();
  if (!deleted) stage.server.forbid("delete", "persistentvolumes");
  // It leaves the directory to the other one. No watch has shown that yet when the other one's claim goes, too.
  (void)program.reconcile(sooner == std::string("web") ? "pvc-U1" : "pvc-U2");
  stage.server.allow("delete", "persistentvolumes");
  stage.remove_claim(later);
  stage.controller_manager();
  program.view().claims().erase("team-a/" + later);
  auto const other = later == "web" ? "pvc-U1" : "pvc-U2";
  program.view().volumes().apply(*stage.volume(other));
  (void)program.reconcile(other);
  REQUIRE(program.work());
  INFO(program.log().text());
  CHECK_FALSE(stage.volume("pvc-U1"));
  CHECK_FALSE(stage.volume("pvc-U2"));
  CHECK(program.site().store().catalog().all().size() == 1);
  CHECK_FALSE(stage.files.dump().contains("common"));
}

TEST_CASE(
    "a volume that a restore of etcd has set Bound again keeps its directory, though the watch still shows its end") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage, Binding::controller);
  REQUIRE(program.work());
  stage.controller_manager();
  REQUIRE(program.work());
  stage.files.put_file("team-a/web/data", "precious");
  auto const claim = *stage.claim("web");
  stage.remove_claim("web");
  stage.controller_manager();
  program.watch();
  stage.server.put(claim);
  stage.server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"status":{"phase":"Bound"}})", "status");
  (void)program.reconcile("pvc-U1");
  CHECK(stage.files.dump().contains("team-a/web/data"));
  CHECK_FALSE(stage.volume("pvc-U1")->meta.deleting());
}

TEST_CASE("a volume that was kept is adopted by the claim of its name") {
  Stage stage;
  stage.server.patch<k8s::StorageClass>({{}, "volumen-tipo-ivan"}, R"({"reclaimPolicy":"Retain"})");
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  stage.files.put_file("team-a/web/data", "precious");
  stage.remove_claim("web");
  stage.controller_manager();
  REQUIRE(program.work());
  CHECK(stage.volume("pvc-U1")->phase == "Released");
  stage.put_claim("web", "U2");
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.files.dump().contains("team-a/web/data"));
}

TEST_CASE("what the class says at its making is done at the end, whatever became of the class") {
  Stage stage;
  stage.put_claim("web", "U1");
  serve(stage);
  stage.files.put_file("team-a/web/data", "precious");
  stage.server.remove<k8s::StorageClass>({{}, "volumen-tipo-ivan"});
  stage.remove_claim("web");
  stage.controller_manager();
  Program program(stage);
  REQUIRE(program.work());
  CHECK_FALSE(stage.volume("pvc-U1"));
  CHECK(stage.directories() ==
        std::vector<std::string>{"archived-team-a-web-pvc-U1", "archived-team-a-web-pvc-U1/data"});
}

TEST_CASE("the directory of a volume that is empty at its end is removed, and that is said") {
  Stage stage;
  stage.put_claim("web", "U1");
  serve(stage);
  stage.remove_claim("web");
  stage.controller_manager();
  Program program(stage);
  REQUIRE(program.work());
  CHECK_FALSE(stage.volume("pvc-U1"));
  CHECK(stage.directories().empty());
  CHECK_THAT(program.log().text(), Catch::Matchers::Contains("removed: it was empty"));
}

TEST_CASE("a directory that is gone already is told, and the volume goes") {
  Stage stage;
  stage.put_claim("web", "U1");
  serve(stage);
  REQUIRE(stage.files.remove_directory("team-a/web").has_value());
  stage.remove_claim("web");
  stage.controller_manager();
  Program program(stage);
  REQUIRE(program.work());
  CHECK(program.told("DirectoryMissing") == 1);
  CHECK_FALSE(stage.volume("pvc-U1"));
}

TEST_CASE("a mount that is missing releases nothing, and goes on when it is back") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  stage.files.set_missing(true);
  stage.remove_claim("web");
  stage.controller_manager();
  CHECK_FALSE(program.work(5));
  REQUIRE(stage.volume("pvc-U1"));
  CHECK(program.told("VolumeFailedDelete") >= 1);
  stage.files.set_missing(false);
  REQUIRE(program.work());
  CHECK_FALSE(stage.volume("pvc-U1"));
}

TEST_CASE("the finalizer follows the reclaim policy that an administrator sets") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  REQUIRE(k8s::has_finalizer(stage.volume("pvc-U1")->meta, names::finalizer));
  stage.server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"spec":{"persistentVolumeReclaimPolicy":"Retain"},
    "metadata":{"finalizers":["kubernetes.io/pv-protection","external-provisioner.volume.kubernetes.io/finalizer"]}})");
  REQUIRE(program.work());
  CHECK(stage.volume("pvc-U1")->meta.finalizers == std::vector<std::string>{"kubernetes.io/pv-protection"});
  stage.server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"spec":{"persistentVolumeReclaimPolicy":"Delete"}})");
  REQUIRE(program.work());
  CHECK(k8s::has_finalizer(stage.volume("pvc-U1")->meta, names::finalizer));
}

TEST_CASE("a finalizer that may not be put on is given up") {
  Stage stage;
  stage.put_claim("web", "U1");
  stage.server.patch<k8s::StorageClass>({{}, "volumen-tipo-ivan"}, R"({"reclaimPolicy":"Retain"})");
  Program program(stage);
  REQUIRE(program.work());
  stage.server.forbid("patch", "persistentvolumes");
  stage.server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"spec":{"persistentVolumeReclaimPolicy":"Delete"}})");
  REQUIRE(program.work());
  CHECK_FALSE(program.settings().current().permissions.patch_volumes);
  CHECK(program.log().count("permission is missing") == 1);
}

TEST_CASE("a deletion that is begun anew, since the finalizer could not be taken off, is counted once") {
  Stage stage;
  stage.put_claim("web", "U1");
  serve(stage);
  stage.remove_claim("web");
  Program program(stage);
  Deletions deletions;
  program.parts().observer = &deletions;
  Reconciler reconciler(program.parts(), 0, stage.server.connect());
  program.watch();
  bool refused = false;
  stage.server.on_request([&](Moment moment, std::size_t, k8s::Request const& request) {
    std::optional<test::MemoryApiServer::Answer> answer;
    if (refused || moment != Moment::before || !contains(request.body, "$deleteFromPrimitiveList")) return answer;
    refused = true;
    answer = test::failure(500, "InternalError", "try again");
    return answer;
  });
  (void)reconciler.reconcile("pvc-U1", {});
  REQUIRE(refused);
  CHECK(deletions.volumes.empty());
  program.watch();
  (void)reconciler.reconcile("pvc-U1", {});
  CHECK_FALSE(stage.volume("pvc-U1"));
  CHECK(deletions.volumes == std::vector<std::string>{"pvc-U1"});
}

TEST_CASE("a volume that was released is not released again before the watch shows its end") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  stage.remove_claim("web");
  stage.controller_manager();
  program.watch();
  (void)program.reconcile("pvc-U1");
  REQUIRE_FALSE(stage.volume("pvc-U1"));
  stage.server.on_request({});
  program.faults().fail_at(1000, FaultyFileSystem::Moment::before, StorageFault::io);
  (void)program.reconcile("pvc-U1");
  CHECK(stage.server.requests() == 0);
  CHECK(program.faults().effects() == 0);
}

TEST_CASE("a volume that is released before the watch shows the end of its claim is not bound again") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  stage.remove_claim("web");
  stage.controller_manager();
  program.view().volumes().apply(*stage.volume("pvc-U1"));
  (void)program.reconcile("pvc-U1");
  CHECK(stage.volume("pvc-U1")->phase == "Released");
  REQUIRE(program.work());
  CHECK_FALSE(stage.volume("pvc-U1"));
}

TEST_CASE("a volume that is to be kept is marked Released when its claim is gone, and keeps its data") {
  Stage stage;
  stage.server.remove<k8s::StorageClass>({{}, our_class().meta.name});
  auto keeping = our_class();
  keeping.reclaim_policy = "Retain";
  stage.server.put(keeping);
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  stage.files.put_file("team-a/web/data", "precious");
  stage.remove_claim("web");
  REQUIRE(program.work());
  CHECK(stage.volume("pvc-U1")->phase == "Released");
  CHECK(stage.files.dump().contains("team-a/web/data"));
}

TEST_CASE("a claim that the API server still has keeps its volume Bound, whatever a watch says of it") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  program.view().claims().erase("team-a/web");
  (void)program.reconcile("pvc-U1");
  CHECK(stage.volume("pvc-U1")->phase == "Bound");
  CHECK(is_bound(*stage.claim("web")));
}

TEST_CASE("a volume that turns out to be another claim's when it is marked keeps its directory: etcd was restored") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  stage.files.put_file("team-a/web/data", "precious");
  stage.remove_claim("web");
  stage.put_claim("app", "U2");
  program.watch();
  // Its resourceVersion is that of the state which was decided on, so the mark is taken.
  stage.server.on_request([&](test::MemoryApiServer::Moment moment, std::size_t, k8s::Request const& request) {
    std::optional<test::MemoryApiServer::Answer> answer;
    if (moment != test::MemoryApiServer::Moment::before || !request.target.ends_with("/status")) return answer;
    auto const marked = stage.server.patch<k8s::Volume>(
        {{}, "pvc-U1"}, R"({"spec":{"claimRef":{"name":"app","uid":"U2"}},"status":{"phase":"Released"}})");
    answer = k8s::Response{200, k8s::write(marked), {}};
    return answer;
  });
  (void)program.reconcile("pvc-U1");
  CHECK(stage.files.dump().contains("team-a/web/data"));
  CHECK(stage.volume("pvc-U1")->claim_ref->uid == "U2");
}

TEST_CASE("a release takes one GET of the claim, and three writes") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  stage.remove_claim("web");
  std::vector<k8s::Method> methods;
  stage.server.on_request([&](test::MemoryApiServer::Moment moment, std::size_t, k8s::Request const& request) {
    if (moment == test::MemoryApiServer::Moment::before) methods.push_back(request.method);
    return std::optional<test::MemoryApiServer::Answer>{};
  });
  REQUIRE(program.work());
  using k8s::Method;
  CHECK(methods == std::vector{Method::get, Method::patch, Method::del, Method::patch});
  CHECK(stage.server.all<k8s::Volume>().empty());
}

TEST_CASE("where volumes may not be marked, kube-controller-manager marks them, and that is told once") {
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  stage.remove_claim("web");
  stage.server.on_request([](test::MemoryApiServer::Moment moment, std::size_t, k8s::Request const& request) {
    std::optional<test::MemoryApiServer::Answer> answer;
    if (moment != test::MemoryApiServer::Moment::before) return answer;
    if (request.target.ends_with("/status")) answer = test::failure(403, "Forbidden", "no");
    bool const asks = request.target.ends_with("/selfsubjectaccessreviews");
    if (asks) answer = k8s::Response{201, R"({"status":{"allowed":false}})", {}};
    return answer;
  });
  REQUIRE(program.work());
  CHECK(stage.volume("pvc-U1")->phase == "Bound");
  CHECK_FALSE(program.settings().current().permissions.patch_volume_status);
  stage.server.on_request({});
  stage.controller_manager();
  REQUIRE(program.work());
  CHECK(stage.server.all<k8s::Volume>().empty());
}
