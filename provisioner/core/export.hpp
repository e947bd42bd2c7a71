#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "k8s/model/volume.hpp"
#include "provisioner/core/refusal.hpp"
#include "provisioner/core/relative_path.hpp"

namespace nfs {

/// One directory of one NFS server, and where it is mounted for us.
struct Export {
  std::string name;    ///< for people and for class parameters; unique among the exports
  std::string server;  ///< verbatim into volumes
  std::string path;    ///< on the server, clean: "/", or "/a/b" without `//`, `.` and a trailing `/`
  std::string mount;   ///< local directory
  bool operator==(Export const&) const = default;
};

/// Lexically cleans NFS_PATH ("/a//b/" → "/a/b"); refuses a relative path and `..`.
[[nodiscard]] OrRefusal<std::string> clean_export_path(std::string_view text);

/// Two exports of the list have the same marker: they are one directory, or one is a copy of the other.
[[nodiscard]] Refusal one_and_the_same(Export const& one, Export const& other, std::string_view id);

/// The path that a volume of `directory` has on the server.
[[nodiscard]] std::string path_on_server(Export const& where, RelativePath const& directory);

/// server and path of a volume whose source is nfs; nullopt for any other.
struct NfsSource {
  std::string server;
  std::string path;
};
[[nodiscard]] std::optional<NfsSource> nfs_source(k8s::Volume const& volume);

/// Whether the sources of both are nfs, and their paths differ.
[[nodiscard]] bool name_different_paths(k8s::Volume const& left, k8s::Volume const& right);

/// The directory that the path of `volume` names below the export's, whatever its server is: nullopt if it lies outside
/// of the path (compared by component, not by substring), at the export's root itself, or has `..` in it. Reserved
/// names are allowed here: the caller asks where a volume is, not where one may be made.
[[nodiscard]] std::optional<RelativePath> directory_below(Export const& where, k8s::Volume const& volume);

/// The same if its server is the export's, in any spelling (core/server_name). What a volume's source says alone; where
/// a volume is, says core/placement.
[[nodiscard]] std::optional<RelativePath> directory_on(Export const& where, k8s::Volume const& volume);

}  // namespace nfs
