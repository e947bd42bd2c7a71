#pragma once

#include <yaml-cpp/yaml.h>

#include <map>
#include <string>
#include <vector>

#include "k8s/base/error.hpp"

namespace k8s {

/// The body of a named entry ("cluster: {...}") and the file that it stands in.
struct KubeconfigEntry {
  YAML::Node body;
  std::string file;  ///< absolute
};

using KubeconfigEntries = std::map<std::string, KubeconfigEntry, std::less<>>;

/// Several kubeconfigs as one: of values and of entries of the same name the first is here, whole.
struct KubeconfigDocument {
  std::string files;  ///< those that were read, for messages
  std::string current_context;
  KubeconfigEntries clusters;
  KubeconfigEntries users;
  KubeconfigEntries contexts;
};

/// Kind config, with file and entry: unreadable, over 4 MiB, malformed, none of the files there, a name twice in a
/// file.
[[nodiscard]] Result<KubeconfigDocument> load_kubeconfig(std::vector<std::string> const& paths);

}  // namespace k8s
