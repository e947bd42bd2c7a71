#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "k8s/model/claim.hpp"

/// The grammar of a path pattern's placeholders. docs/behaviour.md#pattern. All views are into the pattern.
namespace nfs {

/// A placeholder of ours, known or not: it begins with `${.PVC.` or `${.PV.`.
struct Placeholder {
  std::string_view text;  ///< as written, from `$` to `}`
  std::string_view body;  ///< between the opening and `}`
  bool of_volume = false;
};

/// The placeholder that `text` begins with. As with upstream's regular expression, it ends at the first `}` and does
/// not go beyond a line.
[[nodiscard]] std::optional<Placeholder> placeholder_at(std::string_view text);

/// Stands for the cluster, the same for all its claims.
inline constexpr std::string_view cluster_placeholder = "${cluster}";

/// What `text` begins with, if that is a placeholder to another program, as written: `${namespace}`, `{{ .PVC.Name }}`.
/// Empty: it is none. To upstream it is literal.
[[nodiscard]] std::string_view foreign_placeholder_at(std::string_view text);

/// A label or an annotation that a pattern asks for.
struct LookedUp {
  bool is_label = false;
  std::string_view key;
  std::optional<std::string_view> fallback;

  [[nodiscard]] std::string_view kind() const { return is_label ? "label" : "annotation"; }
  [[nodiscard]] std::string const* value(k8s::Claim const& claim) const {
    return k8s::find(is_label ? claim.meta.labels : claim.meta.annotations, key);
  }
};
[[nodiscard]] std::optional<LookedUp> looked_up(Placeholder const& placeholder);

/// For people: that `text`, a placeholder as written, is unknown; what may have been meant; which are known.
[[nodiscard]] std::string unknown_placeholder(std::string_view text);

}  // namespace nfs
