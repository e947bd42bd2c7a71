#pragma once

#include <string>

#include "k8s/base/clock.hpp"
#include "provisioner/core/settings.hpp"
#include "provisioner/storage/volumes/documents.hpp"

namespace nfs {

/// What this program, of this `version`, says of itself on an export at `now`.
[[nodiscard]] ClusterCard card_of(Settings const& settings, std::string version, k8s::WallTime now);

}  // namespace nfs
