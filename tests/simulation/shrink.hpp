#pragma once

#include <cstddef>
#include <vector>

#include "tests/simulation/sabotage.hpp"
#include "tests/simulation/scene.hpp"
#include "tests/simulation/script.hpp"

namespace nfs::simulation {

/// A history that breaks a promise, with as few ops as could be found.
struct Shortest {
  std::vector<std::size_t> kept;  ///< indices into the script's ops
  Violation violation;
};

/// Leaves ops out for as long as the same invariant breaks. A bounded number of histories is played.
[[nodiscard]] Shortest shrink(Script const& script, Violation const& violation, Sabotage sabotage);

}  // namespace nfs::simulation
