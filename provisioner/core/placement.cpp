#include "provisioner/core/placement.hpp"

#include <algorithm>
#include <utility>

#include "k8s/model/bounds.hpp"
#include "provisioner/core/naming.hpp"

namespace nfs {
namespace {

std::optional<RelativePath> frozen_path(k8s::Volume const& volume) {
  auto const* text = k8s::find(volume.meta.annotations, names::path);
  // One that was cut, perhaps, could be taken for another directory.
  if (text == nullptr || text->size() >= k8s::bounds::text) {
    return std::nullopt;
  }
  auto parsed = RelativePath::parse_internal(*text);
  auto* const path = std::get_if<RelativePath>(&parsed);
  return path == nullptr ? std::nullopt : std::optional(std::move(*path));
}

std::optional<std::size_t> index_of(std::string_view id, std::vector<IdentifiedExport> const& exports) {
  auto const at = std::ranges::find(exports, id, &IdentifiedExport::id);
  if (id.empty() || at == exports.end()) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(at - exports.begin());
}

}  // namespace

Placement placement_of(k8s::Volume const& volume, std::vector<IdentifiedExport> const& exports) {
  Placement placement;
  for (std::size_t i = 0; i < exports.size() && !placement.named; ++i) {
    if (auto path = directory_on(exports[i].where, volume)) {
      placement.named = Directory{i, std::move(*path)};
    }
  }
  auto const made_on = index_of(frozen_export_id(volume), exports);
  if (!made_on) {
    return placement;
  }
  if (auto path = placement.named ? std::nullopt : directory_below(exports[*made_on].where, volume)) {
    placement.named = Directory{*made_on, std::move(*path)};
  }
  if (auto path = nfs_source(volume) ? frozen_path(volume) : std::nullopt) {
    placement.made_for = Directory{*made_on, std::move(*path)};
  }
  return placement;
}

std::vector<IdentifiedExport> identified(std::vector<Export> const& exports, std::vector<std::string> const& ids) {
  std::vector<IdentifiedExport> result;
  result.reserve(exports.size());
  for (std::size_t i = 0; i < exports.size(); ++i) {
    result.push_back({exports[i], ids[i]});
  }
  return result;
}

std::string_view frozen_export_id(k8s::Volume const& volume) {
  auto const* id = k8s::find(volume.meta.annotations, names::export_id);
  return id == nullptr ? std::string_view() : std::string_view(*id);
}

bool ends_in(std::string_view path_on_server, RelativePath const& directory) {
  auto const path = path_components(path_on_server);
  auto const end = directory.components();
  return path.size() >= end.size() && std::equal(end.rbegin(), end.rend(), path.rbegin());
}

}  // namespace nfs
