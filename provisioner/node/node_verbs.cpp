#include "provisioner/node/node_verbs.hpp"

#include <signal.h>
#include <sys/utsname.h>

#include <cstdio>

#include "provisioner/node/nfs_client.hpp"
#include "provisioner/node/try_volume.hpp"

namespace nfs {
namespace {

int finish(CheckReport const& report) {
  std::fputs(report.text().c_str(), stdout);
  return report.failures() == 0 ? 0 : 1;
}

std::string kernel_release() {
  utsname about{};
  return ::uname(&about) == 0 ? std::string(about.release) : std::string{};
}

}  // namespace

int run_tune(NodeArguments const& arguments) {
  CheckReport report;
  for (auto const& sysctl : arguments.sysctls) set_sysctl(sysctl, "/proc/sys", report);
  NodeRoot const node{.host = arguments.host_root, .kernel_release = kernel_release()};
  ChrootShell shell(arguments.host_root);
  if (arguments.nfs_client == NfsClient::check) check_nfs_client(node, report);
  if (arguments.nfs_client == NfsClient::install) install_nfs_client(node, shell, report);
  return finish(report);
}

int run_try_volume(NodeArguments const& arguments) {
  CheckReport report;
  try_volume(arguments.directory, report);
  return finish(report);
}

int run_idle() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  int signal = 0;
  while (sigwait(&ends, &signal) != 0) {
  }
  return 0;
}

}  // namespace nfs
