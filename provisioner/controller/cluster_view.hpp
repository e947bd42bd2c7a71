#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "k8s/base/mutex.hpp"
#include "k8s/model/claim.hpp"
#include "k8s/model/storage_class.hpp"
#include "k8s/model/volume.hpp"
#include "k8s/watch/store.hpp"
#include "provisioner/controller/own_writes.hpp"
#include "provisioner/core/class_answer.hpp"
#include "provisioner/core/release_backlog.hpp"

namespace nfs {

using ClaimPointer = std::shared_ptr<k8s::Claim const>;
using VolumePointer = std::shared_ptr<k8s::Volume const>;
using ClassPointer = std::shared_ptr<k8s::StorageClass const>;

/// What is known of the cluster now: the reflectors' stores, and our own writes that did not come back yet.
/// A claim and the volume that is (to be) made for it go by one name, the volume's. Thread-safe.
class ClusterView {
 public:
  explicit ClusterView(k8s::Clock const& clock);

  [[nodiscard]] k8s::Store<k8s::Claim>& claims() { return claims_; }
  [[nodiscard]] k8s::Store<k8s::Volume>& volumes() { return volumes_; }
  [[nodiscard]] k8s::Store<k8s::StorageClass>& classes() { return classes_; }
  [[nodiscard]] bool synced() const { return claims_.synced() && volumes_.synced() && classes_.synced(); }

  /// The claim whose volume is called `volume_name`; null: there is none.
  [[nodiscard]] ClaimPointer claim_of(std::string_view volume_name);
  [[nodiscard]] KnownClaims known_claims() const;
  /// The resourceVersion with which the watch showed a claim first, as far as that is remembered, else the one that it
  /// has; nullopt: it is no number.
  [[nodiscard]] std::optional<std::uint64_t> first_version(k8s::Claim const& claim) const;
  [[nodiscard]] ClaimPointer claim_by_uid(std::string_view uid) { return claim_of("pvc-" + std::string(uid)); }
  [[nodiscard]] VolumePointer volume(std::string_view name);
  /// The volumes that name the claim (by its uid, or by its name and no uid) or are named by it, but for the one that
  /// is named after it.
  [[nodiscard]] std::vector<VolumePointer> other_volumes_of(k8s::Claim const& claim) const;
  [[nodiscard]] std::vector<VolumePointer> other_volumes_of(k8s::Identity const& claim) const;
  /// The volumes that are kept for earlier claims of this name, as the watch shows them.
  [[nodiscard]] std::vector<VolumePointer> volumes_kept_for(k8s::Claim const& claim) const;
  /// Null: there is none, or it cannot be read.
  [[nodiscard]] ClassPointer storage_class(std::string_view name) const {
    return class_unreadable(name) ? nullptr : classes_.get(name);
  }
  /// The names of the classes of a provisioner, sorted.
  [[nodiscard]] std::vector<std::string> classes_of(std::string_view provisioner) const;
  [[nodiscard]] bool class_unreadable(std::string_view name) const { return classes_.unreadable(name).has_value(); }
  /// Also of a claim that cannot be read.
  [[nodiscard]] bool claim_exists(std::string_view uid) const;
  /// The namespace whose turn in the queue it is to look at `volume_name`: that of its claim, else of the claim that
  /// the volume is for; empty when neither is known.
  [[nodiscard]] std::string namespace_of(std::string_view volume_name);
  /// Whether the volume called so, or the claim that it is made for, exists and cannot be read: then nothing is done
  /// for either of them.
  [[nodiscard]] bool is_unreadable(std::string_view volume_name) const;
  /// is_in_use() of the volume called so, as the watch shows it. One that cannot be read is in use.
  [[nodiscard]] bool in_use(std::string_view volume_name) const;
  /// Whether kube-controller-manager could bind the claim to a volume that is there already.
  [[nodiscard]] bool choosable_volume(k8s::Claim const& claim) const;
  /// Claims of a class that are not bound yet.
  [[nodiscard]] std::vector<ClaimPointer> unbound_claims(std::string_view class_name) const;

  /// Whether kube-controller-manager can be expected to know the volume as Bound, so that a claim may be bound to it:
  /// the watch, which tells both of us, has shown it, and there is no backlog of releases (core/release_backlog).
  [[nodiscard]] bool safe_to_bind(std::string_view volume_name) const;

  /// An object as the server gave it back. Of it, as of those in the stores, what core/cached.hpp says is kept.
  void wrote(k8s::Claim claim);
  void wrote(k8s::Volume volume);
  void volume_gone(std::string_view name) { written_volumes_.forget(name); }
  /// A full list is in that was begun then: what we had written before counts no more.
  void claims_listed(k8s::SteadyTime begun);
  void volumes_listed(k8s::SteadyTime begun) { written_volumes_.listed(begun); }
  /// Whether a volume is known by our own write alone: no watch has shown it yet, or one has shown its end before the
  /// answer to our write came. Then nobody will say that it went.
  [[nodiscard]] bool only_written(std::string_view name);

 private:
  void note_version(k8s::Change<k8s::Claim> const& change) EXCLUDES(mutex_);
  void note_release(k8s::Change<k8s::Claim> const& change) EXCLUDES(mutex_);
  void note_release(k8s::Change<k8s::Volume> const& change);
  void end_release(std::string_view volume_name) EXCLUDES(mutex_);

  k8s::Clock const& clock_;
  mutable k8s::Mutex mutex_;
  ReleaseBacklog backlog_ GUARDED_BY(mutex_);
  KnownClaims known_claims_ GUARDED_BY(mutex_);
  // By uid, of claims that are not bound yet and came since all were listed; of so many at most.
  std::unordered_map<std::string, std::uint64_t> first_versions_ GUARDED_BY(mutex_);
  k8s::Store<k8s::Claim> claims_;
  k8s::Store<k8s::Volume> volumes_;
  k8s::Store<k8s::StorageClass> classes_;
  OwnWrites<k8s::Claim> written_claims_;
  OwnWrites<k8s::Volume> written_volumes_;
  k8s::Store<k8s::Claim>::Index claims_by_volume_;
  k8s::Store<k8s::Claim>::Index unbound_by_class_;
  k8s::Store<k8s::Volume>::Index free_by_class_;
  k8s::Store<k8s::Volume>::Index reserved_by_claim_;
  k8s::Store<k8s::Volume>::Index kept_by_claim_;
};

}  // namespace nfs
