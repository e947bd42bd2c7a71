#pragma once

#include "provisioner/storage/volumes/plan.hpp"
#include "provisioner/storage/volumes/volume_answers.hpp"

namespace nfs::plan {

/// An empty directory, or the one that stands at the path: intent, parents, directory, owner, mode, and all of it
/// synced. A directory that stands there, and that no intent of this volume tells of, is adopted as it is.
[[nodiscard]] Next<Created> next_of_create(Seen const& seen);

/// An archive, renamed to the path. What stands there already comes first, unless the archive was `asked_for`: then an
/// empty directory makes room, and one with data refuses. The intent, which names the archive, is durable before the
/// archive is moved, and so is every directory above the path: data is not moved to where a crash could take it away.
[[nodiscard]] Next<Created> next_of_restore(bool asked_for, Seen const& seen);

/// How often a plan begins again where a parent, empty so far, was removed between two steps: another volume's release
/// does that.
inline constexpr std::size_t most_beginnings = 8;

}  // namespace nfs::plan
