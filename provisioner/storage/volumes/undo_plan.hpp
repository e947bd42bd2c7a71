#pragma once

#include "provisioner/storage/volumes/plan.hpp"
#include "provisioner/storage/volumes/volume_answers.hpp"

namespace nfs::plan {

/// Undoing what an intent tells of, for a volume that never came to be: an archive goes back to its place, an empty
/// directory that was made is removed, data stays. The intent goes last.
[[nodiscard]] Next<Undone> next_of_undo(Seen const& seen);

}  // namespace nfs::plan
