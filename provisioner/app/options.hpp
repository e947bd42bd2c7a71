#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "k8s/auth/credentials.hpp"
#include "k8s/base/log.hpp"
#include "k8s/leader/election.hpp"
#include "provisioner/app/export_verbs.hpp"
#include "provisioner/app/node_verbs.hpp"
#include "provisioner/core/export.hpp"
#include "provisioner/core/settings.hpp"
#include "provisioner/web/listen_address.hpp"

namespace nfs {

/// What the program was asked to do, read and checked.
struct Options {
  std::vector<Export> exports;  ///< at least one
  std::string provisioner;
  std::string kubeconfig;  ///< paths separated by ':'; empty: in-cluster
  std::string context;     ///< of the kubeconfig; empty: its current one
  Binding binding = Binding::direct;
  int workers = 8;  ///< per export
  DirectoryDefaults directories;
  bool leader_election = true;
  k8s::ElectionTimes election;
  std::string lease_namespace;                ///< known once the API server is: see lease_namespace()
  std::string pod_namespace;                  ///< empty: not known to be in a pod
  std::optional<ListenAddress> http_address;  ///< of health, metrics and status page; nullopt: off
  k8s::LogLevel log_level = k8s::LogLevel::info;
  k8s::LogFormat log_format = k8s::LogFormat::text;
};

/// One setting: how it is spelled where, and what it means. `--help`, the environment, the file and the table in the
/// README are all made from the list of these.
struct Setting {
  std::string_view flag;         ///< "--nfs-server", and `nfs-server` in the file
  std::string_view environment;  ///< "NFS_SERVER"; empty: none
  std::string_view fallback;     ///< as it would be written; empty: none
  std::string_view help;
};
[[nodiscard]] std::vector<Setting> const& settings();

/// The settings as a table in Markdown.
[[nodiscard]] std::string settings_table();

enum class Verb {
  run,
  check,
  settings,
  archives_list,
  archives_restore,
  archives_purge,
  volumes_list,
  tune,
  try_volume,
  idle
};

struct CommandLine {
  Verb verb = Verb::run;
  Options options;                    ///< for run and check
  VerbArguments arguments;            ///< for the verbs that need the export alone
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
