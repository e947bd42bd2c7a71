#include "provisioner/cli/terminal.hpp"

#include <istream>
#include <ostream>

namespace nfs {

int fail(Terminal& terminal, std::string const& why) {
  terminal.error << "nfs-subdir-provisioner: " << why << "\n";
  return 1;
}

int misused(Terminal& terminal, std::string const& why) {
  (void)fail(terminal, why);
  return 2;
}

bool confirmed(bool yes, Terminal& terminal) {
  if (yes) return true;
  terminal.out << "Remove for good? Type yes: " << std::flush;
  std::string answer;
  std::getline(terminal.in, answer);
  return answer == "yes";
}

}  // namespace nfs
