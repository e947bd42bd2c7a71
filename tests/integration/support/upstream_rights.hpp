#pragma once

#include <string>

#include "tests/integration/support/scene.hpp"

namespace nfs::test {

/// The rights of upstream's chart, its ClusterRole and, in the scene's namespace, its Role for leader election, for the
/// user "provisioner" as long as this lives. They have arrived when it is made.
class UpstreamRights {
 public:
  explicit UpstreamRights(Scene& scene);
  ~UpstreamRights();
  UpstreamRights(UpstreamRights const&) = delete;
  UpstreamRights& operator=(UpstreamRights const&) = delete;

  [[nodiscard]] static std::string kubeconfig() { return cluster_directory() + "/provisioner.kubeconfig"; }

 private:
  void post(std::string const& path, std::string const& body);

  Cluster& cluster_;
  std::string name_;
  std::string name_space_;
};

}  // namespace nfs::test
