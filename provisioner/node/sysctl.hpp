#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "provisioner/base/check_report.hpp"
#include "provisioner/core/refusal.hpp"

namespace nfs {

/// A kernel setting as it is to be: `vm.max_map_count=262144`, or, with `>=`, at least that.
struct Sysctl {
  std::string name;   ///< as given
  std::string path;   ///< below /proc/sys: `vm/max_map_count`
  std::string value;  ///< never empty
  bool at_least = false;
  bool operator==(Sysctl const&) const = default;
};

/// As sysctl(8) spells names: `.` separates, unless there is a `/`, which separates then. Refused: what leads out of
/// /proc/sys, no value, and `>=` with what is no whole number.
[[nodiscard]] OrRefusal<Sysctl> parse_sysctl(std::string_view text);

/// Sets it below `proc_sys` unless it is so already, looks whether it is, and says what it was and is.
void set_sysctl(Sysctl const& wanted, std::filesystem::path const& proc_sys, CheckReport& report);

}  // namespace nfs
