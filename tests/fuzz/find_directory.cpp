// Declared in tests/fuzz/target.hpp.
#include <array>
#include <string>
#include <variant>

#include "provisioner/core/path_pattern.hpp"
#include "tests/fuzz/target.hpp"

namespace fuzz {
namespace {

std::array<std::string, 4> lines_of(std::string_view input) {
  std::array<std::string, 4> lines;
  for (auto& line : lines) {
    auto const end = input.find('\n');
    line = input.substr(0, end);
    input = end == std::string_view::npos ? std::string_view() : input.substr(end + 1);
  }
  return lines;
}

bool is_clean(nfs::RelativePath const& path) {
  for (auto const component : path.components()) {
    if (component.empty() || component == "." || component == ".." || component.size() > 255) return false;
  }
  return !path.text().empty() && path.text().front() != '/' && path.text().size() <= nfs::longest_path;
}

}  // namespace

std::string find_directory(std::string_view input) {
  auto const [pattern, name, label, annotation] = lines_of(input);
  nfs::ClassParameters parameters;
  parameters.path_pattern = pattern;
  parameters.cluster = "prod";
  k8s::Claim claim;
  claim.meta.name = name;
  claim.meta.uid = "0d8c3f6f";
  claim.meta.labels["key"] = label;
  claim.meta.annotations["key"] = annotation;
  claim.meta.name_space = "team-a";
  auto const first = nfs::directory_of(claim, parameters);
  claim.meta.name_space = "team-b";
  auto const second = nfs::directory_of(claim, parameters);
  static_cast<void>(nfs::refused_pattern(parameters));
  static_cast<void>(nfs::keys_named_by(pattern));
  auto const* path = std::get_if<nfs::RelativePath>(&first);
  auto const* other = std::get_if<nfs::RelativePath>(&second);
  if (path != nullptr && (!is_clean(*path) || path->is_private())) return "a directory that is no clean path";
  // What makes it safe to adopt what stands there. The default layout has the volume's name in it.
  bool const apart = !pattern.empty() && nfs::traits_of(pattern).is_confined;
  if (apart && path != nullptr && other != nullptr && path->overlaps(*other))
    return "a confined pattern gives two namespaces one directory";
  return {};
}

}  // namespace fuzz
