#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "tests/simulation/dice.hpp"
#include "tests/simulation/sabotage.hpp"
#include "tests/simulation/virtual_clock.hpp"
#include "tests/support/storage/memory_file_system.hpp"

namespace nfs::simulation {

/// A promise that was broken.
struct Violation {
  std::string invariant;  ///< its name; shrinking looks for the same one
  std::string details;
};

/// What all clusters of a history share: the export, chance, and what has become of the promises.
struct Ground {
  MemoryFileSystem files;
  MemoryFileSystem bare;  ///< what lies under the mount point
  VirtualClock clock;     ///< the file server's, and the first cluster's
  Dice dice;
  Sabotage sabotage = Sabotage::none;
  std::size_t tokens = 0;  ///< how many were written
  std::optional<Violation> violation;
  std::function<void(std::string)> trace;  ///< empty: nobody reads it

  explicit Ground(std::uint64_t seed) : dice(seed) {
    for (auto* each : {&files, &bare}) each->set_clock([this] { return clock.wall(); });
  }
  Ground(Ground const&) = delete;  // the export asks its clock
  Ground& operator=(Ground const&) = delete;
};

}  // namespace nfs::simulation
