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
  /// Nobody has a turn in that time: what was begun before the clock was set goes on after it.
  void note_standstill(std::chrono::milliseconds by) {
    if (was_clock_set()) clock_set_at += by;
  }
  /// Within the last minute.
  [[nodiscard]] bool was_clock_set() const { return clock.steady() - clock_set_at < std::chrono::minutes(1); }
  /// The latest that the file server's clock has said within the last minute.
  [[nodiscard]] k8s::WallTime latest_wall() const {
    return was_clock_set() ? std::max(clock.wall(), said_before) : clock.wall();
  }
  Ground(Ground const&) = delete;  // the export asks its clock
  Ground& operator=(Ground const&) = delete;
};

}  // namespace nfs::simulation
