#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/cli/command_line.hpp"
#include "provisioner/cli/setting_values.hpp"
#include "provisioner/cli/settings_file.hpp"
#include "provisioner/core/refusal.hpp"

namespace nfs {

/// The program's verbs on a command line, and what was given with them. Refers to the parser that it was made with, and
/// holds what that parses.
class VerbFlags {
 public:
  explicit VerbFlags(CLI::App& app);
  VerbFlags(VerbFlags const&) = delete;
  VerbFlags& operator=(VerbFlags const&) = delete;

  /// Once the command line was parsed.
  [[nodiscard]] Verb chosen() const;
  /// Of a verb that needs the export alone: where that is, and what the verb was given.
  [[nodiscard]] OrRefusal<VerbArguments> export_arguments(SettingValues const& values, SettingsFile const& file) const;
  [[nodiscard]] AdoptArguments const& adopt_arguments() const { return adopt_; }
  [[nodiscard]] RemovalArguments const& removal_arguments() const { return removal_; }
  /// Of a verb that is at work on a node.
  [[nodiscard]] OrRefusal<NodeArguments> node_arguments() const;

 private:
  void add_export_verbs(CLI::App& app);
  void add_adopt(CLI::App& app);
  void add_volume_verbs(CLI::App& app);
  void add_trash_verbs(CLI::App& trash);
  void add_node_verbs(CLI::App& app);
  [[nodiscard]] std::optional<Verb> chosen_of_trash() const;

  CLI::App* check_;
  CLI::App* settings_;
  CLI::App* archives_list_ = nullptr;
  CLI::App* archives_restore_ = nullptr;
  CLI::App* archives_purge_ = nullptr;
  CLI::App* clusters_list_ = nullptr;
  CLI::App* clusters_take_ = nullptr;
  CLI::App* volumes_list_ = nullptr;
  CLI::App* volumes_remove_finalizers_ = nullptr;
  CLI::App* export_adopt_ = nullptr;
  CLI::App* trash_list_ = nullptr;
  CLI::App* trash_restore_ = nullptr;
  CLI::App* trash_purge_ = nullptr;
  CLI::App* tune_ = nullptr;
  CLI::App* try_volume_ = nullptr;
  CLI::App* idle_ = nullptr;
  VerbArguments arguments_;
  AdoptArguments adopt_;
  RemovalArguments removal_;
  NodeArguments node_;
  std::vector<std::string> sysctls_;
  std::string nfs_client_ = "off";
  std::string output_ = "table";
  std::string older_than_;
};

}  // namespace nfs
