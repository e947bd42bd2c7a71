#include "provisioner/core/data_source.hpp"

namespace nfs {

bool is_for_populator(k8s::DataSource const& source) {
  bool const is_claim = source.api_group.empty() && source.kind == "PersistentVolumeClaim";
  bool const is_snapshot = source.api_group == "snapshot.storage.k8s.io" && source.kind == "VolumeSnapshot";
  return !is_claim && !is_snapshot;
}

}  // namespace nfs
