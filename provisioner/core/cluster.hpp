#pragma once

#include <string>
#include <string_view>

namespace nfs {

/// The Kubernetes cluster that this program acts for. Several may use one export: each is known there by its id.
struct Cluster {
  std::string id;         ///< the uid of namespace kube-system, unless one was chosen; empty: not known yet
  std::string name = {};  ///< for people; empty: none was chosen
  bool operator==(Cluster const&) const = default;
};

/// What can be the name of a directory on every server: 1 to 63 letters, digits, `-`, `_` and `.`, the first and the
/// last a letter or a digit.
[[nodiscard]] bool is_cluster_id(std::string_view text);

/// What `${cluster}` stands for in a path pattern: the name, if it can be that of a directory, else the id.
[[nodiscard]] std::string const& directory_name(Cluster const& cluster);

/// `"name" (id)`, or the id alone.
[[nodiscard]] std::string to_string(Cluster const& cluster);

}  // namespace nfs
