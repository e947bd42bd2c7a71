#include "k8s/model/packed.hpp"

#include "k8s/model/claim.hpp"
#include "k8s/model/packer.hpp"
#include "k8s/model/storage_class.hpp"
#include "k8s/model/volume.hpp"
#include "tests/support/catch.hpp"

using namespace k8s;

namespace {

ObjectMeta full_meta() {
  ObjectMeta meta;
  meta.name = "pvc-0b5c2f9e-1d3a-4c8e-9f00-00000000000a";
  meta.name_space = "team-a";
  meta.uid = "0b5c2f9e-1d3a-4c8e-9f00-ffffffffffff";
  meta.resource_version = "18446744073";
  meta.creation_timestamp = "2026-01-01T00:00:00Z";
  meta.deletion_timestamp = "2026-01-02T00:00:00Z";
  meta.labels = {{"app", "web"}, {"empty", ""}};
  meta.annotations = {{"a", "1"}, {"b", std::string(300, 'x')}};
  meta.finalizers = {"one", "two"};
  meta.owner_references = {{"v1", "Pod", "web-0", "u", true}, {"apps/v1", "ReplicaSet", "web", "v", false}};
  return meta;
}

Claim full_claim() {
  Claim claim;
  claim.meta = full_meta();
  claim.access_modes = {"ReadWriteMany", "ReadOnlyMany"};
  claim.volume_name = "pvc-1";
  claim.storage_class_name = "gold";
  claim.volume_mode = "Block";
  claim.requested_storage = "1Gi";
  claim.selector = LabelSelector{{{"k", "v"}}};
  claim.volume_attributes_class = "fast";
  claim.data_source = DataSource{"snapshot.storage.k8s.io", "VolumeSnapshot", "before"};
  claim.phase = "Bound";
  claim.status_access_modes = {"ReadWriteOnce"};
  claim.status_capacity = "2Gi";
  return claim;
}

Volume full_volume() {
  Volume volume;
  volume.meta = full_meta();
  volume.capacity = "1Gi";
  volume.access_modes = {"ReadWriteMany"};
  volume.claim_ref = ObjectReference{"v1", "PersistentVolumeClaim", "team-a", "web", "uid", "7"};
  volume.reclaim_policy = "Delete";
  volume.mount_options = {"nfsvers=4.2", "hard"};
  volume.storage_class_name = "gold";
  volume.volume_mode = "Filesystem";
  volume.source = {"nfs", {{"path", "/data/nfs/team-a/web"}, {"server", "nfs.example"}}};
  volume.phase = "Released";
  return volume;
}

StorageClass full_class() {
  StorageClass out;
  out.meta = full_meta();
  out.provisioner = "example.com/nfs";
  out.parameters = {{"onDelete", "archive"}};
  out.reclaim_policy = "Retain";
  out.mount_options = {"soft"};
  out.allow_volume_expansion = true;
  out.volume_binding_mode = "WaitForFirstConsumer";
  return out;
}

template <class T>
void check_comes_back(T const& object) {
  SharedTexts shared;
  auto const bytes = pack(object, shared);
  CHECK(unpack<T>(bytes, shared) == object);
  auto const again = pack(object, shared);
  CHECK(unpack<T>(again, shared) == object);
  release(bytes, shared);
  release(again, shared);
  CHECK(shared.size() == 0);
}

}  // namespace

TEST_CASE("an object comes back as it was packed, and nothing of it stays when it is released") {
  check_comes_back(Claim{});
  check_comes_back(full_claim());
  check_comes_back(Volume{});
  check_comes_back(full_volume());
  check_comes_back(StorageClass{});
  check_comes_back(full_class());
}

TEST_CASE("each text comes back as it was, whatever it looks like") {
  auto const text = GENERATE(as<std::string>{}, "", "0", "7", "007", "18446744073709551615", "18446744073709551616",
                             "9999999999999999999", "999999999999999999", "-1", "1 ", "a",
                             "0b5c2f9e-1d3a-4c8e-9f00-ffffffffffff", "0B5C2F9E-1D3A-4C8E-9F00-FFFFFFFFFFFF",
                             "pvc-0b5c2f9e-1d3a-4c8e-9f00-ffffffffffff", "0b5c2f9e-1d3a-4c8e-9f00-fffffffffff",
                             "0b5c2f9e-1d3a-4c8e-9f00-fffffffffffff", "0b5c2f9e_1d3a-4c8e-9f00-ffffffffffff",
                             "a-prefix-that-is-far-too-long-0b5c2f9e-1d3a-4c8e-9f00-ffffffffffff",
                             std::string("a\0b", 3), std::string(70000, 'x'), "\xff\xfe");
  Claim claim;
  claim.meta.uid = text;
  claim.meta.name = "after it";
  claim.meta.annotations["key"] = text;
  claim.phase = text;
  check_comes_back(claim);
}

TEST_CASE("lists of any length come back") {
  Volume volume;
  auto const count = GENERATE(0, 1, 239, 240, 241, 5000);
  for (int i = 0; i < count; ++i) volume.mount_options.push_back("option-" + std::to_string(i % 7));
  check_comes_back(volume);
}

TEST_CASE("what many objects have is kept once") {
  SharedTexts shared;
  auto claim = full_claim();
  (void)pack(claim, shared);
  auto const texts = shared.size();
  claim.meta.name = "pvc-0b5c2f9e-1d3a-4c8e-9f00-00000000000b";
  auto const bytes = pack(claim, shared);
  CHECK(shared.size() == texts);
  CHECK(bytes.size() < 600);
}
