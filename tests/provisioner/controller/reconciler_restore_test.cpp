// The data comes back: claims that are deleted and made again, before an API server and an export in memory.
#include <algorithm>

#include "provisioner/core/binding.hpp"
#include "provisioner/core/naming.hpp"
#include "tests/provisioner/support/stage.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

constexpr auto token = "team-a/web/token";

struct RestoreStage : Stage {
  RestoreStage() {
    server.patch<k8s::StorageClass>({{}, "volumen-tipo-ivan"}, R"({"parameters":{"onCreate":"restore"}})");
  }
  /// A claim of this uid is served, written to, deleted, and its volume archived.
  void archive(std::string const& uid, std::string const& content) {
    put_claim("web", uid);
    Program program(*this);
    REQUIRE(program.work());
    REQUIRE(is_bound(*claim("web")));
    files.put_file(token, content);
    release(program);
    REQUIRE(directories().front() == "archived-team-a-web-pvc-" + uid);
  }
  void release(Program& program) {
    remove_claim("web");
    controller_manager();
    REQUIRE(program.work());
    REQUIRE_FALSE(volume("pvc-U2"));
  }
  [[nodiscard]] std::string at(std::string const& path) const {
    auto const all = files.dump();
    auto const found = all.find(path);
    return found == all.end() ? "nothing" : found->second;
  }
  [[nodiscard]] bool has_record(std::string const& volume) const {
    return at(".nfs-subdir-provisioner/archives/" + volume + ".json") != "nothing";
  }
};

std::string told(Program const& program, std::string_view reason) {
  for (auto const& event : program.events())
    if (event.reason == reason) return event.message;
  return "nothing";
}

/// The export as a verb opens it beside the program.
struct ByHand : VolumeStore {
  explicit ByHand(Stage& stage) : VolumeStore(stage.files, nfs::own_cluster) {
    REQUIRE(join().has_value());
    REQUIRE(survey_archives().has_value());
  }
};

k8s::StringMap asking(std::string const& what) {
  return {{std::string(names::restore_from), what}};
}

}  // namespace

TEST_CASE("a claim that is made again has its data again, and an Event says so") {
  RestoreStage stage;
  stage.archive("U1", "precious");
  Program program(stage);
  stage.put_claim("web", "U2");
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.at(token) == "file precious");
  CHECK(program.told("VolumeRestored") == 1);
  CHECK(told(program, "VolumeRestored").starts_with("Restored archive archived-team-a-web-pvc-U1 of 2026-01-"));
  CHECK(program.told("ProvisioningFailed") == 0);
  CHECK_FALSE(stage.has_record("pvc-U1"));
  CHECK_FALSE(stage.has_intents());
  CHECK(program.site().store().catalog().all().empty());
}

TEST_CASE("what belongs to a pod begins empty, and comes back to nobody who does not ask for it") {
  RestoreStage stage;
  Program program(stage);
  auto const made = [&](std::string const& uid, bool by_pod, k8s::StringMap annotations = {}) {
    auto claim = pending_claim("web", uid);
    claim.meta.annotations.merge(annotations);
    if (by_pod) claim.meta.owner_references = {{"v1", "Pod", "web-0", "POD-UID", true}};
    stage.server.put(claim);
    REQUIRE(program.work());
    REQUIRE(is_bound(*stage.claim("web")));
  };
  auto const leave = [&](std::string const& data) {
    stage.files.put_file(token, data);
    stage.release(program);
  };
  made("U1", false);
  leave("of the claim");
  made("U3", true);
  CHECK(stage.at(token) == "nothing");
  leave("of the pod");
  CHECK(stage.at(".nfs-subdir-provisioner/archives/pvc-U3.json").find("scratch") != std::string::npos);
  SECTION("nor to the next pod") {
    made("U4", true);
    CHECK(stage.at(token) == "nothing");
  }
  SECTION("not even to one that begins with what a claim had left before, also after a restart") {
    Program again(stage);
    stage.put_claim("web", "U4");
    REQUIRE(again.work());
    CHECK(stage.at(token) == "file of the claim");
  }
  SECTION("but to who asks, a pod or not") {
    made("U4", GENERATE(true, false), asking("latest"));
    CHECK(stage.at(token) == "file of the pod");
  }
}

TEST_CASE("deleted and made again twenty times in one life of the program, the data is always there") {
  RestoreStage stage;
  Program program(stage);
  for (int i = 1; i <= 20; ++i) {
    CAPTURE(i);
    auto const uid = "U" + std::to_string(i);
    stage.put_claim("web", uid);
    REQUIRE(program.work());
    REQUIRE(is_bound(*stage.claim("web")));
    if (i == 1)
      stage.files.put_file(token, "precious");
    else
      REQUIRE(stage.at(token) == "file precious");
    stage.remove_claim("web");
    stage.controller_manager();
    REQUIRE(program.work());
    REQUIRE_FALSE(stage.volume("pvc-" + uid));
    REQUIRE(program.site().store().catalog().all().size() == 1);
  }
  CHECK(stage.directories() ==
        std::vector<std::string>{"archived-team-a-web-pvc-U20", "archived-team-a-web-pvc-U20/token"});
}

TEST_CASE("a claim that is made again before its release is over waits for it, and then has the data") {
  RestoreStage stage;
  stage.put_claim("web", "U1");
  Program program(stage);
  REQUIRE(program.work());
  stage.files.put_file(token, "precious");
  stage.remove_claim("web");
  stage.put_claim("web", "U2");
  CHECK(program.told("WaitingForRelease") == 0);
  // The new claim is looked at first: the volume of the old one is still Bound.
  program.watch();
  (void)program.reconcile("pvc-U2");
  CHECK(program.told("WaitingForRelease") == 1);
  CHECK_FALSE(stage.volume("pvc-U2"));
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.at(token) == "file precious");
  CHECK(program.told("VolumeRestored") == 1);
}

TEST_CASE("an archive that is gone: told, and then an empty directory for who did not ask for it") {
  RestoreStage stage;
  stage.archive("U1", "precious");
  Program program(stage);
  REQUIRE(stage.files.rename("archived-team-a-web-pvc-U1", "moved-by-hand").has_value());
  stage.put_claim("web", "U2");
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.at("team-a/web") == "directory 0777 0:0");
  CHECK(program.told("ArchiveMissing") == 1);
  CHECK(program.told("VolumeRestored") == 0);
  CHECK(program.site().store().catalog().all().empty());
}

TEST_CASE("an archive that a person took away by a verb: no warning, and an empty directory") {
  RestoreStage stage;
  stage.archive("U1", "precious");
  Program program(stage);
  ByHand by_hand(stage);
  SECTION("purged") {
    REQUIRE(by_hand.move_to_trash("archived-team-a-web-pvc-U1").has_value());
  }
  SECTION("restored to elsewhere") {
    REQUIRE(by_hand.move_out("archived-team-a-web-pvc-U1", path("by-hand/web")).has_value());
  }
  stage.put_claim("web", "U2");
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.at("team-a/web") == "directory 0777 0:0");
  CHECK(program.told("ArchiveMissing") == 0);
  CHECK(program.told("DirectoryAdopted") == 0);
}

TEST_CASE("an archive whose record alone is gone is missed, and stays where it is") {
  RestoreStage stage;
  stage.archive("U1", "precious");
  Program program(stage);
  REQUIRE(stage.files.remove_file(".nfs-subdir-provisioner/archives/pvc-U1.json").has_value());
  stage.put_claim("web", "U2");
  REQUIRE(program.work());
  CHECK(program.told("ArchiveMissing") == 1);
  CHECK(stage.at("archived-team-a-web-pvc-U1/token") == "file precious");
}

TEST_CASE("a claim is told that it adopts what stands at its path, as when an archive was restored there by hand") {
  RestoreStage stage;
  stage.archive("U1", "precious");
  Program program(stage);
  ByHand by_hand(stage);
  REQUIRE(by_hand.move_out("archived-team-a-web-pvc-U1", path("team-a/web")).has_value());
  stage.put_claim("web", "U2");
  REQUIRE(program.work());
  CHECK(stage.at(token) == "file precious");
  CHECK(told(program, "DirectoryAdopted") ==
        "Adopted directory team-a/web, which stood there already, with what is in it");
  CHECK(program.told("ArchiveMissing") == 0);
}

TEST_CASE("an archive that is gone: told, and refused to who asked for it") {
  for (auto const* wanted : {"latest", "pvc-U1"}) {
    RestoreStage stage;
    stage.archive("U1", "precious");
    Program program(stage);
    REQUIRE(stage.files.rename("archived-team-a-web-pvc-U1", "moved-by-hand").has_value());
    stage.put_claim("web", "U2", asking(wanted));
    REQUIRE(program.work());
    CHECK_FALSE(is_bound(*stage.claim("web")));
    CHECK(program.told("ArchiveMissing") == 1);
    CHECK(contains(told(program, "ProvisioningFailed"), "there is no such archive"));
    CHECK(stage.directories() == std::vector<std::string>{"moved-by-hand", "moved-by-hand/token"});
  }
}

TEST_CASE("what upstream left is given by name with the class's consent, and refused once it is gone") {
  RestoreStage stage;
  stage.server.patch<k8s::StorageClass>({{}, "volumen-tipo-ivan"},
                                        R"({"parameters":{"restoreAcrossNamespaceUid":"true"}})");
  stage.files.put_file("archived-team-a-web-pvc-OLD/token", "precious");
  stage.put_claim("web", "U2", asking("pvc-OLD"));
  Program program(stage);
  program.site().found_unrecorded({"archived-team-a-web-pvc-OLD"});
  SECTION("there") {
    REQUIRE(program.work());
    CHECK(is_bound(*stage.claim("web")));
    CHECK(stage.at(token) == "file precious");
    CHECK(told(program, "VolumeRestored") == "Restored archive archived-team-a-web-pvc-OLD");
  }
  SECTION("gone") {
    REQUIRE(stage.files.rename("archived-team-a-web-pvc-OLD", "moved-by-hand").has_value());
    REQUIRE(program.work());
    CHECK_FALSE(is_bound(*stage.claim("web")));
    CHECK(program.told("ArchiveMissing") == 1);
    CHECK(contains(told(program, "ProvisioningFailed"), "there is no such archive"));
  }
}

TEST_CASE("a path that is occupied at an asked-for restore: told, tried again, and restored once it is free") {
  RestoreStage stage;
  stage.archive("U1", "precious");
  stage.files.put_file("team-a/web/other", "somebody's");
  stage.put_claim("web", "U2", asking("latest"));
  Program program(stage);
  CHECK_FALSE(program.work(5));
  CHECK(contains(told(program, "ProvisioningFailed"), "a directory with data stands there"));
  CHECK(stage.at("team-a/web/other") == "file somebody's");
  CHECK(stage.at("archived-team-a-web-pvc-U1/token") == "file precious");
  REQUIRE(stage.files.rename("team-a/web", "moved-by-hand").has_value());
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.at(token) == "file precious");
}

TEST_CASE("a claim that goes before its volume came to be leaves the archive as it was, for the next one") {
  for (bool const restarted : {false, true}) {
    CAPTURE(restarted);
    RestoreStage stage;
    stage.archive("U1", "precious");
    auto const before = stage.files.dump();
    stage.server.forbid("create", "persistentvolumes");
    stage.put_claim("web", "U2");
    auto program = std::make_unique<Program>(stage);
    CHECK_FALSE(program->work(3));
    REQUIRE(stage.at(token) == "file precious");
    stage.remove_claim("web");
    if (restarted) program = std::make_unique<Program>(stage);
    SECTION("gone for good") {
      REQUIRE(program->work());
      CHECK(stage.files.dump() == before);
    }
    SECTION("made again while the archive is being put back") {
      stage.put_claim("web", "U3");
      stage.server.allow("create", "persistentvolumes");
      REQUIRE(program->work());
      CHECK(is_bound(*stage.claim("web")));
      CHECK(stage.at(token) == "file precious");
      CHECK_FALSE(stage.has_record("pvc-U1"));
      CHECK_FALSE(stage.has_intents());
    }
  }
}

TEST_CASE("a claim that was restored is settled by the next life of the program") {
  RestoreStage stage;
  stage.archive("U1", "precious");
  stage.put_claim("web", "U2");
  stage.server.on_request([](auto moment, std::size_t,
                             k8s::Request const& request) -> std::optional<test::MemoryApiServer::Answer> {
    if (moment == test::MemoryApiServer::Moment::after && request.target.ends_with("persistentvolumeclaims/web/status"))
      throw Death{};
    return std::nullopt;
  });
  {
    Program dying(stage);
    CHECK_THROWS_AS(dying.work(), Death);
  }
  stage.server.on_request({});
  REQUIRE(stage.has_record("pvc-U1"));
  SECTION("its claim is still there") {
    Program program(stage);
    REQUIRE(program.work());
    CHECK_FALSE(stage.has_record("pvc-U1"));
    CHECK_FALSE(stage.has_intents());
    CHECK(stage.at(token) == "file precious");
  }
  SECTION("its claim went meanwhile: archived anew") {
    stage.files.put_file("team-a/web/written", "since");
    stage.remove_claim("web");
    stage.controller_manager();
    Program program(stage);
    REQUIRE(program.work());
    CHECK_FALSE(stage.volume("pvc-U2"));
    CHECK(stage.at("archived-team-a-web-pvc-U2/token") == "file precious");
    CHECK(stage.at("archived-team-a-web-pvc-U2/written") == "file since");
    CHECK_FALSE(stage.has_record("pvc-U1"));
    CHECK(stage.has_record("pvc-U2"));
  }
}

TEST_CASE("an archive that a claim asked for in vain is the next one's: nothing of it was begun") {
  RestoreStage stage;
  stage.archive("U1", "precious");
  stage.put_claim("web", "U2");
  Program program(stage);
  program.faults().fail_at(1, FaultyFileSystem::Moment::before, StorageFault::io);  // the intent
  CHECK(std::holds_alternative<TryAgain>(program.reconcile("pvc-U2")));
  CHECK_FALSE(stage.has_intents());
  stage.remove_claim("web");
  stage.put_claim("web", "U3");
  program.view().claims().erase("team-a/web");
  program.view().claims().apply(*stage.claim("web"));
  (void)program.reconcile("pvc-U2");
  (void)program.reconcile("pvc-U3");
  CHECK(stage.at(token) == "file precious");
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
}

TEST_CASE("a restored volume whose class says delete is deleted when its claim goes, for it was used") {
  RestoreStage stage;
  stage.archive("U1", "precious");
  stage.server.patch<k8s::StorageClass>({{}, "volumen-tipo-ivan"}, R"({"parameters":{"onDelete":"delete"}})");
  stage.put_claim("web", "U2");
  Program program(stage);
  REQUIRE(program.work());
  REQUIRE(stage.at(token) == "file precious");
  stage.release(program);
  CHECK(stage.directories().empty());
  CHECK(stage.at(".nfs-subdir-provisioner/clusters/cluster-a/resting/pvc-U2/token") == "file precious");
  CHECK_FALSE(stage.has_record("pvc-U1"));
  CHECK_FALSE(stage.has_record("pvc-U2"));
}

TEST_CASE("without the permission to read namespaces nothing is restored by itself") {
  RestoreStage stage;
  stage.archive("U1", "precious");
  stage.server.forbid("get", "namespaces");
  stage.put_claim("web", "U2");
  Program program(stage);
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.at(token) == "nothing");
  CHECK(stage.at("archived-team-a-web-pvc-U1/token") == "file precious");
  CHECK(stage.has_record("pvc-U1"));
}

TEST_CASE("a directory that another claim shares stays, be it empty, whatever archive is asked for") {
  RestoreStage stage;
  stage.archive("U1", "precious");
  stage.make_class_anew({{"pathPattern", "common"}, {"sharedDirectory", "sameNamespace"}, {"onCreate", "restore"}});
  stage.put_claim("db", "U3");
  Program program(stage);
  REQUIRE(program.work());
  REQUIRE(is_bound(*stage.claim("db")));
  stage.put_claim("web", "U4", asking("latest"));
  REQUIRE(program.work());
  CHECK_FALSE(is_bound(*stage.claim("web")));
  CHECK(told(program, "ProvisioningFailed").find("cannot come back to it") != std::string::npos);
  CHECK(stage.at("common").starts_with("directory"));
  // Once the other one has gone, it comes back by itself.
  stage.remove_claim("db");
  stage.controller_manager();
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.at("common/token") == "file precious");
}

TEST_CASE("what came back and is shared by now stays where it is, though its own volume is taken away by force") {
  RestoreStage stage;
  stage.archive("U1", "precious");
  stage.make_class_anew({{"pathPattern", "common"}, {"sharedDirectory", "sameNamespace"}, {"onCreate", "restore"}});
  stage.put_claim("web", "U2");
  Program program(stage, Binding::controller);
  REQUIRE(program.work());
  stage.put_claim("db", "U3");
  REQUIRE(program.work());
  REQUIRE(stage.volume("pvc-U3"));
  REQUIRE(stage.at("common/token") == "file precious");
  REQUIRE(stage.has_intents());
  stage.server.remove<k8s::Volume>({{}, "pvc-U2"});
  stage.server.patch<k8s::Volume>({{}, "pvc-U2"}, R"({"metadata":{"finalizers":null}})");
  REQUIRE_FALSE(stage.volume("pvc-U2"));
  bool always_there = true;
  stage.server.on_request([&](auto...) -> std::optional<test::MemoryApiServer::Answer> {
    always_there = always_there && stage.at("common/token") == "file precious";
    return std::nullopt;
  });
  REQUIRE(program.work());
  CHECK(always_there);
  INFO(program.log().text());
  CHECK(stage.volume("pvc-U2"));
  CHECK(stage.at("common/token") == "file precious");
  CHECK_FALSE(stage.has_record("pvc-U1"));
}

TEST_CASE("of two that shared a directory the first one back has its data, and the second one shares it again") {
  RestoreStage stage;
  stage.make_class_anew({{"pathPattern", "common"}, {"sharedDirectory", "sameNamespace"}, {"onCreate", "restore"}});
  stage.put_claim("web", "U1");
  stage.put_claim("db", "U2");
  Program program(stage);
  REQUIRE(program.work());
  stage.files.put_file("common/token", "precious");
  auto const last = GENERATE(as<std::string>(), "web", "db");
  auto const first_back = GENERATE(as<std::string>(), "web", "db");
  auto const other = [](std::string const& name) { return std::string(name == "web" ? "db" : "web"); };
  for (auto const& name : {other(last), last}) {
    stage.remove_claim(name);
    stage.controller_manager();
    REQUIRE(program.work());
  }
  REQUIRE(stage.at("common/token") == "nothing");
  stage.put_claim(first_back, "U3");
  REQUIRE(program.work());
  CHECK(stage.at("common/token") == "file precious");
  stage.put_claim(other(first_back), "U4");
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(is_bound(*stage.claim("db")));
  CHECK(stage.at("common/token") == "file precious");
  CHECK(program.site().store().catalog().all().empty());
}

TEST_CASE("as long as not all archives are known a claim that wants its data waits, and has it afterwards") {
  RestoreStage stage;
  stage.archive("U1", "precious");
  stage.surveys = false;
  Program program(stage);
  stage.put_claim("web", "U2");
  REQUIRE(program.work());
  CHECK_FALSE(is_bound(*stage.claim("web")));
  CHECK(stage.at("archived-team-a-web-pvc-U1/token") == "file precious");
  CHECK(program.told("WaitingForArchives") == 1);
  CHECK(program.told("ProvisioningFailed") == 0);
  program.survey();
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.at(token) == "file precious");
}

TEST_CASE("a restore that a crash cut short waits for the archives as well, and nothing of it is lost") {
  RestoreStage stage;
  stage.archive("U1", "precious");
  stage.server.forbid("create", "persistentvolumes");
  stage.put_claim("web", "U2");
  CHECK_FALSE(Program(stage).work(3));
  REQUIRE(stage.at(token) == "file precious");
  stage.server.allow("create", "persistentvolumes");
  stage.surveys = false;
  Program program(stage);
  REQUIRE(program.work());
  CHECK_FALSE(is_bound(*stage.claim("web")));
  program.survey();
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.at(token) == "file precious");
  CHECK_FALSE(stage.has_record("pvc-U1"));
}

TEST_CASE("what is archived while the archives are being read is given back as any other") {
  RestoreStage stage;
  stage.put_claim("web", "U1");
  REQUIRE(Program(stage).work());
  stage.files.put_file(token, "precious");
  stage.surveys = false;
  Program program(stage);
  stage.remove_claim("web");
  stage.controller_manager();
  stage.put_claim("web", "U2");
  REQUIRE(program.work());
  CHECK_FALSE(is_bound(*stage.claim("web")));
  program.survey();
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.at(token) == "file precious");
}
