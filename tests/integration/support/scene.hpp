#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/integration/support/cluster.hpp"
#include "tests/integration/support/eventually.hpp"
#include "tests/integration/support/export_dir.hpp"
#include "tests/integration/support/program.hpp"

namespace nfs::test {

struct ClassSpec {
  k8s::StringMap parameters = {};
  std::string reclaim_policy = "Delete";
  std::string binding_mode = "Immediate";
  std::vector<std::string> mount_options = {};
  bool allow_expansion = false;
  k8s::StringMap annotations = {};
};

struct ClaimSpec {
  k8s::StringMap annotations = {};
  k8s::StringMap labels = {};
  std::string storage = "1Mi";
  std::vector<std::string> access_modes{"ReadWriteMany"};
  std::string class_name = {};  ///< empty: the scene's
  std::string name_space = {};  ///< empty: the scene's
  std::string more = {};        ///< further members of spec, as JSON: "{\"volumeMode\":\"Block\"}"
};

/// A claim and its volume, both Bound, each to the other.
struct Pair {
  k8s::Claim claim;
  k8s::Volume volume;
  [[nodiscard]] std::string server_path() const { return volume.source.attributes.at("path"); }
};

/// What one test has for itself on the shared control plane: an export, a provisioner's name, namespaces, classes.
/// They are cleared away at the end.
class Scene {
 public:
  explicit Scene(std::string nfs_path = "/exported");
  ~Scene();
  Scene(Scene const&) = delete;
  Scene& operator=(Scene const&) = delete;

  [[nodiscard]] Cluster& cluster() { return cluster_; }
  [[nodiscard]] ExportDir const& exported() const { return exported_; }
  [[nodiscard]] std::string const& provisioner() const { return provisioner_; }
  [[nodiscard]] std::string const& name_space() const { return name_space_; }
  [[nodiscard]] std::string const& class_name() const { return class_name_; }
  [[nodiscard]] std::string const& nfs_path() const { return nfs_path_; }
  /// Its own, too: volumes of other scenes lie on no export of this one.
  [[nodiscard]] std::string const& server() const { return server_; }

  // The program.
  [[nodiscard]] Program::Environment environment(std::string const& binding) const;
  /// Ends one that runs (SIGTERM) first. Returns when the program serves the export.
  Program& start(std::string const& binding = "direct", Program::Environment const& more = {});
  /// The same, without waiting for anything.
  Program& launch(std::string const& binding = "direct", Program::Environment const& more = {});
  [[nodiscard]] Program& program() { return *program_; }
  /// SIGTERM; it must end with 0, without a word of a sanitizer.
  void stop();
  [[nodiscard]] std::string log_file() const { return exported_.outside("program.log"); }

  // Objects. Names of the cluster's scope are made unique by the caller: unique("other").
  [[nodiscard]] std::string unique(std::string const& name) const { return name + "-" + token_; }
  std::string make_namespace(std::string const& name);
  void make_class(ClassSpec const& spec = {}, std::string const& name = {});
  void remove_class(std::string const& name = {});
  k8s::Claim make_claim(std::string const& name, ClaimSpec const& spec = {});
  void remove_claim(std::string const& name, std::string const& name_space = {});
  [[nodiscard]] std::optional<k8s::Claim> claim(std::string const& name, std::string const& name_space = {});

  // Waiting.
  Pair await_bound(std::string const& name, std::string const& name_space = {}, std::chrono::seconds most = patience);
  void await_no_claim(std::string const& name, std::string const& name_space = {});
  void await_no_volume(std::string const& volume);
  /// The message of an Event about `object` with that reason whose message holds `part`.
  std::string await_event(std::string const& object, std::string const& reason, std::string const& part,
                          std::string const& name_space = {});
  /// make_claim() and await_bound().
  Pair bound_claim(std::string const& name, ClaimSpec const& spec = {});
  /// remove_claim(), and until claim and volume are gone.
  void remove_and_await(Pair const& pair);

  /// The volume's directory, relative to the export.
  [[nodiscard]] std::string directory(k8s::Volume const& volume) const;
  [[nodiscard]] std::vector<k8s::Volume> volumes();  ///< of this scene's provisioner

 private:
  [[nodiscard]] std::string or_own(std::string const& name_space) const {
    return name_space.empty() ? name_space_ : name_space;
  }
  void clear();

  std::string token_;
  std::string nfs_path_;
  std::string server_;
  std::string provisioner_;
  std::string class_name_;
  std::string name_space_;
  Cluster cluster_;
  ExportDir exported_;
  std::vector<std::string> namespaces_;
  std::vector<std::string> classes_;
  std::unique_ptr<Program> program_;
};

}  // namespace nfs::test
