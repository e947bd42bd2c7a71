#pragma once

#include <filesystem>
#include <string>

#include "provisioner/base/check_report.hpp"
#include "provisioner/node/host_shell.hpp"

namespace nfs {

/// Where a node is looked at.
struct NodeRoot {
  std::filesystem::path host = "/";                          ///< the node's root directory
  std::filesystem::path file_systems = "/proc/filesystems";  ///< those that the kernel, which is the node's, knows
  std::string kernel_release;                                ///< as uname(2) has it
};

/// Whether the node's kubelet can mount NFS: the kernel knows it or has a module for it, and mount.nfs is there.
/// Where that cannot be told, since the kubelet runs from an image of its own, it is no failure. Changes nothing.
void check_nfs_client(NodeRoot const& node, CheckReport& report);

/// The same, after the node's own package manager has installed mount.nfs, where that is missing. Says what was run and
/// how that ended; whether it helped is for the check to say.
void install_nfs_client(NodeRoot const& node, HostShell& shell, CheckReport& report);

}  // namespace nfs
