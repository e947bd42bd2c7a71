#include "provisioner/core/cached.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "provisioner/core/naming.hpp"
#include "provisioner/core/scratch.hpp"
#include "tests/provisioner/core/decision_fixtures.hpp"
#include "tests/support/catch.hpp"

namespace nfs {
namespace {

// Five megabytes of what nobody asks for.
void fatten(k8s::ObjectMeta& meta) {
  for (int i = 0; i < 1000; ++i) {
    auto const key = "k" + std::to_string(i);
    meta.labels.emplace(key, std::string(1000, 'v'));
    meta.annotations.emplace(key, std::string(1000, 'v'));
    meta.finalizers.push_back("example.com/" + std::string(1000, 'f') + key);
    meta.owner_references.push_back({"v1", "Kind", key, std::string(2000, 'u')});
  }
}

std::size_t bytes(k8s::StringMap const& map) {
  std::size_t sum = 0;
  for (auto const& [key, value] : map) sum += key.size() + value.size();
  return sum;
}

bool has_nothing(k8s::ObjectMeta const& meta) {
  return meta.labels.empty() && meta.annotations.empty() && meta.finalizers.empty() && meta.owner_references.empty();
}

TEST_CASE("Of a claim's labels and annotations those are kept that decisions read") {
  k8s::StringMap const needed{{"volume.beta.kubernetes.io/storage-class", "a class"},
                              {"volume.kubernetes.io/storage-provisioner", "example.com/nfs"},
                              {"volume.beta.kubernetes.io/storage-provisioner", "example.com/nfs"},
                              {"volume.kubernetes.io/selected-node", "node-1"},
                              {"pv.kubernetes.io/bind-completed", "yes"},
                              {"pv.kubernetes.io/bound-by-controller", "yes"},
                              {"k8s-sigs.io/nfs-directory-mode", "0770"},
                              {"k8s-sigs.io/nfs-directory-uid", "1"},
                              {"k8s-sigs.io/nfs-directory-gid", "2"},
                              {"nfs-subdir-provisioner.io/restore-from", "latest"}};
  k8s::Claim claim;
  claim.meta.annotations = needed;
  fatten(claim.meta);
  keep_what_is_needed(claim);
  CHECK(claim.meta.annotations == needed);
  claim.meta.annotations.clear();
  CHECK(has_nothing(claim.meta));
}

TEST_CASE("Whatever a tenant writes into a claim, a few kilobytes of it are kept") {
  k8s::Claim claim;
  std::string const longer(200'000, 'x');
  claim.meta.name = "web";
  claim.meta.name_space = "team-a";
  for (auto const key : {names::restore_from, names::selected_node, names::directory_mode})
    claim.meta.annotations.emplace(key, longer);
  claim.volume_name = longer;
  claim.volume_attributes_class = longer;
  claim.data_source = k8s::DataSource{longer, longer, longer};
  fatten(claim.meta);
  keep_what_is_needed(claim);
  CHECK(claim.meta.annotations.size() == 3);
  CHECK(bytes(claim.meta.annotations) < 3 * (longest_cached_text + 100));
  for (auto const* text :
       {&claim.volume_name, &claim.volume_attributes_class, &claim.data_source->api_group, &claim.data_source->kind,
        &claim.data_source->name, &claim.meta.annotations.begin()->second}) {
    CHECK(text->size() == longest_cached_text);
    CHECK(text->capacity() < 2 * longest_cached_text);
  }
  CHECK(claim.meta.name == "web");
  CHECK(claim.meta.name_space == "team-a");
}

TEST_CASE("Of a claim's owners it is kept that a pod manages it") {
  k8s::Claim claim;
  fatten(claim.meta);
  claim.meta.owner_references.push_back({"v1", "Pod", std::string(2000, 'n'), std::string(2000, 'u'), true});
  keep_what_is_needed(claim);
  CHECK(claim.meta.owner_references == std::vector<k8s::OwnerReference>{{"v1", "Pod", "", "", true}});
  CHECK(is_scratch(claim));
}

TEST_CASE("Of a volume what decisions read is kept: whose it is, what was frozen on it, where it lies") {
  k8s::StringMap const needed{{"volume.beta.kubernetes.io/storage-class", "a class"},
                              {"pv.kubernetes.io/provisioned-by", "example.com/nfs"},
                              {"pv.kubernetes.io/migrated-to", "example.com/nfs"},
                              {"nfs-subdir-provisioner.io/export-id", "an id"},
                              {"nfs-subdir-provisioner.io/path", std::string(4095, 'p')},
                              {"nfs-subdir-provisioner.io/on-delete", "archive"},
                              {"nfs-subdir-provisioner.io/archive-retention", "30d"},
                              {"nfs-subdir-provisioner.io/trash-retention", "2h"},
                              {"nfs-subdir-provisioner.io/namespace-uid", "uid"},
                              {"nfs-subdir-provisioner.io/scratch", "true"},
                              {"nfs-subdir-provisioner.io/cluster-id", "an id"}};
  k8s::Volume volume;
  volume.meta.annotations = needed;
  fatten(volume.meta);
  // Behind a thousand others.
  volume.meta.finalizers.emplace_back(names::finalizer);
  volume.mount_options = {"hard", "vers=4.1"};
  volume.source = {"nfs", {{"server", "nfs.example"}, {"path", "/data/nfs/web"}, {"readOnly", "false"}}};
  keep_what_is_needed(volume);
  CHECK(volume.meta.annotations == needed);
  CHECK(volume.meta.finalizers == std::vector<std::string>{std::string(names::finalizer)});
  CHECK(volume.source == k8s::VolumeSource{"nfs", {{"server", "nfs.example"}, {"path", "/data/nfs/web"}}});
  CHECK(volume.mount_options.empty());
  volume.meta.annotations.clear();
  volume.meta.finalizers.clear();
  CHECK(has_nothing(volume.meta));
}

TEST_CASE("Nothing that the program freezes on a volume is lost in a cache") {
  testing::World world;
  world.settings.cluster.id = "5f0c";
  world.storage_class->parameters.emplace("archiveRetention", "30d");
  world.storage_class->parameters.emplace("trashRetention", "2h");
  world.claim.meta.owner_references.push_back({"v1", "Pod", "pod", "uid", true});
  auto const made = world.made_volume("Bound");
  auto kept = made;
  keep_what_is_needed(kept);
  CHECK(kept.meta.annotations == made.meta.annotations);
}

TEST_CASE("Of a volume that is not on NFS it is kept that it is none") {
  k8s::Volume volume;
  volume.source = {"csi", {{"driver", "example.com"}, {"volumeHandle", std::string(8000, 'h')}}};
  keep_what_is_needed(volume);
  CHECK(volume.source == k8s::VolumeSource{"csi", {}});
}

TEST_CASE("Our classes are kept whole but for labels and annotations, and others by name") {
  k8s::StorageClass ours;
  ours.meta.name = "ours";
  ours.provisioner = "example.com/nfs";
  ours.parameters = {{"pathPattern", std::string(9000, 'p')}};
  ours.mount_options = {"hard"};
  ours.allow_volume_expansion = true;
  auto const whole = ours;
  auto theirs = ours;
  theirs.provisioner = "example.com/other";
  fatten(ours.meta);
  fatten(theirs.meta);
  keep_what_is_needed(ours, "example.com/nfs");
  CHECK(ours == whole);
  keep_what_is_needed(theirs, "example.com/nfs");
  CHECK(has_nothing(theirs.meta));
  CHECK(theirs.meta.name == "ours");
  CHECK(theirs.provisioner == "example.com/other");
  CHECK(theirs.parameters.empty());
  CHECK(theirs.mount_options.empty());
}

TEST_CASE("A class of upstream's chart is kept as upstream read it") {
  k8s::StorageClass ours;
  ours.provisioner = "example.com/nfs";
  ours.meta.annotations = {{"nfs-subdir-provisioner.io/made-by-upstream", "true"}};
  ours.parameters = {{"archiveOnDelete", "true"}, {"onDelete", "true"}};
  keep_what_is_needed(ours, "example.com/nfs");
  CHECK(ours.parameters == k8s::StringMap{{"archiveOnDelete", "true"}});
}

}  // namespace
}  // namespace nfs
