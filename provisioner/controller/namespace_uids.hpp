#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "k8s/api/client.hpp"
#include "k8s/base/mutex.hpp"
#include "provisioner/controller/cluster_view.hpp"

namespace nfs {

/// Which namespace of its name it is.
struct NamespaceIdentity {
  std::string uid;      ///< empty: unknown
  std::string made_at;  ///< as the API server writes it; empty: unknown
};

/// The identity of a claim's namespace, asked for once and remembered for as long as it cannot have changed: a
/// namespace cannot be deleted and made anew while a claim that was in it still exists. Thread-safe.
class NamespaceUids {
 public:
  explicit NamespaceUids(ClusterView const& view) : view_(view) {}

  /// nullopt: the claim is gone, whatever its watch says, and the namespace that is there now may be another than its.
  [[nodiscard]] k8s::Result<std::optional<NamespaceIdentity>> of(k8s::Claim const& claim, k8s::Client& client,
                                                                 std::stop_token stop);

 private:
  struct Known {
    NamespaceIdentity identity;
    std::string witness;  // uid of a claim that was in the namespace when it was asked for
  };

  ClusterView const& view_;
  k8s::Mutex mutex_;
  std::map<std::string, Known, std::less<>> known_ GUARDED_BY(mutex_);
};

}  // namespace nfs
