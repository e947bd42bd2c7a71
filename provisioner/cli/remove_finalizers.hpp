#pragma once

#include <string>
#include <vector>

#include "k8s/auth/credentials.hpp"
#include "k8s/base/clock.hpp"
#include "k8s/leader/lock.hpp"
#include "provisioner/cli/terminal.hpp"

namespace nfs {

/// What was asked for beside the verb.
struct RemovalArguments {
  std::vector<std::string> names = {};  ///< of volumes; none: all of this provisioner that carry its finalizer
  bool yes = false;                     ///< do it
  bool force = false;                   ///< though a program may lead
};

/// Where the API server is, and whose volumes are meant.
struct RemovalSettings {
  std::string provisioner = {};
  std::string kubeconfig = {};  ///< paths separated by ':'; empty: in-cluster
  std::string context = {};
};

/// `volumes remove-finalizers`: shows which volumes carry this program's finalizer; with --yes takes it off, and
/// nothing else. For volumes whose program is gone for good: no directory is touched, and no record is written. Not
/// done while a program leads, as far as its lock shows, unless it is forced. Gives the exit status: 0 done, 1 not, or
/// not for all, with the reason on Terminal::error.
[[nodiscard]] int remove_finalizers(RemovalArguments const& arguments, std::string const& provisioner,
                                    k8s::Client& client, k8s::Clock const& clock, Terminal terminal);
[[nodiscard]] int run_remove_finalizers(RemovalArguments const& arguments, RemovalSettings const& settings,
                                        k8s::Environment const& environment, Terminal terminal);

}  // namespace nfs
