#include "provisioner/node/nfs_client.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <optional>
#include <string_view>

namespace nfs {
namespace {

namespace fs = std::filesystem;

constexpr auto subject = "NFS client";

bool has_word(fs::path const& file, std::string_view wanted) {
  std::ifstream in(file);
  for (std::string word; in >> word;)
    if (word == wanted) return true;
  return false;
}

bool is_there(fs::path const& file) {
  std::error_code ignored;
  return fs::symlink_status(file, ignored).type() != fs::file_type::not_found && !ignored;
}

// Lines such as "kernel/fs/nfs/nfs.ko.xz: kernel/fs/lockd/lockd.ko.xz ...".
bool has_module(fs::path const& host, std::string const& kernel_release) {
  for (auto const* const directory : {"lib/modules", "usr/lib/modules"}) {
    std::ifstream in(host / directory / kernel_release / "modules.dep");
    for (std::string line; std::getline(in, line);)
      if (line.substr(0, line.find(':')).find("/nfs.ko") != std::string::npos) return true;
  }
  return false;
}

// A system without a shell is one whose kubelet runs from an image of its own (Talos): mount.nfs is in that image,
// where nobody can look from here.
bool kubelet_brings_programs(fs::path const& host) {
  return !is_there(host / "bin/sh") && !is_there(host / "usr/bin/sh");
}

// A link may be absolute, and then leads nowhere from here: that the name is there is what counts.
std::optional<fs::path> mount_program(fs::path const& host) {
  for (auto const* const directory : {"usr/sbin", "sbin", "usr/bin", "bin", "run/current-system/sw/bin"}) {
    auto const name = fs::path(directory) / "mount.nfs";
    if (is_there(host / name)) return "/" / name;
  }
  return std::nullopt;
}

struct PackageManager {
  std::string_view program;
  std::string_view command;
};

constexpr std::array<PackageManager, 5> package_managers{{
    {"usr/bin/apt-get", "apt-get update -q && apt-get install -q -y --no-install-recommends nfs-common"},
    {"usr/bin/dnf", "dnf install -y nfs-utils"},
    {"usr/bin/yum", "yum install -y nfs-utils"},
    {"usr/bin/zypper", "zypper --non-interactive install nfs-client"},
    {"sbin/apk", "apk add nfs-utils"},
}};

// None on systems whose packages are part of an image: what is installed there is refused, or gone at the next boot.
std::optional<std::string> install_command(fs::path const& host) {
  if (is_there(host / "run/ostree-booted")) return std::nullopt;
  for (auto const& manager : package_managers)
    if (is_there(host / manager.program)) return std::string(manager.command);
  return std::nullopt;
}

}  // namespace

void check_nfs_client(NodeRoot const& node, CheckReport& report) {
  if (has_word(node.file_systems, "nfs4") || has_word(node.file_systems, "nfs"))
    report.fine(subject, "the kernel knows NFS");
  else if (has_module(node.host, node.kernel_release))
    report.fine(subject, "the kernel has a module for NFS, to be loaded at the first mount");
  else
    report.wrong(subject, fmt::format("kernel {} knows no NFS and has no module for it: install the distribution's "
                                      "package of further kernel modules on this node",
                                      node.kernel_release));
  if (auto const program = mount_program(node.host))
    report.fine(subject, fmt::format("{} is there", program->string()));
  else if (kubelet_brings_programs(node.host))
    report.note(subject,
                "mount.nfs is not on this node. The node has no shell either, so its kubelet runs from an image of its "
                "own, as on Talos. Whether mount.nfs is in that image cannot be told from here");
  else
    report.wrong(subject,
                 "mount.nfs is missing: install nfs-common (Debian, Ubuntu), nfs-utils (Fedora, Red Hat, "
                 "Alpine) or nfs-client (SUSE) on this node");
}

void install_nfs_client(NodeRoot const& node, HostShell& shell, CheckReport& report) {
  if (mount_program(node.host)) return check_nfs_client(node, report);
  auto const command = install_command(node.host);
  if (!command) {
    report.note(subject, "no package manager that is known here is on this node; nothing was installed");
    return check_nfs_client(node, report);
  }
  auto const status = shell.run(*command);
  report.note(subject, fmt::format("mount.nfs was missing; \"{}\" ended with {}", *command, status));
  check_nfs_client(node, report);
}

}  // namespace nfs
