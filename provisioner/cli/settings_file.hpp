#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioner/core/export.hpp"
#include "provisioner/core/refusal.hpp"

namespace nfs {

/// What a settings file says: values by flag name (without dashes), and exports.
struct SettingsFile {
  std::map<std::string, std::string, std::less<>> values;
  std::vector<Export> exports;  ///< paths as written, not cleaned yet
};

/// Reads YAML of at most 1 MiB. Unknown and repeated keys, and wrong types, are refused with file and line.
[[nodiscard]] OrRefusal<SettingsFile> read_settings_file(std::string const& path);

}  // namespace nfs
