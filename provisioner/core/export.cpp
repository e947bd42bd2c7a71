#include "provisioner/core/export.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "k8s/model/bounds.hpp"
#include "provisioner/core/server_name.hpp"
#include "provisioner/core/text.hpp"

namespace nfs {
namespace {

std::string joined(std::vector<std::string_view> const& components) {
  std::string result;
  for (auto const component : components) result.append("/").append(component);
  return result;
}

Refusal refuse(std::string_view text, std::string_view why) {
  return {"the export's path " + quoted(text) + " " + std::string(why)};
}

}  // namespace

OrRefusal<std::string> clean_export_path(std::string_view text) {
  if (!text.starts_with('/')) return refuse(text, "is not absolute: it is the path that the NFS server exports");
  if (std::ranges::any_of(text, is_control)) return refuse(text, "has a control character in it; take it out");
  auto const components = path_components(text);
  if (std::ranges::find(components, "..") != components.end()) {
    return refuse(text, "has a component \"..\": write the path without it");
  }
  return components.empty() ? "/" : joined(components);
}

Refusal one_and_the_same(Export const& one, Export const& other, std::string_view id) {
  auto const named = [](Export const& each) { return quoted(each.name) + " at " + each.mount; };
  return {"exports " + named(one) + " and " + named(other) + " are one and the same, " + std::string(id) +
          ", or one is a copy of the other: take one of them out of the list"};
}

std::string path_on_server(Export const& where, RelativePath const& directory) {
  return (where.path == "/" ? "" : where.path) + "/" + directory.text();
}

std::optional<NfsSource> nfs_source(k8s::Volume const& volume) {
  if (volume.source.type != "nfs") return std::nullopt;
  auto const attribute = [&volume](std::string_view key) {
    auto const* value = k8s::find(volume.source.attributes, key);
    return value == nullptr ? std::string() : *value;
  };
  return NfsSource{attribute("server"), attribute("path")};
}

bool name_different_paths(k8s::Volume const& left, k8s::Volume const& right) {
  auto const one = nfs_source(left);
  auto const other = nfs_source(right);
  return one && other && one->path != other->path;
}

std::optional<RelativePath> directory_below(Export const& where, k8s::Volume const& volume) {
  auto const source = nfs_source(volume);
  if (!source || !source->path.starts_with('/')) return std::nullopt;
  // Cut, perhaps: it could be taken for another directory. Nothing mounts a path of this length.
  if (source->path.size() >= k8s::bounds::text) return std::nullopt;
  auto const root = path_components(where.path);
  auto const path = path_components(source->path);
  if (path.size() <= root.size() || !std::ranges::equal(root, std::span(path).first(root.size()))) return std::nullopt;
  auto const below = joined({path.begin() + static_cast<std::ptrdiff_t>(root.size()), path.end()});
  auto parsed = RelativePath::parse_internal(std::string_view(below).substr(1));
  if (auto* directory = std::get_if<RelativePath>(&parsed)) return std::move(*directory);
  return std::nullopt;
}

std::optional<RelativePath> directory_on(Export const& where, k8s::Volume const& volume) {
  auto const source = nfs_source(volume);
  if (!source || !same_server(source->server, where.server)) return std::nullopt;
  return directory_below(where, volume);
}

}  // namespace nfs
