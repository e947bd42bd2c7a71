#pragma once

#include <string>
#include <vector>

#include "provisioner/node/sysctl.hpp"

namespace nfs {

enum class NfsClient { off, check, install };

/// What a verb for nodes and pods was given. They need neither cluster nor export.
struct NodeArguments {
  std::vector<Sysctl> sysctls;
  NfsClient nfs_client = NfsClient::off;
  std::string host_root = "/";  ///< where the node's root directory is seen
  std::string directory;        ///< of `try-volume`
};

/// `tune`: sets sysctls, looks at the node's NFS client or installs it; a line for each. 0: all is as it was to be. 1:
/// not.
[[nodiscard]] int run_tune(NodeArguments const& arguments);
/// `try-volume DIRECTORY`: 0: files can be written and read there. 1: not.
[[nodiscard]] int run_try_volume(NodeArguments const& arguments);
/// `idle`: does nothing until SIGTERM or SIGINT; then 0.
[[nodiscard]] int run_idle();

}  // namespace nfs
