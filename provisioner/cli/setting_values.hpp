#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/cli/remove_finalizers.hpp"
#include "provisioner/cli/settings_table.hpp"
#include "provisioner/core/export.hpp"
#include "provisioner/core/refusal.hpp"
#include "provisioner/service/options.hpp"

namespace nfs {

/// What was given, wherever: by flag, without its dashes.
using SettingValues = std::map<std::string, std::string, std::less<>>;

/// By its flag without dashes; it must be there.
[[nodiscard]] Setting const& setting_of(std::string_view name);

/// All values read and checked; refused is the first that is wrong, by the name that it was given under. `exports` are
/// those of the settings file; empty: the one that the values name.
[[nodiscard]] OrRefusal<Options> read_options(SettingValues const& values, std::vector<Export> exports);

/// Of these alone what a verb needs that asks the API server about volumes, and touches no export.
[[nodiscard]] OrRefusal<RemovalSettings> read_removal_settings(SettingValues const& values);

}  // namespace nfs
