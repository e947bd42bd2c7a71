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

/// What a class's pattern says of who may name whose directory. Labels and annotations are text that tenants write.
struct PatternTraits {
  bool has_tenant_text = false;  ///< a label or an annotation
  bool has_namespace = false;
  bool has_name = false;
  /// The namespace is a component of its own, with none of the tenants' text before it: no claim of another namespace
  /// gets a directory below that.
  bool is_confined = false;
  bool operator==(PatternTraits const&) const = default;
};
[[nodiscard]] PatternTraits traits_of(std::string_view pattern);

/// Whether a directory with data that is there already, and of which no record tells, goes to a claim of this class: as
/// the class says or, where it says nothing, if the pattern keeps the claims of other namespaces from it.
[[nodiscard]] bool adopts_unrecorded(ClassParameters const& parameters);

/// Why the pattern of a class refuses each of its claims: a placeholder in it is unknown, or it lets users name other
/// namespaces' directories, and the class does not say that they may. nullopt: neither.
[[nodiscard]] std::optional<Refusal> refused_pattern(ClassParameters const& parameters);

/// The directory of a claim's volume: the class's pattern, or the default layout `namespace-claim-volume` without one
/// (and, with OnMissingKey::empty, when the pattern expands to nothing, as upstream did: vector V5).
[[nodiscard]] OrRefusal<RelativePath> directory_of(k8s::Claim const& claim, ClassParameters const& parameters);

}  // namespace nfs
