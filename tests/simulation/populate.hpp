#pragma once

#include <string>

#include "tests/simulation/errand.hpp"

namespace nfs::simulation {

/// What a volume populator does, as its library has it: it makes a claim of its own, fills the volume that it gets,
/// gives the volume to the claim that is to be filled, and deletes its own claim.
class Populate final : public Errand {
 public:
  /// `uid`: of the claim that is to be filled.
  Populate(VolumeDesk desk, ClaimKey key, std::string uid, std::string storage_class);

  [[nodiscard]] bool ready() const override;
  [[nodiscard]] bool step() override;

 private:
  enum class Stage { own_claim, fill, point, end };

  [[nodiscard]] bool is_needed(std::optional<k8s::Claim> const& wanted) const;
  [[nodiscard]] bool make_own_claim();
  [[nodiscard]] bool point(k8s::Claim const& own);

  VolumeDesk desk_;
  ClaimKey key_;
  std::string uid_;
  std::string storage_class_;
  ClaimKey own_;
  std::string own_uid_;
  Stage stage_ = Stage::own_claim;
};

}  // namespace nfs::simulation
