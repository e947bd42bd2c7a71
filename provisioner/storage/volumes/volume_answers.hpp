#pragma once

namespace nfs {

/// What became of a directory that was asked for.
enum class Created { made, adopted, restored };

/// What became of the directory of a volume that was released.
enum class Released {
  archived,       ///< renamed, record written
  trashed,        ///< renamed into the trash, to be purged
  retained,       ///< left in place, record written
  removed_empty,  ///< was to be archived, and was empty: removed, no record written
  discarded,      ///< never used (its intent was still there): removed if empty, put back if an archive (trash() alone)
  missing,        ///< nothing stood there, on a healthy mount
  left,           ///< the records say that another volume has the directory: nothing was touched
};

/// What became of the directory of a volume that never came to be.
enum class Undone {
  nothing,  ///< there was no intent (any more)
  gone,     ///< the directory is removed, or an archive again
  kept,     ///< the directory stands: it was there before, or holds data
};

}  // namespace nfs
