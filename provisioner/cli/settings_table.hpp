#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nfs {

/// One setting: how it is spelled where, and what it means. `--help`, the environment, the file and the table in the
/// README are all made from the list of these.
struct Setting {
  std::string_view flag;         ///< "--nfs-server", and `nfs-server` in the file
  std::string_view environment;  ///< "NFS_SERVER"; empty: none
  std::string_view fallback;     ///< as it would be written; empty: none
  std::string_view help;
};
[[nodiscard]] std::vector<Setting> const& settings();

/// The settings as a table in Markdown.
[[nodiscard]] std::string settings_table();

}  // namespace nfs
