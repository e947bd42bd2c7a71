#pragma once

#include <filesystem>
#include <string>

namespace nfs::bench {

/// How many requests a second kube-controller-manager may make: its defaults (20, in bursts 30), or so many that they
/// are no limit.
enum class Limits { usual, lifted };

/// etcd, kube-apiserver and kube-controller-manager for one measurement, in a fresh directory. They are killed, and the
/// directory is removed, when this goes. All that the user "provisioner" asks is in the audit log. Whatever fails
/// throws.
class ControlPlane {
 public:
  explicit ControlPlane(Limits limits);
  ~ControlPlane();
  ControlPlane(ControlPlane const&) = delete;
  ControlPlane& operator=(ControlPlane const&) = delete;

  /// `user`: admin or provisioner.
  [[nodiscard]] std::string kubeconfig(std::string const& user) const;
  [[nodiscard]] std::filesystem::path audit_log() const { return directory_ / "audit.log"; }
  /// Kills one part: "kube-controller-manager".
  void stop(std::string const& part) const { run("stop", part); }
  void start(std::string const& part) const { run("start", part); }

 private:
  void run(std::string const& verb, std::string const& more) const;

  std::filesystem::path directory_;
};

}  // namespace nfs::bench
