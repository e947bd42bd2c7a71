#pragma once

#include <cstdint>
#include <variant>

#include "provisioner/storage/volumes/plan.hpp"

namespace nfs::plan {

enum class SettleGoal : std::uint8_t {
  in_use,  ///< the volume exists and is bound: its intent becomes the note of what it was made for
  forget,  ///< the directory is others', and the volume is not there: its intent goes
};

/// The intent has done its work, and so has the record of an archive that the directory was restored from: it goes.
/// monostate: that is done.
[[nodiscard]] Next<std::monostate> next_of_settle(SettleGoal goal, Seen const& seen);

}  // namespace nfs::plan
