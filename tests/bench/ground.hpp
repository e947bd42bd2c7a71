#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/bench/audit_log.hpp"
#include "tests/bench/claim_watch.hpp"
#include "tests/bench/contender.hpp"
#include "tests/bench/control_plane.hpp"
#include "tests/integration/support/export_dir.hpp"

namespace nfs::bench {

/// Where one contender is measured: a control plane that nobody used before, an export, a class, and the contender at
/// work. `ready()` was waited for when it is made.
class Ground {
 public:
  Ground(Contender contender, Limits limits);
  /// Without a program: start() begins one.
  explicit Ground(Limits limits);

  /// Ends (SIGTERM) who serves, and begins anew with another one. Returns at once.
  void start(Contender contender);
  /// Waits until a claim was served and released, so that its watches are known to run.
  void await_service();
  /// Makes a claim and waits until it is Bound. It stays, as the watch's only one if the watch forgot the others.
  void await_first_claim();

  [[nodiscard]] ControlPlane& plane() { return plane_; }
  [[nodiscard]] test::Cluster& cluster() { return cluster_; }
  [[nodiscard]] ClaimWatch& watch() { return *watch_; }
  [[nodiscard]] test::Program& program() { return *program_; }
  [[nodiscard]] Contender const& contender() const { return contender_; }
  [[nodiscard]] test::ExportDir const& exported() const { return exported_; }
  [[nodiscard]] double cpu() const;
  [[nodiscard]] Requests requests() const { return count_requests(plane_.audit_log()); }

  /// kube-controller-manager's annotation is put on each claim that is made from now on.
  void annotate_claims(bool annotate) { annotate_ = annotate; }
  /// What is released from now on is removed at once, without its time in the trash.
  void skip_trash() { class_name_ = "no-trash"; }
  void make_namespace(std::string const& name);
  /// The claim as it is to be made.
  [[nodiscard]] k8s::Claim claim(std::string const& name_space, std::string const& name) const;

 private:
  void await_one(std::string const& what, std::optional<Time> Moments::*moment);
  void make_class(std::string const& name, k8s::StringMap parameters);
  void grant_rights();

  ControlPlane plane_;
  test::Cluster cluster_;
  test::ExportDir exported_;
  std::unique_ptr<ClaimWatch> watch_;
  Contender contender_;
  std::unique_ptr<test::Program> program_;
  bool annotate_ = false;
  std::string class_name_ = "bench";
  int starts_ = 0;
};

inline constexpr auto bench_namespace = "bench";

}  // namespace nfs::bench
