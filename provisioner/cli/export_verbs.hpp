#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "provisioner/cli/terminal.hpp"
#include "provisioner/storage/files/file_system.hpp"

namespace nfs {

/// How long `archives purge` counts what it is about to remove, all archives together. Removing does not depend on it.
inline constexpr std::chrono::seconds longest_measuring{10};

/// What was asked for beside the verb.
struct VerbArguments {
  std::string mount = {};       ///< where the export is mounted
  std::string cluster_id = {};  ///< whose volumes are meant; empty: of the only cluster that uses the export
  std::string name = {};        ///< of an archive, of the volume that it was, or in the trash; or a cluster's id
  std::string to = {};
  std::optional<std::chrono::seconds> older_than = {};
  std::chrono::milliseconds measure_for = longest_measuring;
  /// How long those rest in the trash that do not say it: the program's setting.
  std::chrono::seconds trash_retention = std::chrono::hours(1);
  bool all = false;  ///< all that rests in the trash
  bool yes = false;  ///< do not ask; of `clusters take`: do it
  /// To a place that may lie in the directory of a volume that no record tells of; of `clusters take`: though that
  /// cluster may live.
  bool force = false;
  bool take_over_never = false;  ///< as the setting says
  bool json = false;             ///< machine-readable output
};

// Verbs that need no cluster, only the export; they may run beside the service: every move is one rename, to a name
// where nothing stands. Each gives the exit status: 0 done, 1 not, with the reason on Terminal::error.

/// `archives list`: each archive with what its record says; those without a record, too. Changes nothing at all.
[[nodiscard]] int list_archives(VerbArguments const& arguments, FileSystem& files, Terminal terminal);
/// `archives restore NAME --to PATH`: moves it to where nothing stands. It relies on what is recorded on the export,
/// and says so: a place below a directory that no record tells of is refused, unless it is forced.
[[nodiscard]] int restore_archive(VerbArguments const& arguments, FileSystem& files, Terminal terminal);
/// `archives purge NAME` or `--older-than 30d`: shows what and how large (at least, where it takes longer than
/// longest_measuring to count), asks, moves all into the trash, removes them in turns. One that cannot be removed does
/// not hold up the others.
[[nodiscard]] int purge_archives(VerbArguments const& arguments, FileSystem& files, Terminal terminal);
/// `volumes list`: the volumes in use that this program made.
[[nodiscard]] int list_volumes(VerbArguments const& arguments, FileSystem& files, Terminal terminal);

}  // namespace nfs
