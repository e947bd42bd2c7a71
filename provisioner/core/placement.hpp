#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/model/volume.hpp"
#include "provisioner/core/export.hpp"
#include "provisioner/core/relative_path.hpp"

namespace nfs {

/// A directory of an export.
struct Directory {
  std::size_t export_index = 0;  ///< in the configuration
  RelativePath path;
  bool operator==(Directory const&) const = default;
};

/// An export, and what it is known by.
struct IdentifiedExport {
  Export const& where;
  std::string_view id;  ///< empty until the export was identified
};

/// Where a volume is. Two things say so, and they can differ.
struct Placement {
  /// The directory that server and path of its source name, on an export with that server (in any spelling,
  /// core/server_name), or on the export whose id is frozen on the volume, whatever the server is called.
  std::optional<Directory> named;
  /// The directory that it was made for: id and path that are frozen on it. nullopt also until that export was
  /// identified.
  std::optional<Directory> made_for;

  /// Where to look for it; null: on no export that is known.
  [[nodiscard]] Directory const* directory() const {
    if (named) {
      return &*named;
    }
    return made_for ? &*made_for : nullptr;
  }
};

/// The one rule of where a volume is. docs/behaviour.md#whose.
[[nodiscard]] Placement placement_of(k8s::Volume const& volume, std::vector<IdentifiedExport> const& exports);

/// What exports are known by, in the order of the configuration; both outlive the result.
[[nodiscard]] std::vector<IdentifiedExport> identified(std::vector<Export> const& exports,
                                                       std::vector<std::string> const& ids);

/// The id of an export that is frozen on the volume, by us; empty: none is.
[[nodiscard]] std::string_view frozen_export_id(k8s::Volume const& volume);

/// Whether the path on the server ends in the components of `directory`.
[[nodiscard]] bool ends_in(std::string_view path_on_server, RelativePath const& directory);

}  // namespace nfs
