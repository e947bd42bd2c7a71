#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/check_report.hpp"
#include "provisioner/controller/cluster_volumes.hpp"
#include "provisioner/core/expected_export.hpp"
#include "provisioner/storage/files/file_system.hpp"

namespace nfs {

/// The id that the marker of what is mounted holds; empty: there is none, or it cannot be read. Changes nothing.
[[nodiscard]] std::string marker_id(FileSystem& files);

/// Would the program take what is mounted for the export that the cluster's volumes expect? Changes nothing.
void check_marker(Export const& where, ExpectedExport const& expected, FileSystem& files, CheckReport& report);

/// No two exports of the list are one directory. `ids`: of the exports, in their order; empty: not known.
void check_distinct(std::vector<Export> const& exports, std::vector<std::string> const& ids, CheckReport& report);

/// Volumes of `provisioner` that lie on none of the exports: nobody would release them.
void check_places(ClusterVolumes const& volumes, std::vector<Export> const& exports,
                  std::vector<std::string> const& ids, std::string_view provisioner, CheckReport& report);

}  // namespace nfs
