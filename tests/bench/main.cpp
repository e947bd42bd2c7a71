// `make bench`: how fast and how small the program is, beside a bare writer, and beside a peer if there is one.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <map>

#include "tests/bench/measurements.hpp"

namespace {

using namespace nfs::bench;

// Proves that all still runs, in a minute. Its figures mean nothing.
Sizes smoke_sizes() {
  return {.burst = 20,
          .slow_burst = 5,
          .per_second = 20,
          .alone = 3,
          .releases = 5,
          .deletions = 10,
          .after_deletions = 5,
          .crowd = 40,
          .beside_crowd = 2,
          .idle_seconds = 1,
          .rest_seconds = 0,
          .files = 2000,
          .volumes = {200},
          .among_others = {20, 200},
          .changes = 100,
          .lives = 100};
}

using Measure = void (*)(Bench&);
std::vector<std::pair<std::string, Measure>> const measurements{
    {"single", measure_single_claims}, {"bursts", measure_bursts},   {"churn", measure_churn},
    {"crowd", measure_crowd},          {"tree", measure_large_tree}, {"large", measure_large_clusters},
    {"lives", measure_lives},
};

}  // namespace

int main(int argc, char** argv) try {
  CLI::App app("Measures provisioners on control planes of this machine.");
  std::string program;
  std::string bare_writer;
  std::string peer;
  std::string result = "bench.json";
  std::string commit = "unknown";
  std::vector<std::string> only;
  bool smoke = false;
  app.add_option("--program", program, "the program")->required();
  app.add_option("--bare-writer", bare_writer, "the program that only writes")->required();
  app.add_option("--peer", peer, "a program that takes upstream's environment; needs root and /persistentvolumes");
  app.add_option("--result", result, "the file for the figures");
  app.add_option("--commit", commit, "what the figures are of");
  app.add_option("--only", only, "single, bursts, churn, crowd, tree, large, lives")->delimiter(',');
  app.add_flag("--smoke", smoke, "small sizes, one contender each: proves that all still runs");
  Sizes sizes;
  app.add_option("--claims", sizes.burst, "of a burst")->capture_default_str();
  app.add_option("--crowd", sizes.crowd, "claims of the crowd")->capture_default_str();
  app.add_option("--files", sizes.files, "of the volume that is released")->capture_default_str();
  app.add_option("--volumes", sizes.volumes, "beside which a start is measured")->delimiter(',');
  app.add_option("--changes", sizes.changes, "of claims, and of volumes, beside them")->capture_default_str();
  app.add_option("--lives", sizes.lives, "claims that come and go")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  Bench bench{.contenders = {program, bare_writer, peer.empty() ? std::nullopt : std::optional(peer)},
              .sizes = smoke ? smoke_sizes() : sizes,
              .brief = smoke,
              .report = {}};
  for (auto const& [name, measure] : measurements) {
    if (!only.empty() && std::ranges::find(only, name) == only.end()) continue;
    std::cout << name << std::endl;
    measure(bench);
    bench.report.write_json(result, commit);
  }
  return bench.report.complete() ? 0 : 1;
} catch (std::exception const& error) {
  std::cerr << "bench: " << error.what() << "\n";
  return 1;
}
