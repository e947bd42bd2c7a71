// Volumes that etcd forgot, or a person deleted, before an API server and an export in memory.
#include "provisioner/service/lost_volume_finder.hpp"

#include <thread>

#include "provisioner/core/binding.hpp"
#include "provisioner/core/naming.hpp"
#include "tests/provisioner/support/stage.hpp"
#include "tests/provisioner/support/wired_export.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

constexpr auto token = "team-a/web/token";
k8s::StringMap const by_label{{"pathPattern", "${.PVC.namespace}/${.PVC.labels.dir}"}, {"onExisting", "adopt"}};

// Volume pvc-U1 of claim team-a/web had data; then it went without its release, and its claim with it.
struct Forgotten : Stage {
  Forgotten() {
    (void)make_class_anew({{"pathPattern", "${.PVC.namespace}/${.PVC.name}"}});
    put_claim("web", "U1");
    Program program(*this);
    REQUIRE(program.work());
    REQUIRE(is_bound(*claim("web")));
    files.put_file(token, "precious");
    remove_volume();
    remove_claim("web");
  }
  void remove_volume() {
    server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"metadata":{"finalizers":null}})");
    server.remove<k8s::Volume>({{}, "pvc-U1"});
  }
  void make_namespace_anew() {
    server.remove<k8s::Namespace>({{}, "team-a"});
    k8s::Namespace anew;
    anew.meta.name = "team-a";
    anew.meta.uid = "NS-NEW";
    server.put(anew);
  }
  [[nodiscard]] bool has_token() const { return files.dump().contains(token); }
};

std::optional<ArchiveRecord> record_of(Program& program) {
  for (auto const& record : program.site().store().catalog().all())
    if (record.volume == "pvc-U1") return record;
  return std::nullopt;
}

void find(Program& program) {
  program.look_for_lost();
  REQUIRE(program.work());
}

}  // namespace

TEST_CASE("a volume that is gone without its release leaves a record that keeps its directory for its claim") {
  Forgotten stage;
  Program program(stage);
  find(program);
  INFO(program.log().text());
  auto const record = record_of(program);
  REQUIRE(record);
  CHECK(record->in_place());
  CHECK(record->original_path == "team-a/web");
  CHECK(record->claim_name == "web");
  CHECK(record->namespace_uid == "NS-UID");
  CHECK(program.site().store().volumes().value().empty());
  CHECK(stage.has_token());
}

TEST_CASE("what was kept of a lost volume is found once") {
  Forgotten stage;
  Program program(stage);
  find(program);
  auto const before = record_of(program);
  find(program);
  CHECK(record_of(program) == before);
}

TEST_CASE("the claim of a lost volume has its directory again, and nobody else of its namespace") {
  Forgotten stage;
  Program program(stage);
  find(program);
  SECTION("the same claim, made again") {
    stage.put_claim("web", "U2");
    REQUIRE(program.work());
    CHECK(is_bound(*stage.claim("web")));
  }
  SECTION("another claim that names the directory") {
    (void)stage.make_class_anew(by_label);
    auto thief = pending_claim("thief", "U2");
    thief.meta.labels.emplace("dir", "web");
    stage.server.put(thief);
    (void)program.work();
    CHECK_FALSE(is_bound(*stage.claim("thief")));
    CHECK(program.told(names::provisioning_failed) >= 1);
  }
  SECTION("the same claim of a namespace that was made anew") {
    stage.make_namespace_anew();
    stage.put_claim("web", "U2");
    (void)program.work();
    CHECK_FALSE(is_bound(*stage.claim("web")));
  }
  CHECK(stage.has_token());
}

TEST_CASE("a claim whose class names another directory by now gets that one, and the lost one is kept for it") {
  Forgotten stage;
  (void)stage.make_class_anew({{"pathPattern", "${.PVC.namespace}/new-${.PVC.name}"}});
  stage.put_claim("web", "U1");
  Program program(stage);
  bool const looks_first = GENERATE(true, false);
  if (looks_first) program.look_for_lost();
  REQUIRE(program.work());
  INFO(program.log().text());
  CHECK(is_bound(*stage.claim("web")));
  auto const settled = program.site().store().find_volume("pvc-U1").value();
  REQUIRE(settled);
  CHECK(settled->path == "team-a/new-web");
  CHECK(record_of(program));
  CHECK(stage.has_token());
}

TEST_CASE("a claim that waits is told why, though what was lost of it is kept first") {
  Forgotten stage;
  (void)stage.make_class_anew({{"pathPattern", "${.PVC.annotations.missing}"}, {"allowTenantPaths", "true"}});
  stage.put_claim("web", "U1");
  Program program(stage);
  program.look_for_lost();
  REQUIRE(program.work());
  CHECK(record_of(program));
  CHECK(program.told(names::provisioning_failed) >= 1);
}

TEST_CASE("a volume that a lagging watch does not show is not lost") {
  Forgotten stage;
  Program program(stage);
  // Another life of the same objects, which no watch has told of yet.
  stage.put_claim("web", "U1");
  {
    Program other(stage);
    REQUIRE(other.work());
    REQUIRE(is_bound(*stage.claim("web")));
  }
  program.look_for_lost();
  (void)program.reconcile("pvc-U1");
  CHECK_FALSE(record_of(program));
  CHECK(program.site().store().find_volume("pvc-U1").value().has_value());
}

TEST_CASE("a lost volume whose namespace was not known is left as it is: its claim has it by its path") {
  Forgotten stage;
  Program program(stage);
  auto intent = *program.site().store().find_volume("pvc-U1").value();
  intent.namespace_uid.clear();
  REQUIRE(program.site().store().note_volume(intent).has_value());
  find(program);
  CHECK_FALSE(record_of(program));
  stage.put_claim("web", "U2");
  REQUIRE(program.work());
  CHECK(is_bound(*stage.claim("web")));
  CHECK(stage.has_token());
}

TEST_CASE("a lost volume whose directory is gone leaves nothing") {
  Forgotten stage;
  REQUIRE(stage.files.remove_file(token).has_value());
  REQUIRE(stage.files.remove_directory("team-a/web").has_value());
  Program program(stage);
  find(program);
  CHECK_FALSE(record_of(program));
  CHECK(program.site().store().volumes().value().empty());
}

TEST_CASE("a record that cannot be read, of a volume that no watch shows, is kept, and others are looked at") {
  Forgotten stage;
  stage.files.put_file(own_layout.volume_of("pvc-A0"), "{");
  Program program(stage);
  find(program);
  CHECK(record_of(program));
  CHECK(stage.files.dump().contains(own_layout.volume_of("pvc-A0")));
  program.look_for_lost();
  CHECK(program.log().count("cannot look for volumes that are gone without their release") == 0);
}

TEST_CASE("a standby looks for nothing; who leads looks at once, and again after ten minutes") {
  WiredExport wired;
  auto& store = wired.site().store();
  wired.site().identified(store.identify({}).value());
  ExportQueues standby(wired.sites, wired.view);
  LostVolumeFinder finder(wired.site(), 0, wired.ledger, standby, wired.clock, wired.log.log());
  auto const lose = [&](std::string const& volume) {
    Intent intent;
    intent.volume = volume;
    intent.path = "team-a/" + volume;
    intent.namespace_uid = "NS-UID";
    REQUIRE(store.note_volume(intent).has_value());
  };
  lose("pvc-1");
  std::jthread thread([&](std::stop_token stop) { finder.run(std::move(stop)); });
  REQUIRE(wired.clock.await_waiter());
  CHECK(wired.queued().empty());
  standby.open();
  wired.clock.advance(std::chrono::seconds(5));
  REQUIRE(wired.clock.await_waiter());
  CHECK(wired.queued() == std::vector<std::string>{"pvc-1"});
  lose("pvc-2");
  wired.clock.advance(std::chrono::minutes(10));
  REQUIRE(wired.clock.await_waiter());
  CHECK(wired.queued() == std::vector<std::string>{"pvc-2"});
}
