#include "provisioner/app/options.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "provisioner/app/settings_file.hpp"
#include "provisioner/app/version.hpp"
#include "provisioner/core/class_parameters.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/text.hpp"

namespace nfs {
namespace {

using Values = std::map<std::string, std::string, std::less<>>;  // by flag, without its dashes

// Where a value came from, for messages: nobody who set NFS_PATH should read about --nfs-path alone.
std::string spelled(Setting const& setting) {
  if (setting.environment.empty()) return std::string(setting.flag);
  return fmt::format("{} ({})", setting.environment, setting.flag);
}

Setting const& setting_of(std::string_view name) {
  return *std::find_if(settings().begin(), settings().end(),
                       [&](Setting const& setting) { return setting.flag.substr(2) == name; });
}

Refusal wrong(std::string_view name, std::string_view value, std::string_view wanted) {
  return Refusal{fmt::format("{} is \"{}\", but must be {}", spelled(setting_of(name)), value, wanted)};
}

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

std::optional<int> parse_count(std::string_view text) {
  int value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "15s", "500ms", "2m".
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  auto const digits = std::min(text.find_first_not_of("0123456789"), text.size());
  auto const count = parse_count(text.substr(0, digits));
  auto const unit = text.substr(digits);
  if (!count || *count > 86'400'000) return std::nullopt;
  if (unit == "ms") return std::chrono::milliseconds(*count);
  if (unit == "s") return std::chrono::seconds(*count);
  if (unit == "m") return std::chrono::minutes(*count);
  return std::nullopt;
}

std::optional<Binding> parse_binding(std::string_view text) {
  if (text == "direct") return Binding::direct;
  if (text == "eager") return Binding::eager;
  if (text == "controller") return Binding::controller;
  return std::nullopt;
}

// The verbs as CLI11 sees them, and what was given with them.
struct Verbs {
  CLI::App* check = nullptr;
  CLI::App* settings = nullptr;
  CLI::App* archives_list = nullptr;
  CLI::App* archives_restore = nullptr;
  CLI::App* archives_purge = nullptr;
  CLI::App* volumes_list = nullptr;
  CLI::App* tune = nullptr;
  CLI::App* try_volume = nullptr;
  CLI::App* idle = nullptr;
  VerbArguments arguments;
  NodeArguments node;
  std::vector<std::string> sysctls;
  std::string nfs_client = "off";
  std::string output = "table";
  std::string older_than;

  [[nodiscard]] Verb chosen() const {
    if (check->parsed()) return Verb::check;
    if (settings->parsed()) return Verb::settings;
    if (archives_list->parsed()) return Verb::archives_list;
    if (archives_restore->parsed()) return Verb::archives_restore;
    if (archives_purge->parsed()) return Verb::archives_purge;
    if (volumes_list->parsed()) return Verb::volumes_list;
    if (tune->parsed()) return Verb::tune;
    if (try_volume->parsed()) return Verb::try_volume;
    if (idle->parsed()) return Verb::idle;
    return Verb::run;
  }
};

void add_verbs(CLI::App& app, Verbs& verbs) {
  verbs.check = app.add_subcommand("check", "Check settings, export and API access; say what is wrong. Exit 0 or 1.");
  verbs.settings = app.add_subcommand("settings", "Print the settings as a table in Markdown.");
  auto* archives = app.add_subcommand("archives", "Look after archives. Needs the export alone (--mount-dir).");
  auto* volumes = app.add_subcommand("volumes", "Look at volumes. Needs the export alone (--mount-dir).");
  for (auto* group : {archives, volumes}) group->require_subcommand(1);
  auto const one_of = CLI::IsMember({"table", "json"});
  verbs.archives_list = archives->add_subcommand("list", "List archives: claim, class, when, how large was asked.");
  verbs.archives_list->add_option("-o,--output", verbs.output, "table or json.")->check(one_of)->type_name("");
  verbs.archives_restore = archives->add_subcommand("restore", "Move an archive to a path where nothing stands.");
  verbs.archives_restore->add_option("NAME", verbs.arguments.name, "Archive or volume.")->required()->type_name("");
  verbs.archives_restore->add_option("--to", verbs.arguments.to, "Path below the export.")->required()->type_name("");
  verbs.archives_purge = archives->add_subcommand("purge", "Remove archives for good; shows sizes, asks.");
  auto* name = verbs.archives_purge->add_option("NAME", verbs.arguments.name, "Archive or volume.")->type_name("");
  auto* age = verbs.archives_purge->add_option("--older-than", verbs.older_than, "30d, 12h: all with a record.");
  age->type_name("")->excludes(name);
  verbs.archives_purge->add_flag("--yes", verbs.arguments.yes, "Do not ask.");
  verbs.volumes_list = volumes->add_subcommand("list", "List the volumes in use that this program made.");
  verbs.volumes_list->add_option("-o,--output", verbs.output, "table or json.")->check(one_of)->type_name("");
}

// For the Helm chart's other pods: they run this program's image, which has no shell.
void add_node_verbs(CLI::App& app, Verbs& verbs) {
  verbs.tune = app.add_subcommand("tune", "Set up the node this runs on (in a privileged pod). Exit 0 or 1.");
  verbs.tune->add_option("--sysctl", verbs.sysctls, "NAME=VALUE, or NAME>=VALUE; may be repeated.")
      ->take_all()
      ->type_name("");
  verbs.tune->add_option("--nfs-client", verbs.nfs_client, "off, check: can the node mount NFS?, or install.")
      ->check(CLI::IsMember({"off", "check", "install"}))
      ->type_name("");
  verbs.tune->add_option("--host-root", verbs.node.host_root, "Where the node's root directory is.")->type_name("");
  verbs.try_volume = app.add_subcommand("try-volume", "Write, read and remove a file in a directory. Exit 0 or 1.");
  verbs.try_volume->add_option("DIRECTORY", verbs.node.directory, "Where.")->required()->type_name("");
  verbs.idle = app.add_subcommand("idle", "Do nothing until SIGTERM.");
}

class Reader {
 public:
  Reader(Values const& values, std::vector<Export> exports) : values_(values), exports_(std::move(exports)) {}

  OrRefusal<Options> read() {
    read_exports();
    options_.provisioner = required("provisioner-name");
    options_.kubeconfig = value("kubeconfig");
    options_.context = value("context");
    options_.pod_namespace = value("pod-namespace");
    convert("binding", options_.binding, parse_binding, "direct, eager or controller");
    convert("log-level", options_.log_level, k8s::parse_log_level, "debug, info, warning or error");
    convert("log-format", options_.log_format, k8s::parse_log_format, "text or json");
    convert("enable-leader-election", options_.leader_election, parse_go_bool, "true or false");
    convert("default-mode", options_.directories.mode, parse_mode, "an octal mode between 0 and 7777");
    convert("default-uid", options_.directories.uid, parse_id, "a user id between 0 and 4294967294");
    convert("default-gid", options_.directories.gid, parse_id, "a group id between 0 and 4294967294");
    convert("workers", options_.workers, parse_count, "a number between 1 and 64");
    if (options_.workers < 1 || options_.workers > 64)
      refuse(wrong("workers", value("workers"), "a number between 1 and 64"));
    read_http_address();
    convert("lease-duration", options_.election.lease, parse_duration, "a time such as 15s, 500ms or 2m");
    convert("renew-deadline", options_.election.renew, parse_duration, "a time such as 10s, 500ms or 2m");
    convert("retry-period", options_.election.retry, parse_duration, "a time such as 2s, 500ms or 1m");
    check_election();
    check_provisioner();
    if (refusal_) return *refusal_;
    return options_;
  }

 private:
  void refuse(Refusal refusal) {
    if (!refusal_) refusal_ = std::move(refusal);
  }

  std::string value(std::string_view name) const {
    auto const at = values_.find(name);
    return at == values_.end() ? std::string(setting_of(name).fallback) : at->second;
  }

  std::string required(std::string_view name) {
    auto text = value(name);
    if (text.empty()) refuse(Refusal{fmt::format("{} is not set", spelled(setting_of(name)))});
    return text;
  }

  template <class T, class Parse>
  void convert(std::string_view name, T& target, Parse parse, std::string_view wanted) {
    auto const text = value(name);
    if (text.empty()) return;
    if (auto parsed = parse(text))
      target = *parsed;
    else
      refuse(wrong(name, text, wanted));
  }

  void read_exports() {
    bool const from_file = !exports_.empty();
    if (!from_file)
      exports_.push_back({"default", required("nfs-server"), required("nfs-path"), required("mount-dir")});
    std::set<std::string> names;
    for (auto& where : exports_) {
      if (refusal_) return;
      auto const subject =
          from_file ? fmt::format("path of export \"{}\"", where.name) : spelled(setting_of("nfs-path"));
      auto cleaned = clean_export_path(where.path);
      if (auto const* why = std::get_if<Refusal>(&cleaned))
        return refuse({fmt::format("{}: {}", subject, why->message)});
      where.path = std::get<std::string>(cleaned);
      if (!where.mount.starts_with('/'))
        return refuse({fmt::format("the export is mounted at \"{}\": give an absolute path ({})", where.mount,
                                   spelled(setting_of("mount-dir")))});
      if (!names.insert(where.name).second) return refuse({fmt::format("two exports are named \"{}\"", where.name)});
      if (auto const* other = overlapping(where))
        return refuse({fmt::format("exports \"{}\" and \"{}\" overlap on {}: a volume must lie on one of them",
                                   other->name, where.name, where.server)});
    }
    options_.exports = exports_;
  }

  // One read before `where` that is equal to it, above or below.
  Export const* overlapping(Export const& where) const {
    auto const below = [](Export const& outer, Export const& inner) {
      return outer.path == "/" || (inner.path + "/").starts_with(outer.path + "/");
    };
    for (auto const& other : exports_) {
      if (&other == &where) return nullptr;
      if (other.server == where.server && (below(other, where) || below(where, other))) return &other;
    }
    return nullptr;
  }

  void read_http_address() {
    auto const text = value("http-address");
    if (text == "off") return;
    options_.http_address = parse_listen_address(text);
    if (!options_.http_address)
      refuse(
          wrong("http-address", text, "a port with or without an address in digits (:8080, 127.0.0.1:8080), or off"));
  }

  // As client-go demands: a leader tries to renew at least twice before its time is over, and knows before others do.
  void check_election() {
    auto const& times = options_.election;
    if (times.retry.count() < 1) refuse(wrong("retry-period", value("retry-period"), "more than 0"));
    if (times.renew * 5 <= times.retry * 6)
      refuse(wrong("renew-deadline", value("renew-deadline"), "more than 1.2 times the retry period"));
    if (times.lease <= times.renew)
      refuse(wrong("lease-duration", value("lease-duration"), "more than the renew deadline"));
    if (times.lease < std::chrono::seconds(1)) refuse(wrong("lease-duration", value("lease-duration"), "1s or more"));
  }

  // As the API server demands of StorageClass.provisioner: a qualified name.
  void check_provisioner() {
    auto const& name = options_.provisioner;
    if (!is_qualified_name(name)) refuse(wrong("provisioner-name", name, "a qualified name such as example.com/nfs"));
  }

  Values const& values_;
  std::vector<Export> exports_;
  Options options_;
  std::optional<Refusal> refusal_;
};

// Whatever a value holds, it is one line.
PrintAndExit usage_error(std::string what) {
  std::replace_if(what.begin(), what.end(), is_control, ' ');
  return {fmt::format("nfs-subdir-provisioner: {}\n", what), 2};
}

// Where the export is, and what the verb was given.
std::variant<CommandLine, PrintAndExit> export_verb(CommandLine command, Verbs verbs, Values const& given,
                                                    SettingsFile const& file) {
  auto& arguments = verbs.arguments;
  auto const mount = given.find("mount-dir");
  if (file.exports.size() > 1 && mount == given.end())
    return usage_error("--config lists several exports: say which one by --mount-dir");
  arguments.mount = mount != given.end()    ? mount->second
                    : !file.exports.empty() ? file.exports.front().mount
                                            : std::string(setting_of("mount-dir").fallback);
  if (!arguments.mount.starts_with('/')) return usage_error("--mount-dir (MOUNT_DIR) must be an absolute path");
  arguments.json = verbs.output == "json";
  if (!verbs.older_than.empty()) {
    arguments.older_than = parse_retention(verbs.older_than);
    if (!arguments.older_than)
      return usage_error(
          fmt::format("--older-than is \"{}\", but must be a number with s, m, h, d or w", verbs.older_than));
  }
  if (command.verb == Verb::archives_purge && arguments.name.empty() && !arguments.older_than)
    return usage_error("archives purge: name an archive, or give --older-than");
  command.arguments = std::move(arguments);
  return command;
}

std::variant<CommandLine, PrintAndExit> node_verb(CommandLine command, Verbs verbs) {
  for (auto const& text : verbs.sysctls) {
    auto sysctl = parse_sysctl(text);
    if (auto const* why = std::get_if<Refusal>(&sysctl)) return usage_error(fmt::format("--sysctl: {}", why->message));
    verbs.node.sysctls.push_back(std::get<Sysctl>(std::move(sysctl)));
  }
  if (verbs.nfs_client == "check") verbs.node.nfs_client = NfsClient::check;
  if (verbs.nfs_client == "install") verbs.node.nfs_client = NfsClient::install;
  command.node = std::move(verbs.node);
  return command;
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
  Verbs verbs;
  add_verbs(app, verbs);
  add_node_verbs(app, verbs);
  Values given;
  std::map<std::string, std::string> flags;
  for (auto const& setting : settings()) {
    std::string help(setting.help);
    if (!setting.environment.empty()) help += fmt::format(" [{}]", setting.environment);
    if (!setting.fallback.empty()) help += fmt::format(" Default: {}.", setting.fallback);
    app.add_option(std::string(setting.flag), flags[std::string(setting.flag)], help)->type_name("");
  }
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
  command.verb = verbs.chosen();
  if (command.verb == Verb::settings) return command;
  bool const on_node = command.verb == Verb::tune || command.verb == Verb::try_volume || command.verb == Verb::idle;
  if (on_node) return node_verb(std::move(command), std::move(verbs));

  for (auto const& setting : settings()) {
    std::string const name(setting.flag.substr(2));
    if (app.get_option(std::string(setting.flag))->count() > 0)
      given[name] = flags[std::string(setting.flag)];
    else if (auto const at = environment.find(setting.environment); at != environment.end() && !at->second.empty())
      given[name] = at->second;
  }
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

  bool const export_alone = command.verb != Verb::run && command.verb != Verb::check;
  if (export_alone) return export_verb(std::move(command), std::move(verbs), given, file);
  auto options = Reader(given, file.exports).read();
  if (auto const* why = std::get_if<Refusal>(&options)) return usage_error(why->message);
  command.options = std::get<Options>(std::move(options));
  return command;
}

}  // namespace nfs
