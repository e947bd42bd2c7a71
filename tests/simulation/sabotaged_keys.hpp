#pragma once

#include <string>

#include "provisioner/controller/woken_keys.hpp"
#include "tests/simulation/scene.hpp"

namespace nfs::simulation {

/// The keys that changes wake, as the program finds them; where the scene is sabotaged so, wrong ones.
class SabotagedKeys final : public WokenKeys {
 public:
  /// `releases` notes releases apart, where claims are to know nothing of them.
  SabotagedKeys(Scene const& scene, ClusterView& view, Ledger& ledger, Ledger& releases)
      : WokenKeys(view, ledger, std::string(our_name)), scene_(scene), releases_(releases) {}

  using WokenKeys::by;
  [[nodiscard]] Keys by(k8s::Change<k8s::Claim> const& change) override;
  [[nodiscard]] Keys by(k8s::Change<k8s::Volume> const& change) override;

 private:
  Scene const& scene_;
  Ledger& releases_;
};

}  // namespace nfs::simulation
