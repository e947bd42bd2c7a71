#pragma once

#include <string>

#include "k8s/auth/credentials.hpp"
#include "provisioner/cli/command_line.hpp"

namespace nfs {

/// The verb `check`: looks at export and API server as the program would use them, prints one line for each thing that
/// was looked at and what to do about those that are wrong. 0 when the program could work, 1 when not.
[[nodiscard]] int run_check(Options const& options, k8s::Environment const& environment);

/// The last line of `check`: whether the program could work with so many findings that are wrong.
[[nodiscard]] std::string check_verdict(int failures);

}  // namespace nfs
