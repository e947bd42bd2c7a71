#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "k8s/model/claim.hpp"
#include "k8s/model/volume.hpp"
#include "tests/simulation/scene.hpp"

namespace nfs::simulation {

/// What kube-controller-manager does about claims, volumes and namespaces, from caches of its own that lag: hands
/// claims to their provisioner, binds what was made for them, releases volumes whose claim is gone, calls a claim Lost
/// whose volume it has not seen, takes the protection finalizers off, ends namespaces.
class ControllerManager {
 public:
  explicit ControllerManager(Scene& scene) : scene_(scene) {}

  /// Whether `step` would do something.
  [[nodiscard]] bool has_work() const;
  /// One event into a cache, or one object looked at.
  void step();
  /// It looks at everything again, as it does every 15 s.
  void resync();
  void lag(std::size_t turns) { asleep_ = turns; }
  /// Of claims, by uid, that a pod uses.
  std::set<std::string> in_use;

 private:
  template <class T>
  struct Cache {
    std::uint64_t seen = 0;
    std::map<std::string, T> objects;
  };

  [[nodiscard]] bool claims_behind() const;
  [[nodiscard]] bool volumes_behind() const;
  void catch_up();
  void take_claim();
  void take_volume();
  void sync_claim(std::string const& key);
  void sync_unbound(k8s::Claim const& claim);
  void sync_bound(k8s::Claim const& claim);
  void sync_volume(std::string const& name);
  void end_namespaces();
  void bind(k8s::Claim const& claim, k8s::Volume const& volume);
  void point(k8s::Volume const& volume, k8s::Claim const& claim);
  void set_phase(k8s::Claim const& claim, std::string const& phase, k8s::Volume const* volume = nullptr);
  void set_phase(k8s::Volume const& volume, std::string const& phase);
  template <class T>
  void drop_finalizer(T const& object, std::string_view finalizer);
  template <class T>
  bool write(T const& object, std::string const& body, std::string_view subresource = {});

  Scene& scene_;
  Cache<k8s::Claim> claims_;
  Cache<k8s::Volume> volumes_;
  std::set<std::string> due_claims_;
  std::set<std::string> due_volumes_;
  bool namespaces_due_ = false;
  std::size_t asleep_ = 0;
};

}  // namespace nfs::simulation
