#pragma once

#include <optional>
#include <string>

#include "k8s/model/claim.hpp"
#include "k8s/model/volume.hpp"
#include "tests/simulation/oracle.hpp"
#include "tests/simulation/scene.hpp"

namespace nfs::simulation {

/// What somebody does about a volume step by step, while all others act.
class Errand {
 public:
  Errand() = default;
  virtual ~Errand() = default;
  Errand(Errand const&) = delete;
  Errand& operator=(Errand const&) = delete;

  /// Whether the next step can be done.
  [[nodiscard]] virtual bool ready() const = 0;
  /// Does it. False: that was the last one, or things are no longer as they were.
  [[nodiscard]] virtual bool step() = 0;
};

struct ClaimKey {
  std::string name_space;
  std::string name;
};

/// By what errands look at the cluster and change it.
class VolumeDesk {
 public:
  VolumeDesk(Scene& scene, Oracle& oracle) : scene_(scene), oracle_(oracle) {}

  [[nodiscard]] Scene& scene() const { return scene_; }
  [[nodiscard]] Oracle& oracle() const { return oracle_; }
  /// nullopt: it is gone, or another one.
  [[nodiscard]] std::optional<k8s::Volume> volume(std::string const& name, std::string const& uid) const;
  [[nodiscard]] std::optional<k8s::Claim> claim(ClaimKey const& key) const;
  /// As claim(), if it is the one with this uid.
  [[nodiscard]] std::optional<k8s::Claim> claim(ClaimKey const& key, std::string const& uid) const;
  /// A claim may be made there: the namespace takes claims, and none has the name.
  [[nodiscard]] bool is_free(ClaimKey const& key) const;
  /// Whether any volume but `but` has the directory, one above or below it, or is being made there.
  [[nodiscard]] bool is_used(std::string const& path, std::string const& but) const;

  /// Whether any claim waits for a volume that is to be made.
  [[nodiscard]] bool somebody_waits() const;

  /// Whether any claim but `but` (uid) names the volume.
  [[nodiscard]] bool is_named(std::string const& volume, std::string const& but) const;

  void patch_spec(k8s::Volume const& volume, std::string const& members) const;
  void set_policy(k8s::Volume const& volume, std::string const& policy) const;
  /// If it still stands, and is not going.
  void remove_claim(ClaimKey const& key, std::string const& uid) const;
  /// Gives its uid. `volume`: the one that it names; empty: none.
  std::string make_claim(ClaimKey const& key, std::string const& storage_class, std::string const& volume,
                         std::optional<k8s::DataSource> source = std::nullopt) const;

 private:
  Scene& scene_;
  Oracle& oracle_;
};

}  // namespace nfs::simulation
