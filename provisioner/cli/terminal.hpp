#pragma once

#include <iosfwd>
#include <string>

namespace nfs {

/// Where a verb reads its answers from and writes to.
struct Terminal {
  std::istream& in;
  std::ostream& out;
  std::ostream& error;
  bool interactive = false;  ///< progress is shown, questions are asked
};

/// Says why, and gives the exit status: 1, or 2 for a usage error.
int fail(Terminal& terminal, std::string const& why);
int misused(Terminal& terminal, std::string const& why);

/// Whether a person wants to remove what was shown: asks, unless `yes` was said before.
[[nodiscard]] bool confirmed(bool yes, Terminal& terminal);

}  // namespace nfs
