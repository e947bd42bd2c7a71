#pragma once

#include <string>

#include "k8s/auth/credentials.hpp"
#include "provisioner/cli/export_verbs.hpp"
#include "provisioner/core/expected_export.hpp"
#include "provisioner/service/options.hpp"

namespace nfs {

/// What `export adopt` was given beside the settings.
struct AdoptArguments {
  std::string name = {};  ///< of the export, where there are several
  bool yes = false;       ///< do it; else only say what would be done
  bool force = false;     ///< though directories are missing
};

/// `export adopt`: an export without a marker, that the program refuses beside the cluster's volumes, gets its marker
/// back. Says what would be done, or does it. 0: done, or nothing to do; 1: not, with the reason on Terminal::error.
[[nodiscard]] int adopt_export(AdoptArguments const& arguments, Export const& where, ExpectedExport const& expected,
                               FileSystem& files, Terminal terminal);

/// The same with the cluster's volumes, read from its API server. 2: which export is meant is not said.
[[nodiscard]] int run_adopt(AdoptArguments const& arguments, Options const& options,
                            k8s::Environment const& environment, Terminal terminal);

}  // namespace nfs
