#include "k8s/json/write.hpp"

#include "tests/support/catch.hpp"

TEST_CASE("a volume is written with what is set, and without its status") {
  k8s::Volume volume;
  volume.meta.name = "pvc-1";
  volume.meta.annotations = {{"pv.kubernetes.io/provisioned-by", "example.com/files"}};
  volume.meta.finalizers = {"f"};
  volume.capacity = "1Gi";
  volume.access_modes = {"ReadWriteMany"};
  volume.claim_ref = {"v1", "PersistentVolumeClaim", "team-a", "web", "c-1", "5"};
  volume.reclaim_policy = "Delete";
  volume.mount_options = {"hard"};
  volume.storage_class_name = "standard";
  volume.volume_mode = "Filesystem";
  volume.source = {"csi", {{"driver", "d"}, {"volumeHandle", "true"}}};
  volume.phase = "Bound";
  CHECK(k8s::write(volume) ==
        R"({"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"pvc-1",)"
        R"("annotations":{"pv.kubernetes.io/provisioned-by":"example.com/files"},"finalizers":["f"]},)"
        R"("spec":{"capacity":{"storage":"1Gi"},"csi":{"driver":"d","volumeHandle":"true"},)"
        R"("accessModes":["ReadWriteMany"],)"
        R"("claimRef":{"apiVersion":"v1","kind":"PersistentVolumeClaim","namespace":"team-a","name":"web","uid":"c-1",)"
        R"("resourceVersion":"5"},"persistentVolumeReclaimPolicy":"Delete","mountOptions":["hard"],)"
        R"("storageClassName":"standard","volumeMode":"Filesystem"}})");
}

TEST_CASE("a claim is written with what is set, and without its status") {
  k8s::Claim claim;
  claim.meta.name = "web";
  claim.meta.name_space = "team-a";
  claim.meta.owner_references = {
      {.api_version = "apps/v1", .kind = "StatefulSet", .name = "web", .uid = "77", .controller = true}};
  claim.access_modes = {"ReadWriteOnce"};
  claim.requested_storage = "1Gi";
  claim.volume_name = "pv-1";
  claim.storage_class_name = "";
  claim.volume_mode = "Filesystem";
  claim.data_source = {"g", "k", "n"};
  claim.volume_attributes_class = "gold";
  claim.phase = "Bound";
  CHECK(
      k8s::write(claim) ==
      R"({"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"web","namespace":"team-a",)"
      R"("ownerReferences":[{"apiVersion":"apps/v1","kind":"StatefulSet","name":"web","uid":"77","controller":true}]},)"
      R"("spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}},"volumeName":"pv-1",)"
      R"("storageClassName":"","volumeMode":"Filesystem","dataSource":{"apiGroup":"g","kind":"k","name":"n"},)"
      R"("volumeAttributesClassName":"gold"}})");
  CHECK(k8s::write(k8s::Claim{}) == R"({"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{},"spec":{}})");
}

TEST_CASE("a storage class, an event and a namespace are written") {
  k8s::StorageClass storage_class;
  storage_class.meta.name = "standard";
  storage_class.provisioner = "p";
  storage_class.parameters = {{"a", "b"}};
  storage_class.mount_options = {"hard"};
  storage_class.allow_volume_expansion = true;
  CHECK(k8s::write(storage_class) ==
        R"({"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"standard"},"provisioner":"p",)"
        R"("parameters":{"a":"b"},"reclaimPolicy":"Delete","mountOptions":["hard"],"allowVolumeExpansion":true,)"
        R"("volumeBindingMode":"Immediate"})");

  k8s::Event event;
  event.meta.name = "web.1";
  event.meta.name_space = "team-a";
  event.involved = {"v1", "PersistentVolumeClaim", "team-a", "web", "u", "3"};
  event.type = k8s::EventType::warning;
  event.reason = "R";
  event.message = "line\n\"quoted\"";
  event.source_component = "c";
  event.source_host = "h";
  event.first_timestamp = "1";
  event.last_timestamp = "2";
  event.count = 3;
  CHECK(k8s::write(event) ==
        R"({"apiVersion":"v1","kind":"Event","metadata":{"name":"web.1","namespace":"team-a"},)"
        R"("involvedObject":{"apiVersion":"v1","kind":"PersistentVolumeClaim","namespace":"team-a",)"
        R"("name":"web","uid":"u",)"
        R"("resourceVersion":"3"},"reason":"R","message":"line\n\"quoted\"","source":{"component":"c","host":"h"},)"
        R"("firstTimestamp":"1","lastTimestamp":"2","count":3,"type":"Warning"})");

  k8s::Namespace name_space;
  name_space.meta.name = "team-a";
  CHECK(k8s::write(name_space) == R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"team-a"}})");
}

TEST_CASE("delete options hold the preconditions that are given") {
  CHECK(k8s::write_delete_options({}) == R"({"apiVersion":"v1","kind":"DeleteOptions"})");
  CHECK(k8s::write_delete_options({.uid = "u", .resource_version = {}}) ==
        R"({"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"u"}})");
  CHECK(k8s::write_delete_options({.uid = "u", .resource_version = "7"}) ==
        R"({"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"u","resourceVersion":"7"}})");
}

TEST_CASE("an access review asks for verb, group, resource, subresource and namespace") {
  CHECK(k8s::write_access_review({"patch", "", "persistentvolumes", "status", ""}) ==
        R"({"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview",)"
        R"("spec":{"resourceAttributes":{"verb":"patch","resource":"persistentvolumes","subresource":"status"}}})");
  CHECK(k8s::write_access_review({"get", "g", "leases", "", "team-a"}) ==
        R"({"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview",)"
        R"("spec":{"resourceAttributes":{"namespace":"team-a","verb":"get","group":"g","resource":"leases"}}})");
}

TEST_CASE("a merge patch nests what is opened and closes what is left open") {
  CHECK(k8s::MergePatch().text() == "{}");
  CHECK(k8s::MergePatch().metadata({}).text() == "{}");
  CHECK(k8s::MergePatch()
            .metadata({.uid = "u", .resource_version = "7"}, {{"a/b", "yes"}})
            .open("spec")
            .set("volumeName", "pvc-1")
            .close()
            .text() ==
        R"({"metadata":{"uid":"u","resourceVersion":"7","annotations":{"a/b":"yes"}},"spec":{"volumeName":"pvc-1"}})");
  CHECK(k8s::MergePatch()
            .metadata({.uid = "u", .resource_version = {}})
            .open("status")
            .set("phase", "Bound")
            .set("accessModes", std::vector<std::string>{"a", "b"})
            .open("capacity")
            .set("storage", "1Gi")
            .remove("old")
            .text() == R"({"metadata":{"uid":"u"},"status":{"phase":"Bound","accessModes":["a","b"],)"
                       R"("capacity":{"storage":"1Gi","old":null}}})");
}

TEST_CASE("closing what is not open changes nothing") {
  CHECK(k8s::MergePatch().close().open("a").close().close().set("b", "c").text() == R"({"a":{},"b":"c"})");
}

TEST_CASE("a finalizer is put on and taken off by strategic patches that leave the others alone") {
  CHECK(k8s::write_add_finalizer("a.io/f", "u") == R"({"metadata":{"uid":"u","finalizers":["a.io/f"]}})");
  CHECK(k8s::write_remove_finalizer("a.io/f", {"u", {}}) ==
        R"({"metadata":{"uid":"u","$deleteFromPrimitiveList/finalizers":["a.io/f"]}})");
  CHECK(k8s::write_remove_finalizer("a.io/f", {"u", "7"}) ==
        R"({"metadata":{"uid":"u","resourceVersion":"7","$deleteFromPrimitiveList/finalizers":["a.io/f"]}})");
  CHECK(k8s::write_remove_finalizer("a.io/f", {}) ==
        R"({"metadata":{"$deleteFromPrimitiveList/finalizers":["a.io/f"]}})");
}
