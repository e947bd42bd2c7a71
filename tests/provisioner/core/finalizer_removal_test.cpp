#include "provisioner/core/finalizer_removal.hpp"

#include "tests/provisioner/core/decision_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

std::shared_ptr<k8s::Volume const> volume(std::string name, std::string_view provisioner = our_name,
                                          std::string_view finalizer = names::finalizer) {
  k8s::Volume made;
  made.meta.name = std::move(name);
  made.meta.annotations.emplace(names::provisioned_by, provisioner);
  made.meta.finalizers = {"kubernetes.io/pv-protection", std::string(finalizer)};
  return std::make_shared<k8s::Volume const>(std::move(made));
}

VolumeList const cluster{volume("pvc-2"), volume("pvc-1"), volume("pvc-3", "csi.example.com"),
                         volume("pvc-4", our_name, "example.com/other")};

std::string held(std::vector<std::string> const& wanted) {
  auto const found = held_volumes(cluster, our_name, wanted);
  if (auto const* why = std::get_if<Refusal>(&found)) return "refused: " + why->message;
  std::string names;
  for (auto const& each : std::get<VolumeList>(found)) names += (names.empty() ? "" : " ") + each->meta.name;
  return names;
}

}  // namespace

TEST_CASE("held are the volumes of this provisioner with our finalizer, sorted, and of these those that are wanted") {
  CHECK(held({}) == "pvc-1 pvc-2");
  CHECK(held({"pvc-2"}) == "pvc-2");
  CHECK(held({"pvc-2", "pvc-1", "pvc-2"}) == "pvc-1 pvc-2");
}

TEST_CASE("one that is wanted, and is not there or not held, refuses all of them") {
  CHECK(held({"pvc-1", "pvc-9"}) == "refused: there is no volume \"pvc-9\"");
  for (auto const* other : {"pvc-3", "pvc-4"}) {
    CHECK(held({"pvc-1", other}) == "refused: volume \"" + std::string(other) +
                                        "\" is of another provisioner than \"example.com/nfs\", or does not carry its "
                                        "finalizer");
  }
}

TEST_CASE("a volume that was migrated to this provisioner is held by it") {
  auto migrated = *volume("pvc-5", "kubernetes.io/nfs");
  migrated.meta.annotations.emplace(names::migrated_to, our_name);
  CHECK(is_held_by(migrated, our_name));
  CHECK_FALSE(is_held_by(migrated, "example.com/another"));
}
