#include "provisioner/core/path_pattern.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

#include "k8s/model/bounds.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/text.hpp"

namespace nfs {
namespace {

static_assert(k8s::bounds::text > longest_path, "a value that was cut must be seen to be too long");

constexpr std::string_view claim_opening = "${.PVC.";
constexpr std::string_view volume_opening = "${.PV.";
constexpr std::string_view known =
    "${.PVC.name}, ${.PVC.namespace}, ${.PVC.uid}, ${.PV.name}, ${.PVC.labels.KEY}, ${.PVC.annotations.KEY}, and "
    "${.PVC.labels.KEY:-text} and ${.PVC.annotations.KEY:-text} with a fallback";

/// A placeholder of the pattern. All views are into the pattern.
struct Placeholder {
  std::string_view text;  ///< as written, from `$` to `}`
  std::string_view body;  ///< between the opening and `}`
  bool of_volume = false;
};

/// The placeholder that `text` begins with, known or not. As with upstream's regular expression, it ends at the first
/// `}` and does not go beyond a line.
std::optional<Placeholder> placeholder_at(std::string_view text) {
  bool const of_volume = text.starts_with(volume_opening);
  if (!of_volume && !text.starts_with(claim_opening)) return std::nullopt;
  auto const begin = of_volume ? volume_opening.size() : claim_opening.size();
  auto const end = text.find_first_of("}\n", begin);
  if (end == std::string_view::npos || text[end] == '\n') return std::nullopt;
  return Placeholder{text.substr(0, end + 1), text.substr(begin, end - begin), of_volume};
}

/// A label or an annotation that the pattern asks for. All views are into the pattern.
struct Lookup {
  bool is_label = false;
  std::string_view key;
  std::optional<std::string_view> fallback;

  [[nodiscard]] std::string_view kind() const { return is_label ? "label" : "annotation"; }
  [[nodiscard]] std::string const* value(k8s::Claim const& claim) const {
    return k8s::find(is_label ? claim.meta.labels : claim.meta.annotations, key);
  }
};

std::optional<Lookup> lookup_of(Placeholder const& placeholder) {
  constexpr std::string_view labels = "labels.";
  constexpr std::string_view annotations = "annotations.";
  if (placeholder.of_volume) return std::nullopt;
  bool const is_label = placeholder.body.starts_with(labels);
  if (!is_label && !placeholder.body.starts_with(annotations)) return std::nullopt;

  Lookup result{is_label, placeholder.body.substr(is_label ? labels.size() : annotations.size()), std::nullopt};
  if (auto const at = result.key.find(":-"); at != std::string_view::npos) {
    result.fallback = result.key.substr(at + 2);
    result.key = result.key.substr(0, at);
  }
  return result.key.empty() ? std::nullopt : std::optional(result);
}

std::string not_known(Placeholder const& placeholder) {
  constexpr std::array<std::string_view, 4> whole{"${.PVC.name}", "${.PVC.namespace}", "${.PVC.uid}", "${.PV.name}"};
  auto const* const near = std::ranges::find_if(
      whole, [&](std::string_view candidate) { return equal_but_for_case(candidate, placeholder.text); });
  auto const hint = near == whole.end() ? std::string() : " (did you mean " + std::string(*near) + "?)";
  return "placeholder " + quoted(placeholder.text) + " is unknown" + hint + "; known are " + std::string(known);
}

std::string no_value(Placeholder const& placeholder, Lookup const& lookup) {
  return "placeholder " + quoted(placeholder.text, 160) + " has no value: the claim's " + std::string(lookup.kind()) +
         " " + quoted(lookup.key, 160) +
         " is absent or empty; set it, or write a fallback, KEY:-text, into the pattern, or set class parameter "
         "onMissingKey to empty";
}

// Caches and readers cut what is longer: that such a value is too long can be seen, what it says cannot.
std::string too_long(Placeholder const& placeholder, Lookup const& lookup) {
  return "placeholder " + quoted(placeholder.text, 160) + " has a value that is too long: the claim's " +
         std::string(lookup.kind()) + " " + quoted(lookup.key, 160) + " has more than " + std::to_string(longest_path) +
         " bytes, and no path is longer; shorten it";
}

/// Expands one pattern for one claim.
class Expansion {
 public:
  Expansion(k8s::Claim const& claim, std::string_view volume, OnMissingKey on_missing_key)
      : claim_(claim), volume_(volume), empty_(on_missing_key == OnMissingKey::empty) {}

  [[nodiscard]] OrRefusal<std::string> of(std::string_view pattern) const {
    std::string result;
    while (!pattern.empty()) {
      auto const placeholder = placeholder_at(pattern);
      auto const token = placeholder ? placeholder->text : pattern.substr(0, 1);
      auto value = placeholder ? value_of(*placeholder) : std::string(token);
      if (auto* refusal = std::get_if<Refusal>(&value)) return std::move(*refusal);
      result += std::get<std::string>(value);
      pattern.remove_prefix(token.size());
    }
    return result;
  }

 private:
  [[nodiscard]] OrRefusal<std::string> value_of(Placeholder const& placeholder) const {
    auto const& [text, body, of_volume] = placeholder;
    if (of_volume && body == "name") return std::string(volume_);
    if (!of_volume && body == "name") return claim_.meta.name;
    if (!of_volume && body == "namespace") return claim_.meta.name_space;
    if (!of_volume && body == "uid") return claim_.meta.uid;
    if (auto const lookup = lookup_of(placeholder)) return value_of(placeholder, *lookup);
    if (!empty_) return refuse(not_known(placeholder));
    // To upstream, only `${.PVC.` opened a placeholder.
    return of_volume ? std::string(text) : std::string();
  }

  [[nodiscard]] OrRefusal<std::string> value_of(Placeholder const& placeholder, Lookup const& lookup) const {
    auto const* const value = lookup.value(claim_);
    if (value != nullptr && value->size() > longest_path) return refuse(too_long(placeholder, lookup));
    if (value != nullptr && !value->empty()) return *value;
    if (lookup.fallback) return std::string(*lookup.fallback);
    if (empty_) return std::string();
    return refuse(no_value(placeholder, lookup));
  }

  static Refusal refuse(std::string const& why) { return {"class parameter pathPattern: " + why}; }

  k8s::Claim const& claim_;
  std::string_view volume_;
  bool empty_;
};

OrRefusal<RelativePath> parse_as(std::string const& origin, std::string_view text) {
  auto parsed = RelativePath::parse(text);
  if (auto* refusal = std::get_if<Refusal>(&parsed)) return Refusal{origin + ": " + refusal->message};
  return parsed;
}

OrRefusal<RelativePath> by_default(k8s::Claim const& claim) {
  return parse_as("default layout (no class parameter pathPattern)", default_directory(claim));
}

}  // namespace

OrRefusal<std::string> expand_path_pattern(std::string_view pattern, k8s::Claim const& claim,
                                           std::string_view volume_name, OnMissingKey on_missing_key) {
  return Expansion(claim, volume_name, on_missing_key).of(pattern);
}

ClaimKeys keys_named_by(std::string_view pattern) {
  ClaimKeys result;
  while (!pattern.empty()) {
    auto const placeholder = placeholder_at(pattern);
    auto const lookup = placeholder ? lookup_of(*placeholder) : std::nullopt;
    if (lookup) (lookup->is_label ? result.labels : result.annotations).emplace(lookup->key);
    pattern.remove_prefix(placeholder ? placeholder->text.size() : 1);
  }
  return result;
}

OrRefusal<RelativePath> directory_of(k8s::Claim const& claim, ClassParameters const& parameters) {
  if (parameters.path_pattern.empty()) return by_default(claim);
  auto expanded = expand_path_pattern(parameters.path_pattern, claim, volume_name(claim), parameters.on_missing_key);
  if (auto* refusal = std::get_if<Refusal>(&expanded)) return std::move(*refusal);
  auto const& text = std::get<std::string>(expanded);
  if (text.empty() && parameters.on_missing_key == OnMissingKey::empty) return by_default(claim);
  return parse_as("class parameter pathPattern " + quoted(parameters.path_pattern, 160) + " gives", text);
}

std::optional<RelativePath> shared_directory_of(k8s::Claim const& claim, k8s::StorageClass const& storage_class) {
  auto const parsed = parse_class_parameters(storage_class.parameters);
  auto const* parameters = std::get_if<ClassParameters>(&parsed);
  if (parameters == nullptr || parameters->shared_directory == SharedDirectory::never) return std::nullopt;
  auto path = directory_of(claim, *parameters);
  if (auto* clean = std::get_if<RelativePath>(&path)) return std::move(*clean);
  return std::nullopt;
}

}  // namespace nfs
