#include "k8s/api/client.hpp"
#include "tests/support/catch.hpp"

using k8s::collection_path;
using k8s::kind_of;
using k8s::object_path;

TEST_CASE("paths of objects and collections") {
  CHECK(object_path(kind_of<k8s::Claim>(), {"ns", "web"}, "status") ==
        "/api/v1/namespaces/ns/persistentvolumeclaims/web/status");
  CHECK(object_path(kind_of<k8s::Volume>(), {"", "pvc-1"}) == "/api/v1/persistentvolumes/pvc-1");
  CHECK(object_path(kind_of<k8s::StorageClass>(), {"", "fast"}) == "/apis/storage.k8s.io/v1/storageclasses/fast");
  CHECK(object_path(kind_of<k8s::Namespace>(), {"", "ns"}) == "/api/v1/namespaces/ns");
  CHECK(collection_path(kind_of<k8s::Claim>()) == "/api/v1/persistentvolumeclaims");
  CHECK(collection_path(kind_of<k8s::Event>(), "ns") == "/api/v1/namespaces/ns/events");
}

TEST_CASE("no text of a name leaves its segment") {
  CHECK(object_path(kind_of<k8s::Claim>(), {"a/b", "c?d#e%f g"}) ==
        "/api/v1/namespaces/a%2Fb/persistentvolumeclaims/c%3Fd%23e%25f%20g");
  CHECK(k8s::percent_encode("AZaz09-._~+=&\xC3\xB1") == "AZaz09-._~%2B%3D%26%C3%B1");
}
