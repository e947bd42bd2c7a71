#pragma once

#include "provisioner/storage/volumes/private_layout.hpp"

namespace nfs {

/// The cluster that tests act for.
inline constexpr auto own_cluster = "cluster-a";
inline ClusterLayout const own_layout{own_cluster};

}  // namespace nfs
