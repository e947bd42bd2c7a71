#include "provisioner/cli/verb_flags.hpp"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "provisioner/core/class_parameters.hpp"

namespace nfs {

VerbFlags::VerbFlags(CLI::App& app)
    : check_(app.add_subcommand("check", "Check settings, export and API access; say what is wrong. Exit 0 or 1.")),
      settings_(app.add_subcommand("settings", "Print the settings as a table in Markdown.")) {
  add_export_verbs(app);
  add_volume_verbs(app);
  add_adopt(app);
  add_node_verbs(app);
}

void VerbFlags::add_export_verbs(CLI::App& app) {
  auto* archives = app.add_subcommand("archives", "Look after archives. Needs the export alone (--mount-dir).");
  auto* clusters =
      app.add_subcommand("clusters", "Look after who uses the export. Needs the export alone (--mount-dir).");
  auto* trash = app.add_subcommand("trash", "Look after the trash. Needs the export alone (--mount-dir).");
  for (auto* group : {archives, clusters, trash}) group->require_subcommand(1);
  auto const one_of = CLI::IsMember({"table", "json"});
  archives_list_ = archives->add_subcommand("list", "List archives: claim, class, when, how large was asked.");
  archives_list_->add_option("-o,--output", output_, "table or json.")->check(one_of)->type_name("");
  archives_restore_ = archives->add_subcommand("restore", "Move an archive to a path where nothing stands.");
  archives_restore_->add_option("NAME", arguments_.name, "Archive or volume.")->required()->type_name("");
  archives_restore_->add_option("--to", arguments_.to, "Path below the export.")->required()->type_name("");
  archives_restore_->add_flag("--force", arguments_.force, "Though a directory above it is of an unknown volume.");
  archives_purge_ = archives->add_subcommand("purge", "Remove archives for good; shows sizes, asks.");
  auto* name = archives_purge_->add_option("NAME", arguments_.name, "Archive or volume.")->type_name("");
  auto* age = archives_purge_->add_option("--older-than", older_than_, "30d, 12h: all with a record.");
  age->type_name("")->excludes(name);
  archives_purge_->add_flag("--yes", arguments_.yes, "Do not ask.");
  clusters_list_ = clusters->add_subcommand("list", "List the clusters that use the export.");
  clusters_list_->add_option("-o,--output", output_, "table or json.")->check(one_of)->type_name("");
  clusters_take_ = clusters->add_subcommand("take", "Take the place of a cluster that is gone; shows what that means.");
  clusters_take_->add_option("ID", arguments_.name, "That cluster.")->required()->type_name("");
  clusters_take_->add_flag("--yes", arguments_.yes, "Do it.");
  clusters_take_->add_flag("--force", arguments_.force, "Though it may live.");
  add_trash_verbs(*trash);
}

void VerbFlags::add_volume_verbs(CLI::App& app) {
  auto* volumes = app.add_subcommand("volumes", "Look at volumes; free those that hang because the program is gone.");
  volumes->require_subcommand(1);
  volumes_list_ =
      volumes->add_subcommand("list", "List the volumes in use that this program made. Needs the export alone.");
  volumes_list_->add_option("-o,--output", output_, "table or json.")
      ->check(CLI::IsMember({"table", "json"}))
      ->type_name("");
  volumes_remove_finalizers_ = volumes->add_subcommand(
      "remove-finalizers",
      "Take this provisioner's finalizer off its volumes, when its program is gone for good; shows which. Touches no "
      "directory. Needs the API server (--kubeconfig) and --provisioner-name.");
  volumes_remove_finalizers_->add_option("NAME", removal_.names, "Volumes. If none is given: all of this provisioner.")
      ->type_name("");
  volumes_remove_finalizers_->add_flag("--yes", removal_.yes, "Do it. Without: say what would be done.");
  volumes_remove_finalizers_->add_flag("--force", removal_.force, "Though the program may still run.");
}

void VerbFlags::add_trash_verbs(CLI::App& trash) {
  trash_list_ = trash.add_subcommand("list", "List what is in the trash: claim, path, since when, until when.");
  trash_list_->add_option("-o,--output", output_, "table or json.")
      ->check(CLI::IsMember({"table", "json"}))
      ->type_name("");
  trash_restore_ = trash.add_subcommand("restore", "Move what rests in the trash back, where nothing stands.");
  trash_restore_->add_option("NAME", arguments_.name, "As trash list shows it.")->required()->type_name("");
  trash_restore_->add_option("--to", arguments_.to, "Path below the export. If not given: where it stood.")
      ->type_name("");
  trash_purge_ = trash.add_subcommand("purge", "Remove what rests in the trash for good; shows sizes, asks.");
  auto* name = trash_purge_->add_option("NAME", arguments_.name, "As trash list shows it.")->type_name("");
  trash_purge_->add_flag("--all", arguments_.all, "All that rests there.")->excludes(name);
  trash_purge_->add_flag("--yes", arguments_.yes, "Do not ask.");
}

// Needs the API server, too: its volumes say what is to stand there.
void VerbFlags::add_adopt(CLI::App& app) {
  auto* group = app.add_subcommand("export", "Look after the export itself. Takes the settings of the service.");
  group->require_subcommand(1);
  export_adopt_ = group->add_subcommand("adopt", "Give an export its marker back that was copied without it.");
  export_adopt_->add_option("NAME", adopt_.name, "Of the export, where --config lists several.")->type_name("");
  export_adopt_->add_flag("--yes", adopt_.yes, "Do it. Without: say what would be done.");
  export_adopt_->add_flag("--force", adopt_.force, "Though directories are missing that volumes name.");
}

// For the Helm chart's other pods: they run this program's image, which has no shell.
void VerbFlags::add_node_verbs(CLI::App& app) {
  tune_ = app.add_subcommand("tune", "Set up the node this runs on (in a privileged pod). Exit 0 or 1.");
  tune_->add_option("--sysctl", sysctls_, "NAME=VALUE, or NAME>=VALUE; may be repeated.")->take_all()->type_name("");
  tune_->add_option("--nfs-client", nfs_client_, "off, check: can the node mount NFS?, or install.")
      ->check(CLI::IsMember({"off", "check", "install"}))
      ->type_name("");
  tune_->add_option("--host-root", node_.host_root, "Where the node's root directory is.")->type_name("");
  try_volume_ = app.add_subcommand("try-volume", "Write, read and remove a file in a directory. Exit 0 or 1.");
  try_volume_->add_option("DIRECTORY", node_.directory, "Where.")->required()->type_name("");
  idle_ = app.add_subcommand("idle", "Do nothing until SIGTERM.");
}

Verb VerbFlags::chosen() const {
  if (check_->parsed()) return Verb::check;
  if (settings_->parsed()) return Verb::settings;
  if (archives_list_->parsed()) return Verb::archives_list;
  if (archives_restore_->parsed()) return Verb::archives_restore;
  if (archives_purge_->parsed()) return Verb::archives_purge;
  if (volumes_list_->parsed()) return Verb::volumes_list;
  if (volumes_remove_finalizers_->parsed()) return Verb::volumes_remove_finalizers;
  if (clusters_list_->parsed()) return Verb::clusters_list;
  if (export_adopt_->parsed()) return Verb::export_adopt;
  if (auto const verb = chosen_of_trash()) return *verb;
  if (clusters_take_->parsed()) return Verb::clusters_take;
  if (tune_->parsed()) return Verb::tune;
  if (try_volume_->parsed()) return Verb::try_volume;
  if (idle_->parsed()) return Verb::idle;
  return Verb::run;
}

std::optional<Verb> VerbFlags::chosen_of_trash() const {
  if (trash_list_->parsed()) return Verb::trash_list;
  if (trash_restore_->parsed()) return Verb::trash_restore;
  if (trash_purge_->parsed()) return Verb::trash_purge;
  return std::nullopt;
}

OrRefusal<VerbArguments> VerbFlags::export_arguments(SettingValues const& values, SettingsFile const& file) const {
  auto arguments = arguments_;
  auto const mount = values.find("mount-dir");
  if (file.exports.size() > 1 && mount == values.end())
    return Refusal{"--config lists several exports: say which one by --mount-dir"};
  arguments.mount = mount != values.end()   ? mount->second
                    : !file.exports.empty() ? file.exports.front().mount
                                            : std::string(setting_of("mount-dir").fallback);
  if (!arguments.mount.starts_with('/')) return Refusal{"--mount-dir (MOUNT_DIR) must be an absolute path"};
  if (auto const cluster = values.find("cluster-id"); cluster != values.end()) arguments.cluster_id = cluster->second;
  if (auto const who = values.find("take-over"); who != values.end())
    arguments.take_over_never = who->second == "never";
  arguments.json = output_ == "json";
  if (!older_than_.empty()) {
    arguments.older_than = parse_retention(older_than_);
    if (!arguments.older_than)
      return Refusal{
          fmt::format("--older-than is \"{}\", but must be a whole number above 0 and one of s, m, h, d, w, up to "
                      "36500d, as \"30d\"",
                      older_than_)};
  }
  if (chosen() == Verb::archives_purge && arguments.name.empty() && !arguments.older_than)
    return Refusal{"archives purge: name an archive, or give --older-than"};
  if (chosen() == Verb::trash_purge && arguments.name.empty() && !arguments.all)
    return Refusal{"trash purge: name what is to go, or give --all"};
  auto const retention = values.find("trash-retention");
  auto const trash_retention = parse_trash_retention(
      retention != values.end() ? std::string_view(retention->second) : setting_of("trash-retention").fallback);
  if (!trash_retention) return Refusal{"--trash-retention (TRASH_RETENTION) must be 0, or a time such as 30m, 1h, 7d"};
  arguments.trash_retention = *trash_retention;
  return arguments;
}

OrRefusal<NodeArguments> VerbFlags::node_arguments() const {
  auto arguments = node_;
  for (auto const& text : sysctls_) {
    auto sysctl = parse_sysctl(text);
    if (auto const* why = std::get_if<Refusal>(&sysctl)) return Refusal{fmt::format("--sysctl: {}", why->message)};
    arguments.sysctls.push_back(std::get<Sysctl>(std::move(sysctl)));
  }
  if (nfs_client_ == "check") arguments.nfs_client = NfsClient::check;
  if (nfs_client_ == "install") arguments.nfs_client = NfsClient::install;
  return arguments;
}

}  // namespace nfs
