#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/integration/support/cluster.hpp"
#include "tests/two_clusters/churn/kind.hpp"
#include "tests/two_clusters/churn/token.hpp"

namespace nfs::test {

/// A claim that is Bound and not being deleted.
struct LiveVolume {
  Token owner;  ///< the token that belongs into its directory
  Kind const* kind = nullptr;
  std::string directory;  ///< relative to the export; empty: the cluster has no such volume
};

/// What one cluster shows at a moment.
struct View {
  std::vector<LiveVolume> live;
  std::map<std::string, std::string> waiting;  ///< "namespace/claim" of those that are not Bound -> phase
  std::vector<std::string> unbound;            ///< volumes that are not Bound: "pvc-… Released"
};

/// The users of one cluster: they make claims, and delete them. Nobody else does. Not thread-safe.
class Tenants {
 public:
  /// `claims`: how many names they use, the same ones in each cluster. Throws when the cluster cannot be reached.
  Tenants(std::string cluster, std::string const& kubeconfig, int claims, std::uint32_t seed);

  [[nodiscard]] std::string const& cluster() const { return name_; }
  [[nodiscard]] std::string const& id() const { return id_; }  ///< by which the program knows the cluster
  [[nodiscard]] int made() const { return made_; }
  [[nodiscard]] int removed() const { return removed_; }

  [[nodiscard]] View look();
  /// Makes each claim that did not exist with this probability, in percent. `view`: what was seen last.
  void make_missing(View const& view, unsigned percent);
  /// Deletes each live claim with this probability, in percent, and some that wait.
  void remove_some(View const& view, unsigned percent);

 private:
  [[nodiscard]] bool falls(unsigned percent) { return random_() % 100 < percent; }
  void remove(std::string const& name_space, std::string const& claim);
  void sort_claim(k8s::Claim const& claim, std::map<std::string, k8s::Volume> const& volumes, View& view) const;

  std::string name_;
  Cluster cluster_;
  std::string id_;
  int claims_;
  std::mt19937 random_;
  int made_ = 0;
  int removed_ = 0;
};

}  // namespace nfs::test
