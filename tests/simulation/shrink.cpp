#include "tests/simulation/shrink.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

#include "tests/simulation/world.hpp"

namespace nfs::simulation {
namespace {

constexpr int most_histories = 400;

std::vector<std::size_t> without(std::vector<std::size_t> const& kept, std::size_t from, std::size_t count) {
  auto fewer = kept;
  auto const first = fewer.begin() + static_cast<std::ptrdiff_t>(from);
  fewer.erase(first, first + static_cast<std::ptrdiff_t>(std::min(count, kept.size() - from)));
  return fewer;
}

std::optional<Violation> play(Script const& script, std::vector<std::size_t> const& kept, Sabotage sabotage) {
  auto const shorter = keep_only(script, kept);
  return World(shorter, {.sabotage = sabotage, .trace = {}}).play();
}

}  // namespace

Shortest shrink(Script const& script, Violation const& violation, Sabotage sabotage) {
  Shortest best{std::vector<std::size_t>(script.ops.size()), violation};
  std::iota(best.kept.begin(), best.kept.end(), std::size_t{0});
  int histories = 0;
  for (auto chunk = std::max<std::size_t>(best.kept.size() / 2, 1);;) {
    bool shorter = false;
    for (std::size_t from = 0; from < best.kept.size() && histories < most_histories;) {
      auto const fewer = without(best.kept, from, chunk);
      ++histories;
      auto const broken = play(script, fewer, sabotage);
      if (broken && broken->invariant == violation.invariant) {
        best = {fewer, *broken};
        shorter = true;
      } else {
        from += chunk;
      }
    }
    if (histories >= most_histories || (chunk == 1 && !shorter)) return best;
    chunk = std::max<std::size_t>(chunk / 2, 1);
  }
}

}  // namespace nfs::simulation
