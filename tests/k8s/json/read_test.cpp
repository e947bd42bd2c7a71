#include "k8s/json/read.hpp"

#include "documents.hpp"
#include "tests/support/catch.hpp"

TEST_CASE("a claim is read from what an API server writes") {
  auto const read = k8s::read<k8s::Claim>(documents::claim);
  REQUIRE(read.has_value());
  auto const& claim = *read;
  CHECK(claim.meta.name == "data-web-0");
  CHECK(claim.meta.name_space == "team-a");
  CHECK(claim.meta.uid == "6c2f0f9e-4d5a-4f1f-9d0b-0d8c3f6f0001");
  CHECK(claim.meta.resource_version == "184467");
  CHECK(claim.meta.creation_timestamp == "2026-01-31T23:59:59Z");
  CHECK_FALSE(claim.meta.deleting());
  CHECK(claim.meta.labels == k8s::StringMap{{"app", "web"}, {"app.kubernetes.io/part-of", "shop"}});
  CHECK(claim.meta.annotations.at("volume.kubernetes.io/storage-provisioner") == "example.com/files");
  CHECK(claim.meta.annotations.at("kubectl.kubernetes.io/last-applied-configuration") ==
        "{\"apiVersion\":\"v1\",\"spec\":{\"accessModes\":[\"x\"]}}\n");
  CHECK(claim.meta.finalizers == std::vector<std::string>{"kubernetes.io/pvc-protection"});
  CHECK(claim.meta.owner_references ==
        std::vector<k8s::OwnerReference>{
            {.api_version = "apps/v1", .kind = "StatefulSet", .name = "web", .uid = "77", .controller = true}});
  CHECK(claim.access_modes == std::vector<std::string>{"ReadWriteMany", "ReadOnlyMany"});
  CHECK(claim.volume_name == "pvc-6c2f0f9e-4d5a-4f1f-9d0b-0d8c3f6f0001");
  CHECK(claim.storage_class_name == "standard");
  CHECK(claim.volume_mode == "Filesystem");
  CHECK(claim.requested_storage == "1536Mi");
  REQUIRE(claim.selector);
  CHECK(claim.selector->match_labels == k8s::StringMap{{"a", "b"}});
  CHECK(claim.volume_attributes_class == "gold");
  CHECK(claim.data_source == k8s::DataSource{"snapshot.storage.k8s.io", "VolumeSnapshot", "snap"});
  CHECK(claim.phase == "Bound");
  CHECK(claim.status_access_modes == std::vector<std::string>{"ReadWriteMany"});
  CHECK(claim.status_capacity == "2Gi");
}

TEST_CASE("a volume's source is the object of its spec that no field knows") {
  auto const read = k8s::read<k8s::Volume>(documents::volume);
  REQUIRE(read.has_value());
  auto const& volume = *read;
  CHECK(volume.source.type == "csi");
  CHECK(volume.source.attributes ==
        k8s::StringMap{{"driver", "example.com"}, {"volumeHandle", "h-1"}, {"readOnly", "true"}, {"size", "12"}});
  CHECK(volume.capacity == "1Gi");
  CHECK(volume.access_modes == std::vector<std::string>{"ReadWriteOnce"});
  CHECK(volume.claim_ref == k8s::ObjectReference{"v1", "PersistentVolumeClaim", "team-a", "web", "c-1", "5"});
  CHECK(volume.reclaim_policy == "Delete");
  CHECK(volume.mount_options == std::vector<std::string>{"hard", "vers=4.1"});
  CHECK(volume.storage_class_name == "standard");
  CHECK(volume.volume_mode == "Filesystem");
  CHECK(volume.phase == "Released");
}

TEST_CASE("a source may be an object without members, and there may be none") {
  CHECK(k8s::read<k8s::Volume>(R"({"spec":{"emptyDir":{}}})")->source == k8s::VolumeSource{"emptyDir", {}});
  CHECK(k8s::read<k8s::Volume>(R"({"spec":{"capacity":{},"claimRef":{},"nodeAffinity":{},"csi":null}})")->source ==
        k8s::VolumeSource{});
}

TEST_CASE("a claim's data source is its dataSourceRef, in either order, else its dataSource") {
  struct Row {
    std::string_view spec;
    std::optional<std::string> kind;
  };
  auto const row = GENERATE(Row{R"("dataSource":{"kind":"old"},"dataSourceRef":{"kind":"new"})", "new"},
                            Row{R"("dataSourceRef":{"kind":"new"},"dataSource":{"kind":"old"})", "new"},
                            Row{R"("dataSource":{"kind":"old"})", "old"},
                            Row{R"("dataSource":{"kind":"old"},"dataSourceRef":null)", "old"},
                            Row{R"("dataSource":null)", std::nullopt});
  auto const claim = k8s::read<k8s::Claim>("{\"spec\":{" + std::string(row.spec) + "}}");
  REQUIRE(claim.has_value());
  CHECK(claim->data_source.has_value() == row.kind.has_value());
  if (row.kind) CHECK(claim->data_source->kind == *row.kind);
}

TEST_CASE("null is as absent, and an empty class name is not") {
  auto const claim =
      k8s::read<k8s::Claim>(R"({"metadata":{"name":null,"labels":{"a":null,"b":""},"finalizers":[null,"f",null]},)"
                            R"("spec":{"storageClassName":null,"selector":null,"resources":null},"status":null})");
  REQUIRE(claim.has_value());
  CHECK(claim->meta.name.empty());
  CHECK(claim->meta.labels == k8s::StringMap{{"b", ""}});
  CHECK(claim->meta.finalizers == std::vector<std::string>{"f"});
  CHECK_FALSE(claim->storage_class_name.has_value());
  CHECK_FALSE(claim->selector);
  CHECK(k8s::read<k8s::Claim>(R"({"spec":{"storageClassName":""}})")->storage_class_name == "");
  CHECK(k8s::read<k8s::Claim>(R"({"spec":{"selector":{}}})")->selector == k8s::LabelSelector{});
}

TEST_CASE("a storage class has the API's defaults where it says nothing") {
  auto const bare = k8s::read<k8s::StorageClass>(R"({"metadata":{"name":"c"},"provisioner":"p"})");
  REQUIRE(bare.has_value());
  CHECK(bare->reclaim_policy == "Delete");
  CHECK(bare->volume_binding_mode == "Immediate");
  CHECK_FALSE(bare->allow_volume_expansion);
  auto const full = k8s::read<k8s::StorageClass>(
      R"({"kind":"StorageClass","provisioner":"p","parameters":{"a":"b"},"reclaimPolicy":"Retain",)"
      R"("mountOptions":["hard"],)"
      R"("allowVolumeExpansion":true,"volumeBindingMode":"WaitForFirstConsumer","allowedTopologies":[{"x":[]}]})");
  REQUIRE(full.has_value());
  CHECK(full->provisioner == "p");
  CHECK(full->parameters == k8s::StringMap{{"a", "b"}});
  CHECK(full->reclaim_policy == "Retain");
  CHECK(full->mount_options == std::vector<std::string>{"hard"});
  CHECK(full->allow_volume_expansion);
  CHECK(full->waits_for_consumer());
}

TEST_CASE("an event, a namespace, a status and an access review are read") {
  auto const event = k8s::read<k8s::Event>(
      R"({"metadata":{"name":"e"},"involvedObject":{"kind":"Pod","name":"p"},"type":"Warning","reason":"R",)"
      R"("message":"m",)"
      R"("source":{"component":"c","host":"h"},"firstTimestamp":"1","lastTimestamp":"2","count":7,"eventTime":null})");
  REQUIRE(event.has_value());
  CHECK(event->involved.kind == "Pod");
  CHECK(event->type == k8s::EventType::warning);
  CHECK(event->reason == "R");
  CHECK(event->message == "m");
  CHECK(event->source_component == "c");
  CHECK(event->source_host == "h");
  CHECK(event->first_timestamp == "1");
  CHECK(event->last_timestamp == "2");
  CHECK(event->count == 7);

  CHECK(k8s::read<k8s::Namespace>(R"({"metadata":{"uid":"u"},"spec":{"finalizers":["kubernetes"]}})")->meta.uid == "u");

  auto const status =
      k8s::read<k8s::Status>(R"({"kind":"Status","status":"Failure","message":"slow down","reason":"TooManyRequests",)"
                             R"("details":{"retryAfterSeconds":3,"causes":[{"message":"x"}]},"code":429})");
  REQUIRE(status.has_value());
  CHECK(status->code == 429);
  CHECK(status->reason == "TooManyRequests");
  CHECK(status->message == "slow down");
  CHECK(status->retry_after_seconds == 3);

  auto const review = k8s::read<k8s::AccessReview>(
      R"({"spec":{"resourceAttributes":{"verb":"get"}},"status":{"allowed":true,"reason":"because"}})");
  REQUIRE(review.has_value());
  CHECK(review->allowed);
  CHECK(review->reason == "because");
}

TEST_CASE("a server's version is read as far as it is a number") {
  struct Row {
    std::string_view text;
    int major;
    int minor;
  };
  auto const row = GENERATE(Row{R"({"major":"1","minor":"36","gitVersion":"v1.36.3"})", 1, 36},
                            Row{R"({"major":"1","minor":"27+"})", 1, 27}, Row{R"({"major":"","minor":"x"})", 0, 0},
                            Row{"{}", 0, 0}, Row{R"({"major":"99999999999","minor":null})", 0, 0});
  auto const version = k8s::read<k8s::ServerVersion>(row.text);
  REQUIRE(version.has_value());
  CHECK(version->major == row.major);
  CHECK(version->minor == row.minor);
}

TEST_CASE("a quantity may be given as a number") {
  CHECK(k8s::read<k8s::Claim>(R"({"spec":{"resources":{"requests":{"storage":1073741824}}}})")->requested_storage ==
        "1073741824");
}

TEST_CASE("of members given twice the last one counts") {
  auto const claim = k8s::read<k8s::Claim>(
      R"({"metadata":{"name":"a","finalizers":["x"]},"metadata":{"name":"b","finalizers":["y","z"]}})");
  REQUIRE(claim.has_value());
  CHECK(claim->meta.name == "b");
  CHECK(claim->meta.finalizers == std::vector<std::string>{"y", "z"});
}

TEST_CASE("escapes in keys and values are resolved") {
  auto const claim = k8s::read<k8s::Claim>("{\"\\u006detadata\":{\"name\":\"\\u00f1\\ud83d\\ude00\\n\\\"\\/\"}}");
  REQUIRE(claim.has_value());
  CHECK(claim->meta.name == "\xC3\xB1\xF0\x9F\x98\x80\n\"/");
}
