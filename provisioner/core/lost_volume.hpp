#pragma once

#include <string>

#include "k8s/model/claim.hpp"
#include "provisioner/core/relative_path.hpp"

namespace nfs {

/// What the records on an export say of a volume that was in use, and that went without its release: a restore of etcd
/// or a person took the object. Its directory is its claim's, and is kept in place. docs/behaviour.md#lost.
struct LostVolume {
  RelativePath path;
  k8s::ObjectReference claim;
  std::string namespace_uid;  ///< empty: unknown
  std::string storage_class;  ///< likewise
  bool operator==(LostVolume const&) const = default;
};

}  // namespace nfs
