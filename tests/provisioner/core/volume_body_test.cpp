#include "provisioner/core/volume_body.hpp"

#include "tests/provisioner/core/decision_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

struct Making {
  k8s::Claim claim = handed_claim();
  k8s::StorageClass storage_class = our_class();
  Export where{"default", "nfs.example", "/data/nfs", "/persistentvolumes"};
  VolumePlan plan{path("team-a/web"), nullptr, "EXPORT-1", "NS-UID", ClassParameters{}};
  Settings settings = our_settings();

  [[nodiscard]] k8s::Volume volume() {
    plan.where = &where;
    return make_volume(claim, storage_class, plan, settings);
  }
};

}  // namespace

TEST_CASE("a volume is made of its claim, its class and its directory, field by field") {
  Making making;
  auto const volume = making.volume();
  k8s::Volume wanted;
  wanted.meta.name = "pvc-UID";
  wanted.meta.annotations = {{"pv.kubernetes.io/provisioned-by", "example.com/nfs"},
                             {"nfs-subdir-provisioner.io/export-id", "EXPORT-1"},
                             {"nfs-subdir-provisioner.io/path", "team-a/web"},
                             {"nfs-subdir-provisioner.io/on-delete", "archive"},
                             {"nfs-subdir-provisioner.io/namespace-uid", "NS-UID"}};
  wanted.meta.finalizers = {"external-provisioner.volume.kubernetes.io/finalizer"};
  wanted.capacity = "1.5Gi";
  wanted.access_modes = {"ReadWriteMany", "ReadOnlyMany"};
  wanted.claim_ref = {"v1", "PersistentVolumeClaim", "team-a", "web", "UID", "100"};
  wanted.reclaim_policy = "Delete";
  wanted.mount_options = {"nfsvers=4.2", "hard"};
  wanted.storage_class_name = "volumen-tipo-ivan";
  wanted.volume_mode = "Filesystem";
  wanted.source = {"nfs", {{"server", "nfs.example"}, {"path", "/data/nfs/team-a/web"}}};
  CHECK(volume == wanted);
}

TEST_CASE("the provisioner that a volume names is the class's") {
  Making making;
  making.storage_class.provisioner = "example.com/migrated";
  CHECK(making.volume().meta.annotations.at("pv.kubernetes.io/provisioned-by") == "example.com/migrated");
}

TEST_CASE("a volume of the export / has no second slash") {
  Making making;
  making.where.path = "/";
  CHECK(making.volume().source.attributes.at("path") == "/team-a/web");
}

TEST_CASE("the finalizer goes with reclaim policy Delete and with the permission to take it off again") {
  struct Row {
    std::string policy;
    bool permission;
    std::vector<std::string> wanted;
  };
  std::vector<Row> const table{{"Delete", true, {std::string(names::finalizer)}},
                               {"Delete", false, {}},
                               {"Retain", true, {}},
                               {"Retain", false, {}}};
  for (auto const& row : table) {
    INFO(row.policy << ", " << row.permission);
    Making making;
    making.storage_class.reclaim_policy = row.policy;
    making.settings.permissions.patch_volumes = row.permission;
    CHECK(making.volume().meta.finalizers == row.wanted);
    CHECK(making.volume().reclaim_policy == row.policy);
  }
}

TEST_CASE("what deletion needs is frozen, and read back as it was") {
  for (auto const policy : {OnDelete::archive, OnDelete::remove, OnDelete::retain}) {
    for (std::string const retention : {"", "30d"}) {
      for (std::string const namespace_uid : {"", "NS-UID"}) {
        Making making;
        making.plan.parameters.on_delete = policy;
        making.plan.namespace_uid = namespace_uid;
        if (!retention.empty()) making.storage_class.parameters["archiveRetention"] = retention;
        INFO(to_string(policy) << ", " << retention << ", " << namespace_uid);
        auto const frozen = frozen_policy(making.volume());
        REQUIRE(std::holds_alternative<std::optional<FrozenPolicy>>(frozen));
        auto const& read = std::get<std::optional<FrozenPolicy>>(frozen);
        REQUIRE(read);
        CHECK(read->export_id == "EXPORT-1");
        CHECK(read->path == path("team-a/web"));
        CHECK(read->on_delete == policy);
        CHECK(read->retention == retention);
        CHECK(read->namespace_uid == namespace_uid);
        CHECK(kept_for(making.volume()) == kept_for(policy, parse_retention(retention)));
        making.storage_class.reclaim_policy = "Retain";
        CHECK(kept_for(making.volume()) == std::nullopt);
      }
    }
  }
}

TEST_CASE("how long the data rests in the trash is frozen where the class says it, and read back as it was") {
  for (std::string const retention : {"", "0", "7d"}) {
    Making making;
    if (!retention.empty()) making.storage_class.parameters["trashRetention"] = retention;
    INFO(retention);
    CHECK(making.volume().meta.annotations.contains("nfs-subdir-provisioner.io/trash-retention") == !retention.empty());
    CHECK(std::get<std::optional<FrozenPolicy>>(frozen_policy(making.volume()))->trash_retention == retention);
  }
}

TEST_CASE("that a claim belongs to a pod is frozen on its volume") {
  Making making;
  CHECK_FALSE(std::get<std::optional<FrozenPolicy>>(frozen_policy(making.volume()))->scratch);
  making.claim.meta.owner_references = {{"v1", "Pod", "web-0", "POD-UID", true}};
  CHECK(making.volume().meta.annotations.at("nfs-subdir-provisioner.io/scratch") == "true");
  CHECK(std::get<std::optional<FrozenPolicy>>(frozen_policy(making.volume()))->scratch);
}

TEST_CASE("a volume without our annotations has no frozen policy") {
  Making making;
  auto volume = making.volume();
  volume.meta.annotations = {{"pv.kubernetes.io/provisioned-by", "example.com/nfs"}};
  auto const frozen = frozen_policy(volume);
  REQUIRE(std::holds_alternative<std::optional<FrozenPolicy>>(frozen));
  CHECK_FALSE(std::get<std::optional<FrozenPolicy>>(frozen));
}

TEST_CASE("annotations that cannot be read are refused, by name and with what to do") {
  std::vector<std::pair<std::string_view, std::string>> const table{
      {names::export_id, ""},
      {names::path, ""},
      {names::path, "/team-a/web"},
      {names::path, "team-a/../web"},
      {names::path, std::string("a\0b", 3)},
      {names::on_delete, ""},
      {names::on_delete, "Delete"},
      {names::archive_retention, "0d"},
      {names::archive_retention, "for ever"},
      {names::trash_retention, "0d"},
      {names::trash_retention, "at once"},
      {names::path, std::string(5000, 'x')},
      {names::scratch, "perhaps"},
  };
  for (auto const& [key, value] : table) {
    INFO(key << " = " << value.substr(0, 80));
    Making making;
    auto volume = making.volume();
    volume.meta.annotations.insert_or_assign(std::string(key), value);
    auto const frozen = frozen_policy(volume);
    REQUIRE(std::holds_alternative<Refusal>(frozen));
    CHECK(contains(message_of(frozen), "annotation " + std::string(key) + " was edited"));
    CHECK(is_one_line(message_of(frozen)));
  }
}

TEST_CASE("a volume is ours by who made it, or to whom it was migrated") {
  k8s::Volume volume;
  CHECK_FALSE(provisioned_by(volume, our_name));
  volume.meta.annotations = {{"pv.kubernetes.io/provisioned-by", "example.com/nfs2"}};
  CHECK_FALSE(provisioned_by(volume, our_name));
  volume.meta.annotations["pv.kubernetes.io/migrated-to"] = our_name;
  CHECK(provisioned_by(volume, our_name));
  volume.meta.annotations = {{"pv.kubernetes.io/provisioned-by", "example.com/nfs"}};
  CHECK(provisioned_by(volume, our_name));
}

TEST_CASE("a reference names kind, namespace, name, uid and version") {
  auto const claim = handed_claim();
  CHECK(reference_to(claim) == k8s::ObjectReference{"v1", "PersistentVolumeClaim", "team-a", "web", "UID", "100"});
  k8s::Volume volume;
  volume.meta.name = "pvc-1";
  volume.meta.uid = "U";
  volume.meta.resource_version = "7";
  CHECK(reference_to(volume) == k8s::ObjectReference{"v1", "PersistentVolume", "", "pvc-1", "U", "7"});
}
