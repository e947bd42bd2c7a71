#pragma once

#include "provisioner/storage/volumes/plan.hpp"
#include "provisioner/storage/volumes/volume_answers.hpp"

namespace nfs::plan {

enum class ReleaseGoal : std::uint8_t { archive, retain, trash };

struct ReleaseSeen : Seen {
  /// An empty directory is archived as any other: without it, the next claim would begin with an older archive.
  bool keeps_empty = false;
  /// What goes into the trash rests there: its record is written before it is moved.
  bool rests = false;
};

/// The release of a volume's directory. What is promised:
/// - the record, of an archive or of what is to rest in the trash, is durable before the directory is moved, and goes
/// only when what made it needless is durable;
/// - the intent goes last: until then, whoever asks again knows what was begun;
/// - what lies on an inner file system stays on it: the target is chosen there, and recorded anew, once a rename was
/// refused;
/// - a directory that is empty at that very moment is removed by rmdir alone, which settles any race with who writes.
[[nodiscard]] Next<Released> next_of_release(ReleaseGoal goal, ReleaseSeen const& seen);

}  // namespace nfs::plan
