#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "tests/simulation/campaign.hpp"

using namespace nfs::simulation;

int main(int argc, char** argv) {
  CLI::App app(
      "Plays histories of the program, its users and its faults, each from one seed, and looks after every step "
      "whether all promises are kept.");
  Campaign campaign;
  campaign.program = argv[0];
  std::uint64_t seed = 0;
  std::vector<std::size_t> kept;
  std::string sabotage;
  bool catching = false;
  app.add_option("--seeds", campaign.seeds, "How many histories")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--from", campaign.first, "The first seed")->capture_default_str();
  app.add_option("--jobs", campaign.jobs, "Processes side by side")->check(CLI::Range(1, 64))->capture_default_str();
  app.add_option("--seed", seed, "Play this one alone and print what happens");
  app.add_option("--keep", kept, "With --seed: only these of its ops")->delimiter(',');
  app.add_option("--sabotage", sabotage, "Break the program on purpose; see sabotage.hpp");
  app.add_flag("--catch", catching, "Find a history that catches each sabotage, among --seeds");
  CLI11_PARSE(app, argc, argv);
  if (!sabotage.empty()) {
    auto const found = find_sabotage(sabotage);
    if (!found) return app.exit(CLI::ValidationError("--sabotage", "no such sabotage: " + sabotage));
    campaign.sabotage = *found;
  }
  if (catching) return catch_sabotages(campaign) ? 0 : 1;
  if (seed != 0) return replay(campaign, seed, kept) ? 0 : 1;
  return run(campaign) ? 0 : 1;
}
