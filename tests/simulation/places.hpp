#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "k8s/model/claim.hpp"

namespace nfs::simulation {

[[nodiscard]] inline bool lies_in(std::string_view path, std::string_view directory) {
  return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/';
}

[[nodiscard]] inline bool overlaps(std::string_view left, std::string_view right) {
  return left == right || lies_in(left, right) || lies_in(right, left);
}

[[nodiscard]] inline std::string claim_text(k8s::Claim const& claim) {
  return fmt::format("{}/{} ({})", claim.meta.name_space, claim.meta.name, claim.meta.uid);
}

}  // namespace nfs::simulation
