#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulation/sabotage.hpp"

namespace nfs::simulation {

struct Campaign {
  std::string program = "simulate";  ///< as it is to be called again
  std::uint64_t first = 1;
  std::uint64_t seeds = 10'000;
  unsigned jobs = 2;
  Sabotage sabotage = Sabotage::none;
};

/// Plays many histories, in processes side by side, and reports the ones that break a promise: what broke, the shortest
/// history found, how to play it again. True if none did.
[[nodiscard]] bool run(Campaign const& campaign);

/// Plays one history and prints all that happens; with only the ops `kept` if there are any. True if no promise broke.
[[nodiscard]] bool replay(Campaign const& campaign, std::uint64_t seed, std::vector<std::size_t> const& kept);

/// Looks for the first history that catches each deliberate fault, among `seeds`. True if each was caught.
[[nodiscard]] bool catch_sabotages(Campaign const& campaign);

}  // namespace nfs::simulation
