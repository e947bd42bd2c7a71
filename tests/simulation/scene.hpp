#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "provisioner/storage/memory_file_system.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/simulation/sabotage.hpp"
#include "tests/simulation/virtual_clock.hpp"
#include "tests/support/memory_api_server.hpp"

namespace nfs::simulation {

inline constexpr std::string_view our_name = "example.com/nfs";
inline constexpr std::string_view server_name = "nfs.example";
inline constexpr std::string_view server_path = "/data/nfs";

/// A promise that was broken.
struct Violation {
  std::string invariant;  ///< its name; shrinking looks for the same one
  std::string details;
};

/// What there is, whoever acts on it.
struct Scene {
  test::MemoryApiServer server;
  MemoryFileSystem files;
  MemoryFileSystem bare;  ///< what lies under the mount point
  VirtualClock clock;
  Dice dice;
  Sabotage sabotage = Sabotage::none;
  bool initial_events = true;         ///< the server can begin a watch with all that stands
  bool lag_is_bounded = false;        ///< kube-controller-manager's: no more than a write behind
  bool overlapped = false;            ///< two processes have acted at the same time
  bool leftovers_excused = false;     ///< a directory answered that it is not empty, though it was
  std::uint64_t compacted = 0;        ///< watches from before this version are answered 410
  std::uint64_t watches_dropped = 0;  ///< how often all watches were cut
  std::optional<Violation> violation;
  std::function<void(std::string)> trace;  ///< empty: nobody reads it
  std::function<void()> api_changed;       ///< to be called after every write to the server
  std::function<void()> files_moved;       ///< to be called after data could have moved or gone

  explicit Scene(std::uint64_t seed) : dice(seed) {}

  [[nodiscard]] bool sabotaged(Sabotage what) const { return sabotage == what; }
  void tell(std::string_view who, std::string_view what) const {
    if (trace) trace(std::string(who).append(": ").append(what));
  }
  /// The first one counts.
  void broken(std::string invariant, std::string details) {
    if (violation) return;
    tell("BROKEN", invariant + ": " + details);
    violation = Violation{std::move(invariant), std::move(details)};
  }
};

}  // namespace nfs::simulation
