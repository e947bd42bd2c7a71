#pragma once

#include <algorithm>
#include <chrono>
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
  std::size_t tokens = 0;          ///< how many were written
  k8s::WallTime said_before{};     ///< by the file server's clock, when it was set the last time
  k8s::SteadyTime clock_set_at{};  ///< when that was
  std::optional<Violation> violation;
  std::function<void(std::string)> trace;  ///< empty: nobody reads it

  explicit Ground(std::uint64_t seed) : dice(seed) {
    for (auto* each : {&files, &bare}) each->set_clock([this] { return clock.wall(); });
  }
  void note_clock_set(k8s::WallTime before) {
    said_before = before;
    clock_set_at = clock.steady();
  }
  /// The latest that the file server's clock has said within the last two minutes: a call that was begun before then
  /// may take one.
  [[nodiscard]] k8s::WallTime latest_wall() const {
    bool const recently = clock.steady() - clock_set_at < std::chrono::minutes(2);
    return recently ? std::max(clock.wall(), said_before) : clock.wall();
  }
  Ground(Ground const&) = delete;  // the export asks its clock
  Ground& operator=(Ground const&) = delete;
};

}  // namespace nfs::simulation
