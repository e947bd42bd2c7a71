#pragma once

#include <memory>
#include <vector>

#include "tests/simulation/errand.hpp"
#include "tests/simulation/script.hpp"

namespace nfs::simulation {

/// Who gives volumes away, makes them again, or fills them: administrators, and volume populators.
class VolumePeople {
 public:
  VolumePeople(Scene& scene, Oracle& oracle) : scene_(scene), oracle_(oracle), desk_(scene, oracle) {}

  /// True if it is theirs to do.
  bool act(Op const& op);
  [[nodiscard]] bool has_work() const;
  /// The next step of one of their errands.
  void step();

 private:
  void give_away(Dice& dice);
  void apply_again(Dice& dice);
  void populate(Dice& dice);
  void end_handed(Dice& dice);
  [[nodiscard]] std::vector<VolumeFacts const*> bound_volumes() const;

  Scene& scene_;
  Oracle& oracle_;
  VolumeDesk desk_;
  std::vector<std::unique_ptr<Errand>> errands_;
};

}  // namespace nfs::simulation
