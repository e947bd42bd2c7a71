#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "provisioner/core/expected_export.hpp"
#include "provisioner/core/refusal.hpp"

namespace nfs {

/// What was found on an export without a marker that somebody wants to adopt by hand.
struct AdoptionSight {
  ExpectedExport const& expected;  ///< not empty
  std::vector<bool> stands;        ///< for each that is expected: whether its directory stands
  bool force = false;              ///< adopt it, whatever is missing
};

struct Adoption {
  std::string id = {};  ///< that the marker gets; empty: a new one
  std::size_t standing = 0;
  std::vector<std::string> missing = {};  ///< directories that volumes name, and that do not stand
};

/// Under which id the export is adopted: the one that volumes there carry. Refused where they carry several, or, unless
/// it is forced, where a directory that a volume names does not stand.
[[nodiscard]] OrRefusal<Adoption> plan_adoption(AdoptionSight const& sight);

}  // namespace nfs
