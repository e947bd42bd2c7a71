#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/integration/support/program.hpp"

namespace nfs::bench {

/// A program that serves claims, with upstream's environment: NFS_SERVER, NFS_PATH, PROVISIONER_NAME, KUBECONFIG.
struct Contender {
  std::string name;  ///< as the tables call it
  std::string program;
  test::Program::Environment environment;  ///< beside upstream's
  /// It has its mount directory at /persistentvolumes and nowhere else, as upstream's program.
  bool fixed_mount = false;
  bool writes_claims = true;  ///< binds by itself, without kube-controller-manager
};

/// Who takes part: this project's program with each binding, the bare writer, and a peer if there is one.
class Contenders {
 public:
  Contenders(std::string program, std::string bare_writer, std::optional<std::string> peer);

  [[nodiscard]] Contender ours(std::string const& binding) const;
  [[nodiscard]] Contender bare(std::string const& binding) const;
  [[nodiscard]] std::optional<Contender> peer() const;

 private:
  std::string program_;
  std::string bare_writer_;
  std::optional<std::string> peer_;
};

}  // namespace nfs::bench
