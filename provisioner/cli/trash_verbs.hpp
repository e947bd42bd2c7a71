#pragma once

#include "provisioner/cli/export_verbs.hpp"

namespace nfs {

// As the verbs of export_verbs.hpp. What rests in the trash is known by its name there: that of the volume that it was.

/// `trash list`: what rests in the trash, since when and until when, the oldest first; then what is being removed.
[[nodiscard]] int list_trash(VerbArguments const& arguments, FileSystem& files, Terminal terminal);
/// `trash restore NAME`: moves it back to where it stood as a volume, or `--to PATH`, where nothing stands.
[[nodiscard]] int restore_trash(VerbArguments const& arguments, FileSystem& files, Terminal terminal);
/// `trash purge NAME` or `--all`: as purge_archives(), before its time has ended.
[[nodiscard]] int purge_trash(VerbArguments const& arguments, FileSystem& files, Terminal terminal);

}  // namespace nfs
