#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "k8s/base/clock.hpp"
#include "k8s/model/claim.hpp"
#include "k8s/model/storage_class.hpp"
#include "k8s/model/volume.hpp"
#include "tests/simulation/scene.hpp"

namespace nfs::simulation {

struct ClaimFacts {
  k8s::Claim last;            ///< as it was seen last
  std::string namespace_uid;  ///< of the namespace that it was made in
  bool exists = true;
  bool was_bound = false;
  bool asked_to_restore = false;          ///< by annotation, at any time
  std::size_t policies_before = 0;        ///< of its class's policies, those that were no more when it was made
  std::set<std::string> archives_before;  ///< archives that stood when it was made, their volumes long gone

  [[nodiscard]] bool live() const { return exists && !last.meta.deleting(); }
  [[nodiscard]] bool bound() const { return exists && last.phase == "Bound" && !last.volume_name.empty(); }
};

struct VolumeFacts {
  k8s::Volume last;
  k8s::ObjectReference owner;  ///< the claim that it named last, by uid
  std::string path;            ///< below the export
  std::string on_delete;       ///< as frozen when it was made
  std::string retention;
  bool exists = true;
  std::vector<k8s::ObjectReference> earlier_owners;  ///< claims that it named before
  bool was_kept = false;                   ///< its reclaim policy was another than Delete once, since its claim has it
  bool unguarded = false;                  ///< its deletion began without our finalizer: it may go before its release
  bool was_due = false;                    ///< Released, with reclaim policy Delete
  std::optional<k8s::WallTime> due_since;  ///< the least that the wall's clock said since
  k8s::WallTime::duration oldest{};        ///< the most that it seemed to be due for, before the clock was set
};

/// What is so, whoever knows of it: every change of the API server, as soon as it is made.
class Truth {
 public:
  explicit Truth(Scene& scene) : scene_(scene) {}

  /// Takes what changed; true if anything did.
  bool refresh(std::set<std::string> const& archives);
  void note_wall_clock(k8s::WallTime before);

  [[nodiscard]] ClaimFacts const* claim(std::string const& uid) const;
  /// The volume that a claim has, or that would be made for it.
  [[nodiscard]] VolumeFacts const* volume_of(ClaimFacts const& claim) const;
  [[nodiscard]] VolumeFacts const* volume(std::string const& name) const;
  /// The uids of the claim's namespace, and of those of the claims that its volume had before it.
  [[nodiscard]] std::set<std::string> namespaces_of(ClaimFacts const& claim) const;
  [[nodiscard]] std::map<std::string, ClaimFacts> const& claims() const { return claims_; }     ///< by uid
  [[nodiscard]] std::map<std::string, VolumeFacts> const& volumes() const { return volumes_; }  ///< by name
  [[nodiscard]] k8s::StorageClass const* storage_class(std::string const& name) const;
  /// Whether a class of that name ever let archives of an earlier namespace be given back.
  [[nodiscard]] bool ever_crossed(std::string const& storage_class) const { return crossing_.contains(storage_class); }
  /// Whether every class that had that name gives archives back by itself.
  [[nodiscard]] bool always_restored(std::string const& storage_class) const {
    return restoring_.contains(storage_class) && !adopting_.contains(storage_class);
  }
  /// Whether a class of that name ever let its claims use directories of others: of their namespace, or of any.
  [[nodiscard]] bool ever_shared(std::string const& storage_class, bool same_namespace) const {
    return shared_by_all_.contains(storage_class) || (same_namespace && shared_in_namespace_.contains(storage_class));
  }
  /// Whether every class that had that name did so.
  [[nodiscard]] bool always_shared(std::string const& storage_class) const {
    return ever_shared(storage_class, true) && !unshared_.contains(storage_class);
  }
  /// Whether the class of a claim has said so at any time since the claim was made.
  [[nodiscard]] bool was_policy(ClaimFacts const& claim, std::string const& on_delete) const;
  [[nodiscard]] std::string namespace_uid(std::string const& name) const;
  [[nodiscard]] std::size_t claims_standing() const;

 private:
  void take(test::MemoryApiServer::Change const& change, std::set<std::string> const& archives);
  void take_class(k8s::StorageClass storage_class, bool gone);
  void take_claim(k8s::Claim claim, bool gone, std::set<std::string> const& archives);
  void take_volume(k8s::Volume volume, bool gone);
  void take_owner(VolumeFacts& facts, k8s::Volume const& volume) const;

  Scene& scene_;
  std::uint64_t seen_ = 0;
  std::map<std::string, ClaimFacts> claims_;
  std::map<std::string, VolumeFacts> volumes_;
  std::map<std::string, k8s::StorageClass> classes_;
  std::map<std::string, std::string> namespaces_;
  std::map<std::string, std::vector<std::string>> policies_;  // of classes of a name, one after the other
  std::set<std::string> crossing_;                            // names of classes that ever did so
  std::set<std::string> restoring_;
  std::set<std::string> adopting_;
  std::set<std::string> shared_in_namespace_;
  std::set<std::string> shared_by_all_;
  std::set<std::string> unshared_;
};

}  // namespace nfs::simulation
