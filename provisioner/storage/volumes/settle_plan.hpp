#pragma once

#include <variant>

#include "provisioner/storage/volumes/plan.hpp"

namespace nfs::plan {

/// The volume exists and is bound: its intent becomes the note of what it was made for, and the record of an archive
/// that it was restored from goes. monostate: it is settled.
[[nodiscard]] Next<std::monostate> next_of_settle(Seen const& seen);

}  // namespace nfs::plan
