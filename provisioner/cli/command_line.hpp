#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "k8s/auth/credentials.hpp"
#include "provisioner/cli/adopt_export.hpp"
#include "provisioner/cli/export_verbs.hpp"
#include "provisioner/cli/remove_finalizers.hpp"
#include "provisioner/node/node_verbs.hpp"
#include "provisioner/service/options.hpp"

namespace nfs {

enum class Verb {
  run,
  check,
  settings,
  archives_list,
  archives_restore,
  archives_purge,
  trash_list,
  trash_restore,
  trash_purge,
  volumes_list,
  volumes_remove_finalizers,
  clusters_list,
  export_adopt,
  clusters_take,
  tune,
  try_volume,
  idle
};

struct CommandLine {
  Verb verb = Verb::run;
  Options options;                    ///< for run, check and export adopt
  AdoptArguments adopt;               ///< for export adopt
  VerbArguments arguments;            ///< for the verbs that need the export alone
  RemovalArguments removal;           ///< for volumes remove-finalizers
  RemovalSettings removal_settings;   ///< likewise
  NodeArguments node;                 ///< for tune and try_volume
  std::vector<std::string> warnings;  ///< one line each, to be logged
};

/// The program is to print `text` and end with `code`: help and version (0, standard output), a usage error (2,
/// standard error, one line that says what is wrong).
struct PrintAndExit {
  std::string text;
  int code = 0;
};

/// Flag > environment > file > default. `arguments` are without the program's name.
[[nodiscard]] std::variant<CommandLine, PrintAndExit> read_command_line(std::vector<std::string> arguments,
                                                                        k8s::Environment const& environment);

/// This process's environment.
[[nodiscard]] k8s::Environment process_environment();

}  // namespace nfs
