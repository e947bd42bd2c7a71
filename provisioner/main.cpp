#include "provisioner/cli/command_line.hpp"
#include "provisioner/cli/run.hpp"

int main(int argc, char* argv[]) {
  return nfs::run_program(std::vector<std::string>(argv + 1, argv + argc), nfs::process_environment());
}
