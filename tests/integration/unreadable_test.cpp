// One claim must not keep the others from being served, however it is made.
#include "tests/integration/support/scene.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

/// A claim whose managedFields, which anybody may write and the API server keeps, hold `fields`.
void make_claim_with_fields(Scene& scene, std::string const& name_space, std::string const& name,
                            std::string const& class_name, std::string const& fields) {
  auto const body = R"({"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":)" + json_string(name) +
                    R"(,"managedFields":[{"manager":"m","operation":"Update","apiVersion":"v1",)"
                    R"("time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":)"
                    R"({"f:metadata":{"f:annotations":)" +
                    fields + R"(}}}]},"spec":{"storageClassName":)" + json_string(class_name) +
                    R"(,"accessModes":["ReadWriteMany"],"resources":{"requests":{"storage":"1Mi"}}}})";
  (void)scene.cluster().request(k8s::Method::post,
                                "/api/v1/namespaces/" + name_space + "/persistentvolumeclaims?fieldValidation=Ignore",
                                body, "application/json");
}

std::string nested(std::size_t depth) {
  std::string open;
  for (std::size_t i = 0; i < depth; ++i) open += R"({"f:x":)";
  return open + "{}" + std::string(depth, '}');
}

/// The API server keeps 1.5 MiB of one object, and writes this byte as six.
std::string large() {
  return R"({"f:)" + std::string(1'480'000, '<') + R"(":{}})";
}

TEST_CASE("A claim that is nested 300 deep is read as any other, and keeps nobody from being served") {
  Scene scene;
  scene.make_class();
  auto const attacker = scene.make_namespace("attacker");
  make_claim_with_fields(scene, attacker, "before", "no-such-class", nested(300));
  scene.start();
  scene.bound_claim("web");
  make_claim_with_fields(scene, attacker, "after", scene.class_name(), nested(300));
  scene.await_bound("after", attacker);
  scene.bound_claim("other");
  scene.stop();
}

TEST_CASE("A claim that is too large to be read is told of, and keeps nobody from being served") {
  Scene scene;
  scene.make_class();
  auto const attacker = scene.make_namespace("attacker");
  make_claim_with_fields(scene, attacker, "before", "no-such-class", large());
  scene.start();
  scene.bound_claim("web");
  make_claim_with_fields(scene, attacker, "after", scene.class_name(), large());
  scene.bound_claim("other");
  for (auto const* const each : {"before", "after"}) scene.await_event(each, "CannotBeRead", "too large", attacker);
  CHECK(scene.claim("after", attacker)->phase == "Pending");
  scene.stop();
}

}  // namespace
}  // namespace nfs::test
