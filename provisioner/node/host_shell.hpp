#pragma once

#include <filesystem>
#include <string>

namespace nfs {

/// Runs commands of the node.
class HostShell {
 public:
  virtual ~HostShell() = default;
  /// As `sh -c COMMAND` in the node's root directory; what it says goes to our streams. Waits for its end. The exit
  /// status, 127 when it cannot be run.
  virtual int run(std::string const& command) = 0;
};

/// In `root`, by chroot(2), which needs a privileged container.
class ChrootShell final : public HostShell {
 public:
  explicit ChrootShell(std::filesystem::path root) : root_(std::move(root)) {}
  int run(std::string const& command) override;

 private:
  std::filesystem::path root_;
};

}  // namespace nfs
