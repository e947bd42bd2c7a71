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

/// The volume's name in the record of an archive; empty: it is none of the program's.
[[nodiscard]] inline std::string recorded_as(std::string const& archive) {
  auto const at = archive.find("-pvc-");
  return at == std::string::npos ? std::string() : archive.substr(at + 1);
}

[[nodiscard]] inline std::string claim_text(k8s::Claim const& claim) {
  return fmt::format("{}/{} ({})", claim.meta.name_space, claim.meta.name, claim.meta.uid);
}

}  // namespace nfs::simulation
