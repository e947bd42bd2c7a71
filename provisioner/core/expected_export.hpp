#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "k8s/model/volume.hpp"
#include "provisioner/core/export.hpp"
#include "provisioner/core/relative_path.hpp"

namespace nfs {

/// What one volume of ours says of an export before that is opened: a mount without what all of them say is not it.
struct ExpectedDirectory {
  std::string volume;
  std::string export_id;  ///< frozen on the volume; empty: it is upstream's
  RelativePath path;      ///< where its directory is to stand
  /// Its server is called otherwise than the export's, so that it may lie on another one.
  std::string other_server = {};
  bool operator==(ExpectedDirectory const&) const = default;
};

/// Those of volumes that are in use come first: they are the likeliest to stand.
using ExpectedExport = std::vector<ExpectedDirectory>;

/// What the volumes of `provisioner` say of the export `where`, told of one after the other. Those under another
/// server's name count while no export is known (`ids`: of those that were identified) by their id.
class ExpectedOn {
 public:
  ExpectedOn(Export const& where, std::string_view provisioner, std::vector<std::string> ids)
      : where_(where), provisioner_(provisioner), ids_(std::move(ids)) {}

  void add(k8s::Volume const& volume);
  [[nodiscard]] ExpectedExport all() &&;

 private:
  Export const& where_;
  std::string_view provisioner_;
  std::vector<std::string> ids_;
  ExpectedExport in_use_;
  ExpectedExport others_;
};

/// Of all these.
[[nodiscard]] ExpectedExport expected_on(Export const& where,
                                         std::vector<std::shared_ptr<k8s::Volume const>> const& volumes,
                                         std::string_view provisioner, std::vector<std::string> const& ids);

/// The ids that volumes which lie there for certain carry, each once, sorted.
[[nodiscard]] std::vector<std::string> ids_of(ExpectedExport const& expected);

/// Whether a mount may be the export that volumes expect, by its marker alone.
struct MountVerdict {
  enum class Kind {
    usable,            ///< it has the marker, or may get one
    needs_directory,   ///< it may get one if a directory of upstream's volumes stands there
    marker_missing,    ///< it is not mounted, or it was copied without the program's private directory
    other_export,      ///< it has the marker of another export
    maybe_other_name,  ///< it has no marker, and volumes of an unknown export may be on it
  };
  Kind kind = Kind::usable;
  ExpectedDirectory const* example = nullptr;  ///< in `expected`; why
};
/// `marker_id` is empty where there is no marker.
[[nodiscard]] MountVerdict judge_mount(std::string_view marker_id, ExpectedExport const& expected);

/// In words: what is wrong, and what to do.
[[nodiscard]] std::string why_not(MountVerdict const& verdict, std::string_view marker_id);

}  // namespace nfs
