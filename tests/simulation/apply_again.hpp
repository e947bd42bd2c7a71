#pragma once

#include <string>

#include "tests/simulation/errand.hpp"

namespace nfs::simulation {

/// A volume is deleted, and made again from a backup of it: with its claim, which is another one then (as Velero does),
/// or alone, with the uid of a claim that is gone (as from a file).
class ApplyAgain final : public Errand {
 public:
  struct Plan {
    bool released = false;    ///< its claim is deleted as usual, and the volume with it; else its data is left
    bool with_claim = false;  ///< if its directory stands and is nobody else's by then
    bool retained = false;    ///< comes back with Retain
    bool kept = false;        ///< and stays so
  };

  /// Of a volume that is Bound to `claim`.
  ApplyAgain(VolumeDesk desk, k8s::Volume const& volume, k8s::Claim const& claim, Plan plan);
  ~ApplyAgain() override;
  ApplyAgain(ApplyAgain const&) = delete;
  ApplyAgain& operator=(ApplyAgain const&) = delete;

  [[nodiscard]] bool ready() const override;
  [[nodiscard]] bool step() override;

 private:
  enum class Stage { keep, end_claim, end_volume, volume, claim, policy };

  [[nodiscard]] bool end_volume(k8s::Volume const& volume);
  [[nodiscard]] bool make_volume();
  [[nodiscard]] bool make_claim();
  [[nodiscard]] bool is_begun() const;
  [[nodiscard]] bool may_be_claimed() const;

  VolumeDesk desk_;
  k8s::Volume backup_;
  ClaimKey key_;
  std::string claim_uid_;
  std::string path_;
  Plan plan_;
  std::string uid_;  // of the volume that is to be seen to next
  Stage stage_;
};

}  // namespace nfs::simulation
