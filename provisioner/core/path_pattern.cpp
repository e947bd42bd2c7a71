#include "provisioner/core/path_pattern.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "k8s/model/bounds.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/placeholder.hpp"
#include "provisioner/core/text.hpp"

namespace nfs {
namespace {

static_assert(k8s::bounds::text > longest_path, "a value that was cut must be seen to be too long");

std::string no_value(Placeholder const& placeholder, LookedUp const& lookup) {
  return "placeholder " + quoted(placeholder.text, 160) + " has no value: the claim's " + std::string(lookup.kind()) +
         " " + quoted(lookup.key, 160) +
         " is absent or empty; set it, or write a fallback, KEY:-text, into the pattern, or set class parameter "
         "onMissingKey to empty";
}

// Caches and readers cut what is longer: that such a value is too long can be seen, what it says cannot.
std::string too_long(Placeholder const& placeholder, LookedUp const& lookup) {
  return "placeholder " + quoted(placeholder.text, 160) + " has a value that is too long: the claim's " +
         std::string(lookup.kind()) + " " + quoted(lookup.key, 160) + " has more than " + std::to_string(longest_path) +
         " bytes, and no path is longer; shorten it";
}

/// Bytes of an expanded pattern that a value brought in, never none.
struct BroughtIn {
  std::size_t begin;
  std::size_t end;
  Placeholder by;
};

struct Expanded {
  std::string text;
  std::vector<BroughtIn> values = {};
};

/// Expands one pattern for one claim.
class Expansion {
 public:
  Expansion(k8s::Claim const& claim, std::string_view volume, OnMissingKey on_missing_key, std::string_view cluster)
      : claim_(claim), volume_(volume), cluster_(cluster), empty_(on_missing_key == OnMissingKey::empty) {}

  [[nodiscard]] OrRefusal<Expanded> of(std::string_view pattern) const {
    Expanded result;
    auto& [text, values] = result;
    while (!pattern.empty()) {
      if (pattern.starts_with(cluster_placeholder)) {
        if (cluster_.empty()) return refuse("the cluster, which ${cluster} stands for, is not known yet");
        text += cluster_;
        pattern.remove_prefix(cluster_placeholder.size());
        continue;
      }
      auto const placeholder = placeholder_at(pattern);
      if (auto const foreign = foreign_placeholder_at(pattern); !foreign.empty() && !empty_)
        return refuse(unknown_placeholder(foreign));
      auto const token = placeholder ? placeholder->text : pattern.substr(0, 1);
      auto value = placeholder ? value_of(*placeholder) : OrRefusal<std::string>(std::string(token));
      if (auto* refusal = std::get_if<Refusal>(&value)) return std::move(*refusal);
      auto const begin = text.size();
      text += std::get<std::string>(value);
      if (placeholder && is_of_claim(*placeholder) && text.size() > begin)
        values.push_back({begin, text.size(), *placeholder});
      pattern.remove_prefix(token.size());
    }
    return result;
  }

 private:
  // Else it is the class's own text: a fallback, or what upstream took for literal.
  [[nodiscard]] bool is_of_claim(Placeholder const& placeholder) const {
    auto const& body = placeholder.body;
    if (body == "name") return true;
    if (!placeholder.of_volume && (body == "namespace" || body == "uid")) return true;
    auto const lookup = looked_up(placeholder);
    auto const* const value = lookup ? lookup->value(claim_) : nullptr;
    return value != nullptr && !value->empty();
  }

  [[nodiscard]] OrRefusal<std::string> value_of(Placeholder const& placeholder) const {
    auto const& [text, body, of_volume] = placeholder;
    if (of_volume && body == "name") return std::string(volume_);
    if (!of_volume && body == "name") return claim_.meta.name;
    if (!of_volume && body == "namespace") return claim_.meta.name_space;
    if (!of_volume && body == "uid") return claim_.meta.uid;
    if (auto const lookup = looked_up(placeholder)) return value_of(placeholder, *lookup);
    if (!empty_) return refuse(unknown_placeholder(text));
    // To upstream, only `${.PVC.` opened a placeholder.
    return of_volume ? std::string(text) : std::string();
  }

  [[nodiscard]] OrRefusal<std::string> value_of(Placeholder const& placeholder, LookedUp const& lookup) const {
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
  std::string_view cluster_;
  bool empty_;
};

OrRefusal<RelativePath> parse_as(std::string const& origin, std::string_view text) {
  auto parsed = RelativePath::parse(text);
  if (auto* refusal = std::get_if<Refusal>(&parsed)) return Refusal{origin + ": " + refusal->message};
  return parsed;
}

// An empty component and `.` lead nowhere else, and are cleaned where the class has written them. From a value they are
// as little a name as `..` is.
OrRefusal<RelativePath> unless_brought_in(RelativePath path, Expanded const& expanded) {
  std::string_view const text = expanded.text;
  for (std::size_t begin = 0; begin <= text.size();) {
    auto const end = std::min(text.find('/', begin), text.size());
    auto const component = text.substr(begin, end - begin);
    // The slashes beside it count: they are what makes a component of it.
    auto const by = std::ranges::find_if(
        expanded.values, [&](BroughtIn const& value) { return value.begin <= end && value.end + 1 > begin; });
    if ((component.empty() || component == ".") && by != expanded.values.end())
      return Refusal{"class parameter pathPattern: placeholder " + quoted(by->by.text, 160) + " has the value " +
                     quoted(text.substr(by->begin, by->end - by->begin), 160) + ", which brings in " +
                     (component.empty() ? "an empty component: take the \"/\" that is too many out of it"
                                        : "a component \".\": take it out")};
    begin = end + 1;
  }
  return path;
}

OrRefusal<RelativePath> by_default(k8s::Claim const& claim) {
  return parse_as("default layout (no class parameter pathPattern)", default_directory(claim));
}

}  // namespace

OrRefusal<std::string> expand_path_pattern(std::string_view pattern, k8s::Claim const& claim,
                                           std::string_view volume_name, OnMissingKey on_missing_key,
                                           std::string_view cluster) {
  auto expanded = Expansion(claim, volume_name, on_missing_key, cluster).of(pattern);
  if (auto* refusal = std::get_if<Refusal>(&expanded)) return std::move(*refusal);
  return std::get<Expanded>(std::move(expanded)).text;
}

ClaimKeys keys_named_by(std::string_view pattern) {
  ClaimKeys result;
  while (!pattern.empty()) {
    auto const placeholder = placeholder_at(pattern);
    auto const lookup = placeholder ? looked_up(*placeholder) : std::nullopt;
    if (lookup) (lookup->is_label ? result.labels : result.annotations).emplace(lookup->key);
    pattern.remove_prefix(placeholder ? placeholder->text.size() : 1);
  }
  return result;
}

OrRefusal<RelativePath> directory_of(k8s::Claim const& claim, ClassParameters const& parameters) {
  if (parameters.path_pattern.empty()) return by_default(claim);
  auto const volume = volume_name(claim);
  auto expanded = Expansion(claim, volume, parameters.on_missing_key, parameters.cluster).of(parameters.path_pattern);
  if (auto* refusal = std::get_if<Refusal>(&expanded)) return std::move(*refusal);
  auto const& whole = std::get<Expanded>(expanded);
  if (whole.text.empty() && parameters.on_missing_key == OnMissingKey::empty) return by_default(claim);
  auto path = parse_as("class parameter pathPattern " + quoted(parameters.path_pattern, 160) + " gives", whole.text);
  if (auto* clean = std::get_if<RelativePath>(&path)) return unless_brought_in(std::move(*clean), whole);
  return path;
}

namespace {

bool is_known(Placeholder const& placeholder) {
  auto const& body = placeholder.body;
  bool const of_claim = !placeholder.of_volume && (body == "namespace" || body == "uid");
  return body == "name" || of_claim || looked_up(placeholder);
}

}  // namespace

PatternTraits traits_of(std::string_view pattern) {
  PatternTraits traits;
  bool at_start = true;  // of a component
  while (!pattern.empty()) {
    auto const placeholder = placeholder_at(pattern);
    auto const size = placeholder ? placeholder->text.size() : 1;
    auto const rest = pattern.substr(size);
    if (placeholder && looked_up(*placeholder)) traits.has_tenant_text = true;
    if (placeholder && !placeholder->of_volume && placeholder->body == "name") traits.has_name = true;
    if (placeholder && !placeholder->of_volume && placeholder->body == "namespace") {
      bool const alone = at_start && (rest.empty() || rest.front() == '/');
      traits.is_confined = traits.is_confined || (alone && !traits.has_tenant_text && !traits.has_name);
      traits.has_namespace = true;
    }
    at_start = pattern.front() == '/';
    pattern = rest;
  }
  return traits;
}

bool adopts_unrecorded(ClassParameters const& parameters) {
  if (parameters.adopt_existing) return *parameters.adopt_existing;
  auto const traits = traits_of(parameters.path_pattern);
  bool const unique = parameters.path_pattern.empty();
  return unique || traits.is_confined || (traits.has_namespace && traits.has_name);
}

std::optional<Refusal> refused_pattern(ClassParameters const& parameters) {
  std::string_view const pattern = parameters.path_pattern;
  bool const lenient = parameters.on_missing_key == OnMissingKey::empty;
  if (pattern.starts_with('/'))
    return Refusal{"class parameter pathPattern " + quoted(pattern, 160) +
                   " is absolute: it must be relative to the export; make the class anew without the leading \"/\""};
  for (std::size_t at = 0; at < pattern.size() && !lenient; ++at) {
    auto const rest = pattern.substr(at);
    if (rest.starts_with(cluster_placeholder)) continue;
    auto const placeholder = placeholder_at(rest);
    auto const unknown = placeholder && !is_known(*placeholder) ? placeholder->text : foreign_placeholder_at(rest);
    if (!unknown.empty()) return Refusal{"class parameter pathPattern: " + unknown_placeholder(unknown)};
  }
  auto const traits = traits_of(pattern);
  if (!traits.has_tenant_text || traits.has_namespace || parameters.allow_tenant_paths) return std::nullopt;
  return Refusal{"class parameter pathPattern " + quoted(pattern, 160) +
                 " takes text that users write, and has no ${.PVC.namespace} in it: one could name another namespace's "
                 "directory; put ${.PVC.namespace}/ before it, or allow it (class parameter allowTenantPaths)"};
}

}  // namespace nfs
