#include "provisioner/cli/check_marker.hpp"

#include <fmt/format.h>

#include "provisioner/core/placement.hpp"
#include "provisioner/core/volume_body.hpp"
#include "provisioner/storage/files/remedy.hpp"
#include "provisioner/storage/volumes/volume_store.hpp"

namespace nfs {
namespace {

std::string subject_of(Export const& where) {
  return fmt::format("export {}:{} at {}", where.server, where.path, where.mount);
}

}  // namespace

std::string marker_id(FileSystem& files) {
  auto const id = VolumeStore(files).would_identify({});
  return id.has_value() ? *id : std::string();
}

void check_marker(Export const& where, ExpectedExport const& expected, FileSystem& files, CheckReport& report) {
  auto const id = VolumeStore(files).would_identify(expected);
  if (id.has_error()) {
    return report.wrong(subject_of(where), with_remedy(id.error()));
  }
  report.fine(subject_of(where), id->empty() ? "never used before: the program makes its marker when it starts"
                                             : fmt::format("is export {}", *id));
}

void check_distinct(std::vector<Export> const& exports, std::vector<std::string> const& ids, CheckReport& report) {
  for (std::size_t i = 0; i < exports.size(); ++i) {
    for (std::size_t before = 0; before < i; ++before) {
      if (ids[i].empty() || ids[i] != ids[before]) {
        continue;
      }
      report.wrong("exports", one_and_the_same(exports[before], exports[i], ids[i]).message);
    }
  }
}

void check_places(ClusterVolumes const& volumes, std::vector<Export> const& exports,
                  std::vector<std::string> const& ids, std::string_view provisioner, CheckReport& report) {
  auto const known = identified(exports, ids);
  std::size_t nowhere = 0;
  std::string example;
  for (auto const& volume : volumes.all) {
    auto const source = nfs_source(*volume);
    bool const ours = source && provisioned_by(*volume, provisioner);
    if (!ours || placement_of(*volume, known).directory() != nullptr) {
      continue;
    }
    if (++nowhere == 1) {
      example = fmt::format("{} at {}:{}", volume->meta.name, source->server, source->path);
    }
  }
  if (nowhere > 0) {
    auto const which = nowhere == 1 ? "1 of this provisioner lies on none of its exports and is not released:"
                                    : fmt::format(
                                          "{} of this provisioner lie on none of its exports and are not "
                                          "released, such as",
                                          nowhere);
    report.note("volumes", fmt::format("{} {}. A name and an address of a server are not compared", which, example));
  }
  if (volumes.unreadable > 0) {
    report.note("volumes", fmt::format("{} cannot be read, and {} left out", volumes.unreadable,
                                       volumes.unreadable == 1 ? "was" : "were"));
  }
}

}  // namespace nfs
