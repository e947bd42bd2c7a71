// Volumes that changed hands, or were made again, before an API server and an export in memory.
#include <fmt/format.h>

#include "provisioner/core/binding.hpp"
#include "provisioner/core/naming.hpp"
#include "tests/provisioner/support/stage.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

constexpr auto token = "team-a/web/token";

// Volume pvc-U1 was made for claim team-a/web, which is gone, and is claim team-b/app's now.
struct GivenAway : Stage {
  GivenAway() {
    k8s::Namespace other;
    other.meta.name = "team-b";
    other.meta.uid = "NS-B";
    server.put(other);
    server.patch<k8s::Namespace>({{}, "team-b"}, R"({"metadata":{"creationTimestamp":"2020-01-01T00:00:00Z"}})");
    server.patch<k8s::StorageClass>({{}, "volumen-tipo-ivan"},
                                    R"({"allowVolumeExpansion":true,"parameters":{"onCreate":"restore"}})");
    put_claim("web", "U1");
  }
  void serve(Program& program) {
    REQUIRE(program.work());
    REQUIRE(is_bound(*claim("web")));
    files.put_file(token, "precious");
  }
  // As a person does it: kept, freed, promised to another claim, and to be deleted again in the end.
  void give_away(Program& program) {
    patch_volume(R"({"spec":{"persistentVolumeReclaimPolicy":"Retain"}})");
    remove_claim("web");
    REQUIRE(program.work());
    patch_volume(R"({"spec":{"claimRef":null}})");
    server.patch<k8s::Volume>({{}, "pvc-U1"}, R"({"status":{"phase":"Available"}})", "status");
    put_app("U2", "pvc-U1");
    patch_volume(R"({"spec":{"persistentVolumeReclaimPolicy":"Delete","claimRef":{"apiVersion":"v1",
        "kind":"PersistentVolumeClaim","namespace":"team-b","name":"app","uid":"U2"}}})");
    controller_manager();
  }
  void put_app(std::string const& uid, std::string const& volume = {}) {
    auto claim = pending_claim("app", uid);
    claim.meta.name_space = "team-b";
    claim.volume_name = volume;
    server.put(claim);
  }
  void patch_volume(std::string const& body) { server.patch<k8s::Volume>({{}, "pvc-U1"}, body); }
  [[nodiscard]] std::optional<k8s::Claim> app() const { return server.find<k8s::Claim>({"team-b", "app"}); }
  void remove_app() { server.remove<k8s::Claim>({"team-b", "app"}); }
  [[nodiscard]] std::string at(std::string const& path) const {
    auto const all = files.dump();
    auto const found = all.find(path);
    return found == all.end() ? "nothing" : found->second;
  }
};

std::string note(k8s::Volume const& volume, std::string_view key) {
  auto const* value = k8s::find(volume.meta.annotations, key);
  return value == nullptr ? "nothing" : *value;
}

}  // namespace

TEST_CASE("a volume that was given to another claim grows with that one") {
  GivenAway stage;
  Program program(stage);
  stage.serve(program);
  stage.give_away(program);
  REQUIRE(program.work());
  REQUIRE(is_bound(*stage.app()));
  stage.server.patch<k8s::Claim>({"team-b", "app"}, R"({"spec":{"resources":{"requests":{"storage":"3Gi"}}}})");
  REQUIRE(program.work());
  INFO(program.log().text());
  CHECK(stage.volume("pvc-U1")->capacity == "3Gi");
  CHECK(stage.app()->status_capacity == "3Gi");
}

TEST_CASE("a volume that was given to another claim is released when that one goes, and comes back to it") {
  GivenAway stage;
  Program program(stage);
  stage.serve(program);
  stage.give_away(program);
  SECTION("with the program there") {
    REQUIRE(program.work());
    CHECK(note(*stage.volume("pvc-U1"), names::claim_uid) == "U2");
    CHECK(note(*stage.volume("pvc-U1"), names::namespace_uid) == "NS-B");
    auto const recorded = program.site().store().find_volume("pvc-U1").value();
    REQUIRE(recorded);
    CHECK(recorded->claim_namespace == "team-b");
    CHECK(recorded->claim_name == "app");
    CHECK(recorded->claim_uid == "U2");
    CHECK(recorded->namespace_uid == "NS-B");
  }
  SECTION("before the program has looked, in a namespace that was there before the volume") {}
  stage.remove_app();
  REQUIRE(program.work());
  INFO(program.log().text());
  REQUIRE_FALSE(stage.volume("pvc-U1"));
  REQUIRE(stage.at("archived-team-b-app-pvc-U1/token") == "file precious");
  stage.put_app("U3");
  REQUIRE(program.work());
  REQUIRE(is_bound(*stage.app()));
  CHECK(stage.at("team-b/app/token") == "file precious");
}

TEST_CASE("an archive whose claim's namespace may have been made anew meanwhile comes back to nobody by itself") {
  GivenAway stage;
  stage.server.patch<k8s::Namespace>({{}, "team-b"}, R"({"metadata":{"creationTimestamp":"2999-01-01T00:00:00Z"}})");
  Program program(stage);
  stage.serve(program);
  stage.give_away(program);
  stage.remove_app();
  REQUIRE(program.work());
  stage.put_app("U3");
  REQUIRE(program.work());
  INFO(program.log().text());
  REQUIRE(is_bound(*stage.app()));
  CHECK(stage.at("archived-team-b-app-pvc-U1/token") == "file precious");
  CHECK(stage.at("team-b/app/token") == "nothing");
}

TEST_CASE("a volume bears its own uid, whoever has marked it Bound") {
  auto const binding = GENERATE(Binding::direct, Binding::controller);
  Stage stage;
  stage.put_claim("web", "U1");
  Program program(stage, binding);
  REQUIRE(program.work());
  stage.controller_manager();
  REQUIRE(program.work());
  auto const volume = *stage.volume("pvc-U1");
  CHECK(volume.phase == "Bound");
  CHECK(note(volume, names::volume_uid) == volume.meta.uid);
}

TEST_CASE("a volume that was made again is archived when its claim is gone, though its policy is delete") {
  GivenAway stage;
  stage.server.patch<k8s::StorageClass>({{}, "volumen-tipo-ivan"}, R"({"parameters":{"onDelete":"delete"}})");
  Program program(stage);
  stage.serve(program);
  auto backup = *stage.volume("pvc-U1");
  stage.patch_volume(R"({"metadata":{"finalizers":null}})");
  stage.server.remove<k8s::Volume>({{}, "pvc-U1"});
  stage.remove_claim("web");
  REQUIRE(program.work());
  backup.meta.uid.clear();
  backup.meta.resource_version.clear();
  backup.phase = "Available";
  stage.server.put(backup);
  REQUIRE(program.work());
  stage.controller_manager();
  REQUIRE(program.work());
  INFO(program.log().text());
  CHECK_FALSE(stage.volume("pvc-U1"));
  CHECK(stage.at("archived-team-a-web-pvc-U1/token") == "file precious");
  CHECK(program.told("ArchivedInstead") == 1);
}
