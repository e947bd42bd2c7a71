#include "k8s/model/claim.hpp"
#include "k8s/model/volume.hpp"
#include "tests/support/catch.hpp"

TEST_CASE("the class of a claim is its annotation's, else its field's") {
  k8s::Claim claim;
  CHECK(k8s::class_name(claim).empty());
  claim.storage_class_name = "field";
  CHECK(k8s::class_name(claim) == "field");
  claim.meta.annotations["volume.beta.kubernetes.io/storage-class"] = "annotation";
  CHECK(k8s::class_name(claim) == "annotation");
  claim.meta.annotations["volume.beta.kubernetes.io/storage-class"] = "";
  CHECK(k8s::class_name(claim).empty());
}

TEST_CASE("the class of a volume is its annotation's, else its field's") {
  k8s::Volume volume;
  volume.storage_class_name = "field";
  CHECK(k8s::class_name(volume) == "field");
  volume.meta.annotations["volume.beta.kubernetes.io/storage-class"] = "annotation";
  CHECK(k8s::class_name(volume) == "annotation");
}

TEST_CASE("an object's key is its namespace and name") {
  k8s::ObjectMeta meta;
  meta.name = "web";
  CHECK(k8s::object_key(meta) == "web");
  meta.name_space = "team-a";
  CHECK(k8s::object_key(meta) == "team-a/web");
}

TEST_CASE("a finalizer counts by its whole name") {
  k8s::ObjectMeta meta;
  CHECK_FALSE(k8s::has_finalizer(meta, "a"));
  meta.finalizers = {"ab", "c"};
  CHECK(k8s::has_finalizer(meta, "ab"));
  CHECK_FALSE(k8s::has_finalizer(meta, "a"));
}
