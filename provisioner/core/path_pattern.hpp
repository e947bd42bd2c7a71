#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "k8s/model/claim.hpp"
#include "k8s/model/storage_class.hpp"
#include "provisioner/core/class_parameters.hpp"
#include "provisioner/core/refusal.hpp"
#include "provisioner/core/relative_path.hpp"

namespace nfs {

/// Expands a path pattern: `${.PVC.name}`, `${.PVC.namespace}`, `${.PVC.uid}`, `${.PV.name}`, `${.PVC.labels.KEY}`,
/// `${.PVC.annotations.KEY}`, `${.PVC.labels|annotations.KEY:-text}`, and `${cluster}`, which stands for `cluster`. KEY
/// runs to the first `}` (or `:-`). All else is literal; one pass: text that a value brings in is never expanded again.
/// A placeholder without value (absent or empty), or an unknown one, is refused by name; with OnMissingKey::empty it
/// gives the empty string, as upstream did. A value that is longer than any path is refused by its key.
[[nodiscard]] OrRefusal<std::string> expand_path_pattern(std::string_view pattern, k8s::Claim const& claim,
                                                         std::string_view volume_name, OnMissingKey on_missing_key,
                                                         std::string_view cluster = {});

/// Keys of labels and annotations of a claim.
struct ClaimKeys {
  std::set<std::string, std::less<>> labels;
  std::set<std::string, std::less<>> annotations;
  [[nodiscard]] bool empty() const { return labels.empty() && annotations.empty(); }
  bool operator==(ClaimKeys const&) const = default;
};

/// The labels and annotations whose values `pattern` asks for.
[[nodiscard]] ClaimKeys keys_named_by(std::string_view pattern);

/// The directory of a claim's volume: the class's pattern, or the default layout `namespace-claim-volume` without one
/// (and, with OnMissingKey::empty, when the pattern expands to nothing, as upstream did: vector V5).
[[nodiscard]] OrRefusal<RelativePath> directory_of(k8s::Claim const& claim, ClassParameters const& parameters);

/// The directory that a claim of this class may share with others; nullopt: none. `cluster`: as ClassParameters has it.
[[nodiscard]] std::optional<RelativePath> shared_directory_of(k8s::Claim const& claim,
                                                              k8s::StorageClass const& storage_class,
                                                              std::string const& cluster);

}  // namespace nfs
