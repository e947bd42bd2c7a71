#pragma once

#include <string>

#include "tests/simulation/errand.hpp"

namespace nfs::simulation {

/// As the documentation of Kubernetes has it: a volume is set to Retain, its claim is deleted, claimRef is emptied,
/// another claim names the volume, and the policy is Delete again.
class GiveAway final : public Errand {
 public:
  struct Plan {
    ClaimKey to;
    bool hasty = false;     ///< claimRef is emptied before the volume is Released
    bool reserved = false;  ///< claimRef names the other claim, without uid
    bool kept = false;      ///< the policy stays Retain
  };

  GiveAway(VolumeDesk desk, k8s::Volume const& volume, Plan plan);
  ~GiveAway() override;
  GiveAway(GiveAway const&) = delete;
  GiveAway& operator=(GiveAway const&) = delete;

  [[nodiscard]] bool ready() const override;
  [[nodiscard]] bool step() override;

 private:
  enum class Stage { keep, end_claim, empty, claim, policy };

  [[nodiscard]] bool release(k8s::Volume const& volume);
  [[nodiscard]] bool claim_it(k8s::Volume const& volume);

  VolumeDesk desk_;
  std::string name_;
  std::string uid_;
  std::string storage_class_;
  ClaimKey from_;
  std::string from_uid_;
  Plan plan_;
  std::string to_uid_;
  Stage stage_ = Stage::keep;
};

}  // namespace nfs::simulation
