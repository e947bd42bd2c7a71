#include "provisioner/exports/cluster_card.hpp"

#include <utility>

namespace nfs {

ClusterCard card_of(Settings const& settings, std::string version, k8s::WallTime now) {
  return {.cluster = settings.cluster,
          .provisioner = settings.provisioner,
          .program_version = std::move(version),
          .heartbeat = k8s::to_rfc3339(now)};
}

}  // namespace nfs
