#pragma once

#include <string>
#include <string_view>

#include "provisioner/controller/cluster_view.hpp"
#include "provisioner/controller/ledger.hpp"
#include "provisioner/core/key.hpp"

namespace nfs {

/// Which keys are to be looked at because something changed in the cluster. The ledger learns of each change of a
/// volume here, and says who waited for it: so each is asked about once, in order. Thread-safe.
class WokenKeys {
 public:
  /// Both references outlive it.
  WokenKeys(ClusterView& view, Ledger& ledger, std::string provisioner);
  WokenKeys(WokenKeys const&) = delete;
  WokenKeys& operator=(WokenKeys const&) = delete;
  virtual ~WokenKeys() = default;

  [[nodiscard]] virtual Keys by(k8s::Change<k8s::Claim> const& change);
  [[nodiscard]] virtual Keys by(k8s::Change<k8s::Volume> const& change);
  [[nodiscard]] virtual Keys by(k8s::Change<k8s::StorageClass> const& change);

  /// By an object that cannot be read from now on, can be read again, or is gone.
  [[nodiscard]] Keys by_unreadable_claim(k8s::Identity const& claim) const;
  [[nodiscard]] Keys by_unreadable_volume(std::string const& volume, k8s::Aside now);
  [[nodiscard]] Keys by_unreadable_class(std::string_view name) const;

  /// All that may have to be looked at, whatever changed: the claims, then the volumes, but for those that are at rest
  /// (core/at_rest) and of which nothing is under way. A key may be named twice.
  [[nodiscard]] Keys all() const;
  /// Of the claims of our classes that have no volume yet.
  [[nodiscard]] Keys unbound() const;

 private:
  [[nodiscard]] Keys ours(std::vector<VolumePointer> const& volumes) const;
  [[nodiscard]] Keys waiting(Ledger::Names const& woken) const;

  ClusterView& view_;
  Ledger& ledger_;
  std::string const provisioner_;
};

}  // namespace nfs
