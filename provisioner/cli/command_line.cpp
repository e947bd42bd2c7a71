#include "provisioner/cli/command_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "provisioner/base/version.hpp"
#include "provisioner/cli/setting_values.hpp"
#include "provisioner/cli/settings_file.hpp"
#include "provisioner/cli/settings_table.hpp"
#include "provisioner/cli/verb_flags.hpp"
#include "provisioner/core/text.hpp"

namespace nfs {
namespace {

// glog's flags, which upstream's program took (with one dash or two, a value after `=` or as the next argument). They
// mean nothing here. True if there were any.
bool drop_glog_flags(std::vector<std::string>& arguments) {
  static std::map<std::string_view, bool> const takes_value{
      {"logtostderr", false}, {"alsologtostderr", false}, {"stderrthreshold", true}, {"v", true},
      {"vmodule", true},      {"log_backtrace_at", true}, {"log_dir", true}};
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string_view name = arguments[i];
    name.remove_prefix(name.starts_with("--") ? 2 : name.starts_with('-') ? 1 : name.size());
    auto const flag = takes_value.find(name.substr(0, name.find('=')));
    if (flag == takes_value.end())
      kept.push_back(std::move(arguments[i]));
    else if (flag->second && name == flag->first)
      ++i;
  }
  bool const any = kept.size() != arguments.size();
  arguments = std::move(kept);
  return any;
}

// Whatever a value holds, it is one line.
PrintAndExit usage_error(std::string what) {
  std::replace_if(what.begin(), what.end(), is_control, ' ');
  return {fmt::format("nfs-subdir-provisioner: {}\n", what), 2};
}

template <class T>
std::variant<CommandLine, PrintAndExit> with(CommandLine command, T CommandLine::*part, OrRefusal<T> read) {
  if (auto const* why = std::get_if<Refusal>(&read)) return usage_error(why->message);
  command.*part = std::get<T>(std::move(read));
  return command;
}

/// A flag for each setting.
class SettingFlags {
 public:
  explicit SettingFlags(CLI::App& app) {
    for (auto const& setting : settings()) {
      std::string const flag(setting.flag);
      std::string help(setting.help);
      if (!setting.environment.empty()) help += fmt::format(" [{}]", setting.environment);
      if (!setting.fallback.empty()) help += fmt::format(" Default: {}.", setting.fallback);
      auto& [option, value] = flags_[flag];
      option = app.add_option(flag, value, help)->type_name("");
    }
  }
  SettingFlags(SettingFlags const&) = delete;
  SettingFlags& operator=(SettingFlags const&) = delete;

  /// Once the command line was parsed: what it says and, where it says nothing, the environment.
  [[nodiscard]] SettingValues given(k8s::Environment const& environment) const {
    SettingValues values;
    for (auto const& setting : settings()) {
      std::string const name(setting.flag.substr(2));
      auto const& flag = flags_.at(std::string(setting.flag));
      if (flag.option->count() > 0)
        values[name] = flag.value;
      else if (auto const at = environment.find(setting.environment); at != environment.end() && !at->second.empty())
        values[name] = at->second;
    }
    return values;
  }

 private:
  struct Flag {
    CLI::Option* option = nullptr;
    std::string value;
  };
  std::map<std::string, Flag> flags_;
};

/// nullopt: the program goes on with what was parsed.
std::optional<PrintAndExit> parse(CLI::App& app, std::vector<std::string> arguments) {
  try {
    std::reverse(arguments.begin(), arguments.end());
    app.parse(arguments);
  } catch (CLI::CallForHelp const&) {
    return PrintAndExit{app.help(), 0};
  } catch (CLI::CallForVersion const&) {
    return PrintAndExit{version_line() + "\n", 0};
  } catch (CLI::ParseError const& error) {
    return usage_error(fmt::format("{} (see --help)", error.what()));
  }
  return std::nullopt;
}

/// For a verb that takes settings: also those of the file that `given` names.
std::variant<CommandLine, PrintAndExit> with_settings(CommandLine command, VerbFlags const& verbs,
                                                      SettingValues given) {
  SettingsFile file;
  if (auto const at = given.find("config"); at != given.end()) {
    auto read = read_settings_file(at->second);
    if (auto const* why = std::get_if<Refusal>(&read)) return usage_error(why->message);
    file = std::get<SettingsFile>(std::move(read));
  }
  given.insert(file.values.begin(), file.values.end());
  // A server or path names the one export; beside the file's list either would be ignored silently.
  bool const one_export = given.contains("nfs-server") || given.contains("nfs-path");
  if (one_export && !file.exports.empty())
    return usage_error("NFS_SERVER or NFS_PATH is set, and --config lists exports: use one of them");

  if (command.verb == Verb::volumes_remove_finalizers)
    return with(std::move(command), &CommandLine::removal_settings, read_removal_settings(given));
  bool const export_alone =
      command.verb != Verb::run && command.verb != Verb::check && command.verb != Verb::export_adopt;
  if (export_alone) return with(std::move(command), &CommandLine::arguments, verbs.export_arguments(given, file));
  return with(std::move(command), &CommandLine::options, read_options(given, file.exports));
}

}  // namespace

k8s::Environment process_environment() {
  k8s::Environment variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    std::string_view const text = *entry;
    auto const equals = text.find('=');
    if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

std::variant<CommandLine, PrintAndExit> read_command_line(std::vector<std::string> arguments,
                                                          k8s::Environment const& environment) {
  CommandLine command;
  if (drop_glog_flags(arguments))
    command.warnings.emplace_back("flags of glog are accepted and mean nothing; see --log-level and --log-format");

  CLI::App app{"Serves PersistentVolumeClaims from directories of an NFS export.", "nfs-subdir-provisioner"};
  app.set_version_flag("--version", version_line());
  app.require_subcommand(0, 1);
  app.fallthrough();
  VerbFlags const verbs(app);
  SettingFlags const flags(app);
  if (auto answer = parse(app, std::move(arguments))) return std::move(*answer);

  command.verb = verbs.chosen();
  command.adopt = verbs.adopt_arguments();
  command.removal = verbs.removal_arguments();
  if (command.verb == Verb::settings) return command;
  bool const on_node = command.verb == Verb::tune || command.verb == Verb::try_volume || command.verb == Verb::idle;
  if (on_node) return with(std::move(command), &CommandLine::node, verbs.node_arguments());
  return with_settings(std::move(command), verbs, flags.given(environment));
}

}  // namespace nfs
