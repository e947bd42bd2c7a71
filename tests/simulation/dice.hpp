#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace nfs::simulation {

/// All chance of a history comes from here: one seed, one history.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  [[nodiscard]] std::uint64_t bits() { return engine_(); }
  /// 0 to n-1; n > 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t n) { return engine_() % n; }
  [[nodiscard]] bool chance(unsigned percent) { return below(100) < percent; }
  template <class T>
  [[nodiscard]] T const& pick(std::vector<T> const& choices) {
    return choices[below(choices.size())];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace nfs::simulation
