#pragma once

#include <cstdint>
#include <optional>

#include "k8s/model/storage_class.hpp"

namespace nfs {

/// How far the watch of claims has come.
struct KnownClaims {
  std::uint64_t newest = 0;  ///< the newest version that it showed since all were listed
  std::uint64_t lists = 0;   ///< how often all were listed
};

/// Whether a claim was known when a question about its class was sent, at `asked`: the class as it is answered is then
/// the class at some time after the claim was made. `version`: of the claim, when it was seen first or later; nullopt:
/// it is no number. Not across a list of all claims: etcd may have been restored from a backup, and versions are given
/// once more. docs/behaviour.md#volume.
[[nodiscard]] bool was_known(std::optional<std::uint64_t> version, KnownClaims const& asked, KnownClaims const& now);

/// Whether the watch shows the same state of a class; null: there is none of its name.
[[nodiscard]] bool is_same_state(k8s::StorageClass const* left, k8s::StorageClass const* right);

}  // namespace nfs
