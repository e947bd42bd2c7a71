#pragma once

#include "provisioner/cli/export_verbs.hpp"
#include "provisioner/storage/files/file_system.hpp"

// The verbs about the clusters that use an export, as those of export_verbs.hpp.
namespace nfs {

/// `clusters list`: who uses the export, and how much each has there.
[[nodiscard]] int list_clusters(VerbArguments const& arguments, FileSystem& files, Terminal terminal);
/// `clusters take ID`: says what it comes to if this cluster takes the place of that one; with --yes decides it. The
/// program that leads carries it out. One that may live is taken only with --force.
[[nodiscard]] int take_cluster(VerbArguments const& arguments, FileSystem& files, Terminal terminal);

}  // namespace nfs
