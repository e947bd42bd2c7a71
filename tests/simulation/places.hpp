#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "k8s/model/claim.hpp"
#include "provisioner/storage/files/path_steps.hpp"

namespace nfs::simulation {

[[nodiscard]] inline bool overlaps(std::string_view left, std::string_view right) {
  return left == right || lies_below(left, right) || lies_below(right, left);
}

[[nodiscard]] inline std::string claim_text(k8s::Claim const& claim) {
  return fmt::format("{}/{} ({})", claim.meta.name_space, claim.meta.name, claim.meta.uid);
}

}  // namespace nfs::simulation
