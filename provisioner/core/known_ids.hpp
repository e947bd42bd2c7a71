#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/model/volume.hpp"
#include "provisioner/core/export.hpp"

namespace nfs {

/// The ids of the export `where` that stand on volumes of `provisioner` whose directories lie there, each once, sorted:
/// a mount whose marker has another id is not that export.
[[nodiscard]] std::vector<std::string> known_ids(std::vector<std::shared_ptr<k8s::Volume const>> const& volumes,
                                                 Export const& where, std::string_view provisioner);

}  // namespace nfs
