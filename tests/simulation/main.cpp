#include <fmt/format.h>

#include <cstdio>

#include "tests/simulation/world.hpp"

using namespace nfs::simulation;

int main(int argc, char** argv) {
  std::uint64_t from = argc > 1 ? std::stoull(argv[1]) : 1;
  std::uint64_t to = argc > 2 ? std::stoull(argv[2]) : from;
  bool trace = argc > 3;
  std::size_t steps = 0;
  for (auto seed = from; seed <= to; ++seed) {
    auto const script = write_script(seed);
    Setting setting;
    if (trace) setting.trace = [](std::string line) { std::puts(line.c_str()); };
    World world(script, setting);
    auto violation = world.play();
    steps += world.steps();
    if (violation) fmt::print("seed {}: {}: {}\n", seed, violation->invariant, violation->details);
  }
  fmt::print("{} steps\n", steps);
}
