#pragma once

#include <chrono>
#include <iosfwd>
#include <optional>
#include <string>

#include "provisioner/storage/files/file_system.hpp"

namespace nfs {

/// How long `archives purge` counts what it is about to remove, all archives together. Removing does not depend on it.
inline constexpr std::chrono::seconds longest_measuring{10};

/// What was asked for beside the verb.
struct VerbArguments {
  std::string mount = {};       ///< where the export is mounted
  std::string cluster_id = {};  ///< whose volumes are meant; empty: of the only cluster that uses the export
  std::string name = {};        ///< of an archive, or of the volume that it was; or a cluster's id
  std::string to = {};
  std::optional<std::chrono::seconds> older_than = {};
  std::chrono::milliseconds measure_for = longest_measuring;
  bool yes = false;              ///< do not ask; of `clusters take`: do it
  bool force = false;            ///< though that cluster may live
  bool take_over_never = false;  ///< as the setting says
  bool json = false;             ///< machine-readable output
};

/// Where a verb reads its answers from and writes to.
struct Terminal {
  std::istream& in;
  std::ostream& out;
  std::ostream& error;
  bool interactive = false;  ///< progress is shown, questions are asked
};

// Verbs that need no cluster, only the export; they may run beside the service: every move is one rename, to a name
// where nothing stands. Each gives the exit status: 0 done, 1 not, with the reason on Terminal::error.

/// `archives list`: each archive with what its record says; those without a record, too.
[[nodiscard]] int list_archives(VerbArguments const& arguments, FileSystem& files, Terminal terminal);
/// `archives restore NAME --to PATH`: moves it to where nothing stands.
[[nodiscard]] int restore_archive(VerbArguments const& arguments, FileSystem& files, Terminal terminal);
/// `archives purge NAME` or `--older-than 30d`: shows what and how large (at least, where it takes longer than
/// longest_measuring to count), asks, moves all into the trash, removes them in turns. One that cannot be removed does
/// not hold up the others.
[[nodiscard]] int purge_archives(VerbArguments const& arguments, FileSystem& files, Terminal terminal);
/// `volumes list`: the volumes in use that this program made.
[[nodiscard]] int list_volumes(VerbArguments const& arguments, FileSystem& files, Terminal terminal);

}  // namespace nfs
