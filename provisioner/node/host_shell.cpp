#include "provisioner/node/host_shell.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

namespace nfs {
namespace {

constexpr int cannot_run = 127;

// Between fork and exec.
[[noreturn]] void become(char const* root, char const* command) {
  std::array<char const*, 4> const words{"sh", "-c", command, nullptr};
  std::array<char const*, 3> const variables{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                             "DEBIAN_FRONTEND=noninteractive", nullptr};
  if (::chroot(root) == 0 && ::chdir("/") == 0)
    ::execve("/bin/sh", const_cast<char* const*>(words.data()), const_cast<char* const*>(variables.data()));
  ::_exit(cannot_run);
}

}  // namespace

int ChrootShell::run(std::string const& command) {
  std::fflush(nullptr);
  auto const child = ::fork();
  if (child == 0) become(root_.c_str(), command.c_str());
  if (child < 0) return cannot_run;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return cannot_run;
  return WIFEXITED(status) ? WEXITSTATUS(status) : cannot_run;
}

}  // namespace nfs
