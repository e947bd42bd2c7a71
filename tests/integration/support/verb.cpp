#include "tests/integration/support/verb.hpp"

#include <utility>

namespace nfs::test {

namespace {

Said run_to_end(Scene const& scene, std::vector<std::string> arguments, Program::Environment const& environment) {
  Program program(std::move(arguments), environment, scene.log_file());
  auto const ended = program.wait();
  return {ended, program.log()};
}

}  // namespace

Said run_verb(Scene const& scene, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--mount-dir", scene.exported().root().string()});
  return run_to_end(scene, std::move(arguments), {});
}

Said run_cluster_verb(Scene const& scene, std::vector<std::string> arguments) {
  return run_to_end(scene, std::move(arguments), scene.environment("direct"));
}

}  // namespace nfs::test
