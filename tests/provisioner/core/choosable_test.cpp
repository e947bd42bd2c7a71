#include "tests/provisioner/core/decision_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

k8s::Volume free_volume() {
  k8s::Volume volume;
  volume.meta.name = "by-hand";
  volume.capacity = "2Gi";
  volume.access_modes = {"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce"};
  volume.storage_class_name = "volumen-tipo-ivan";
  volume.volume_mode = "Filesystem";
  volume.phase = "Available";
  return volume;
}

k8s::ObjectReference reserved_for(std::string name_space, std::string name, std::string uid = {}) {
  return {"v1", "PersistentVolumeClaim", std::move(name_space), std::move(name), std::move(uid), {}};
}

}  // namespace

TEST_CASE("what kube-controller-manager could bind a claim to") {
  struct Row {
    std::string what;
    std::function<void(k8s::Claim&, k8s::Volume&)> change;
    bool wanted;
  };
  std::vector<Row> const table{
      {"available", [](auto&, auto&) {}, true},
      {"its phase is not set yet", [](auto&, auto& volume) { volume.phase.clear(); }, true},
      {"pending", [](auto&, auto& volume) { volume.phase = "Pending"; }, true},
      {"bound", [](auto&, auto& volume) { volume.phase = "Bound"; }, false},
      {"released", [](auto&, auto& volume) { volume.phase = "Released"; }, false},
      {"failed", [](auto&, auto& volume) { volume.phase = "Failed"; }, false},
      {"being deleted", [](auto&, auto& volume) { volume.meta.deletion_timestamp = "2026-01-01T00:00:00Z"; }, false},
      {"another class", [](auto&, auto& volume) { volume.storage_class_name = "other"; }, false},
      {"the volume's class by annotation",
       [](auto&, auto& volume) {
         volume.storage_class_name.clear();
         volume.meta.annotations.emplace("volume.beta.kubernetes.io/storage-class", "volumen-tipo-ivan");
       },
       true},
      {"a block volume", [](auto&, auto& volume) { volume.volume_mode = "Block"; }, false},
      {"no mode means Filesystem", [](auto&, auto& volume) { volume.volume_mode.clear(); }, true},
      {"lacks an access mode", [](auto&, auto& volume) { volume.access_modes = {"ReadWriteMany"}; }, false},
      {"exactly large enough", [](auto&, auto& volume) { volume.capacity = "1536Mi"; }, true},
      {"too small", [](auto&, auto& volume) { volume.capacity = "1535Mi"; }, false},
      {"a size that cannot be read", [](auto&, auto& volume) { volume.capacity = "big"; }, false},
      {"reserved for it", [](auto&, auto& volume) { volume.claim_ref = reserved_for("team-a", "web"); }, true},
      {"reserved for it, by uid", [](auto&, auto& volume) { volume.claim_ref = reserved_for("team-a", "web", "UID"); },
       true},
      {"reserved for it, of another class",
       [](auto&, auto& volume) {
         volume.claim_ref = reserved_for("team-a", "web");
         volume.storage_class_name = "other";
       },
       true},
      {"reserved for it, too small",
       [](auto&, auto& volume) {
         volume.claim_ref = reserved_for("team-a", "web");
         volume.capacity = "1Mi";
       },
       false},
      {"chosen for it already",
       [](auto&, auto& volume) {
         volume.claim_ref = reserved_for("team-a", "web", "UID");
         volume.phase = "Bound";
       },
       true},
      {"the volume that we made for it",
       [](auto&, auto& volume) {
         volume.meta.name = "pvc-UID";
         volume.claim_ref = reserved_for("team-a", "web", "UID");
         volume.phase = "Bound";
       },
       false},
      {"reserved for its forerunner",
       [](auto&, auto& volume) { volume.claim_ref = reserved_for("team-a", "web", "OLD"); }, false},
      {"reserved for another", [](auto&, auto& volume) { volume.claim_ref = reserved_for("team-a", "db"); }, false},
      {"reserved for another namespace", [](auto&, auto& volume) { volume.claim_ref = reserved_for("team-b", "web"); },
       false},
  };
  for (auto const& row : table) {
    INFO(row.what);
    auto claim = handed_claim();
    auto volume = free_volume();
    row.change(claim, volume);
    CHECK(could_choose(claim, volume) == row.wanted);
  }
}
