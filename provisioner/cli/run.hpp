#pragma once

#include <string>
#include <vector>

#include "k8s/auth/credentials.hpp"

namespace nfs {

/// The whole program: reads the command line, does what it says, gives the exit code (0 done, 1 failed, 2 usage).
[[nodiscard]] int run_program(std::vector<std::string> arguments, k8s::Environment const& environment);

}  // namespace nfs
