#pragma once

#include <string>
#include <vector>

#include "tests/integration/support/scene.hpp"

namespace nfs::test {

struct Said {
  Ended ended;
  std::string text;
};

/// Runs a verb for the scene's export beside its service, to its end.
[[nodiscard]] Said run_verb(Scene const& scene, std::vector<std::string> arguments);

/// Runs a verb with the settings of the scene's service, to its end.
[[nodiscard]] Said run_cluster_verb(Scene const& scene, std::vector<std::string> arguments);

}  // namespace nfs::test
