#include "provisioner/core/relative_path.hpp"

#include <algorithm>
#include <cstddef>

#include "provisioner/core/naming.hpp"
#include "provisioner/core/text.hpp"

namespace nfs {
namespace {

constexpr std::size_t longest_component = 255;  // NAME_MAX

Refusal refuse(std::string_view text, std::string const& why) {
  return {"directory " + quoted(text) + " " + why};
}

/// What is wrong with a component wherever it stands; empty if nothing.
std::string fault_of(std::string_view component) {
  if (component == "..") return "has a component \"..\": no path may lead upwards; take it out";
  if (component.size() <= longest_component) return {};
  return "has a component of " + std::to_string(component.size()) + " bytes, " + quoted(component, 40) +
         ": no more than " + std::to_string(longest_component) + " are possible; use shorter names";
}

/// Small and capital letters: the server's file system may not tell them apart.
std::string fault_of_reserved(RelativePath const& path) {
  if (path.is_private()) {
    return "has a component " + quoted(names::private_directory) +
           ", which the provisioner keeps for itself, in any case of letters; use another name";
  }
  auto const front = path.components().front().substr(0, names::archive_prefix.size());
  if (equal_but_for_case(front, names::archive_prefix)) {
    return "begins with " + quoted(names::archive_prefix) +
           ", which at the export's root is reserved for archives, in any case of letters; use another name or put it "
           "below a directory";
  }
  return {};
}

std::string joined(std::vector<std::string_view> const& components) {
  std::string result;
  for (auto const component : components) {
    if (!result.empty()) result += '/';
    result += component;
  }
  return result;
}

/// The clean text of a path without regard to reserved names.
OrRefusal<std::string> cleaned(std::string_view text) {
  if (text.starts_with('/')) {
    return refuse(text, "is absolute: it must be relative to the export; take the leading \"/\" away");
  }
  if (std::ranges::any_of(text, is_control)) return refuse(text, "has a control character in it; take it out");
  auto const components = path_components(text);
  if (components.empty()) return refuse(text, "is the export's root itself; name a directory below it");
  for (auto const component : components) {
    if (auto const fault = fault_of(component); !fault.empty()) return refuse(text, fault);
  }
  auto result = joined(components);
  if (result.size() > longest_path) {
    return refuse(text, "is " + std::to_string(result.size()) + " bytes long: no more than " +
                            std::to_string(longest_path) + " are possible; use shorter names");
  }
  return result;
}

}  // namespace

std::vector<std::string_view> path_components(std::string_view path) {
  std::vector<std::string_view> result;
  while (!path.empty()) {
    auto const component = path.substr(0, path.find('/'));
    if (!component.empty() && component != ".") result.push_back(component);
    path.remove_prefix(std::min(path.size(), component.size() + 1));
  }
  return result;
}

OrRefusal<RelativePath> RelativePath::parse(std::string_view text) {
  auto parsed = parse_internal(text);
  if (auto const* path = std::get_if<RelativePath>(&parsed)) {
    auto const fault = fault_of_reserved(*path);
    if (!fault.empty()) return refuse(text, fault);
  }
  return parsed;
}

OrRefusal<RelativePath> RelativePath::parse_internal(std::string_view text) {
  auto clean = cleaned(text);
  if (auto* refusal = std::get_if<Refusal>(&clean)) return std::move(*refusal);
  return RelativePath(std::move(std::get<std::string>(clean)));
}

bool RelativePath::is_private() const {
  return std::ranges::any_of(components(),
                             [](auto component) { return equal_but_for_case(component, names::private_directory); });
}

bool RelativePath::may_be_moved() const {
  return !is_private() && !components().front().starts_with(names::archive_prefix);
}

bool RelativePath::contains(RelativePath const& other) const {
  if (!other.text_.starts_with(text_)) return false;
  return other.text_.size() == text_.size() || other.text_[text_.size()] == '/';
}

}  // namespace nfs
